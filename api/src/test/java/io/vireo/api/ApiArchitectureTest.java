package io.vireo.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.UUID;

@AnalyzeClasses(packages = "io.vireo.api", importOptions = ImportOption.DoNotIncludeTests.class)
class ApiArchitectureTest {

  @ArchTest
  static final ArchRule CORE_IS_PURE =
      classes()
          .that()
          .resideInAPackage("io.vireo.api.core")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.vireo.api.core",
              "io.vireo.schemas..",
              "io.vireo.spec",
              "java.lang..",
              "java.math..",
              "java.nio.charset..",
              "java.time..",
              "java.util..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule CORE_TAKES_NO_TIME_AND_NO_CHANCE =
      noClasses()
          .that()
          .resideInAPackage("io.vireo.api.core")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(UUID.class, "randomUUID")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.vireo.api.(*)..").should().beFreeOfCycles();
}
