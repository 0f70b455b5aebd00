package io.vireo.node;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.vireo.node", importOptions = ImportOption.DoNotIncludeTests.class)
class NodeArchitectureTest {

  @ArchTest
  static final ArchRule CORE_IS_PURE =
      classes()
          .that()
          .resideInAPackage("io.vireo.node.core")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.vireo.node.core",
              "java.io",
              "java.lang..",
              "java.nio.charset..",
              "java.security..",
              "java.util..",
              "javax.xml.stream..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule CORE_HAS_NO_FILES =
      noClasses()
          .that()
          .resideInAPackage("io.vireo.node.core")
          .should()
          .dependOnClassesThat()
          .haveNameMatching("java\\.io\\.(File.*|.*Input.*|.*Output.*|RandomAccessFile)");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.vireo.node.(*)..").should().beFreeOfCycles();
}
