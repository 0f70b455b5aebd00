package io.vireo.ingest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The core stays free of clients and formats. */
@AnalyzeClasses(packages = "io.vireo.ingest", importOptions = ImportOption.DoNotIncludeTests.class)
class CoreDependenciesTest {

  @ArchTest
  static final ArchRule CORE_IS_PURE =
      classes()
          .that()
          .resideInAPackage("io.vireo.ingest.core")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "javax.crypto..",
              "org.jspecify..",
              "io.vireo.schemas",
              "io.vireo.ingest.core");
}
