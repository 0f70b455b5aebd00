package io.vireo.spec;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.vireo.spec", importOptions = ImportOption.DoNotIncludeTests.class)
class VmiSpecArchitectureTest {

  @ArchTest
  static final ArchRule SPEC_IS_PURE =
      classes()
          .that()
          .resideInAPackage("io.vireo.spec")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.vireo.spec",
              "java.lang..",
              "java.math..",
              "java.nio.charset..",
              "java.security..",
              "java.util..",
              "org.jspecify..");
}
