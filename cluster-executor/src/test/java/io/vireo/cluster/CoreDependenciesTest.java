package io.vireo.cluster;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The core stays free of clients and formats. */
@AnalyzeClasses(packages = "io.vireo.cluster", importOptions = ImportOption.DoNotIncludeTests.class)
class CoreDependenciesTest {

  @ArchTest
  static final ArchRule CORE_IS_PURE =
      classes()
          .that()
          .resideInAPackage("io.vireo.cluster.core")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..", "org.jspecify..", "io.vireo.schemas", "io.vireo.cluster.core");
}
