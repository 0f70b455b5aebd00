package io.vireo.scheduler;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "io.vireo.scheduler",
    importOptions = ImportOption.DoNotIncludeTests.class)
class SchedulerArchitectureTest {

  @ArchTest
  static final ArchRule CORE_IS_PURE =
      classes()
          .that()
          .resideInAPackage("io.vireo.scheduler.core")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.vireo.scheduler.core",
              "io.vireo.spec",
              "java.lang..",
              "java.time..",
              "java.util..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule OWNERS_ARE_PURE =
      classes()
          .that()
          .resideInAPackage("io.vireo.scheduler.owner")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.vireo.scheduler.owner",
              "io.vireo.scheduler.core",
              "java.lang..",
              "java.time..",
              "java.util..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.vireo.scheduler.(*)..").should().beFreeOfCycles();
}
