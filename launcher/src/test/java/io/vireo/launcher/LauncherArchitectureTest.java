package io.vireo.launcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "io.vireo.launcher",
    importOptions = ImportOption.DoNotIncludeTests.class)
class LauncherArchitectureTest {

  /** A small image and a small process: the JDK's base module alone. */
  @ArchTest
  static final ArchRule JAVA_BASE_ONLY =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.vireo.launcher..",
              "io.vireo.network..",
              "java.io..",
              "java.lang..",
              "java.math..",
              "java.net..",
              "java.nio..",
              "java.security..",
              "java.text..",
              "java.time..",
              "java.util..",
              "org.jspecify..")
          .andShould()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackages("java.util.logging..", "java.util.prefs..", "java.net.http..");

  @ArchTest
  static final ArchRule CORE_IS_PURE =
      classes()
          .that()
          .resideInAPackage("io.vireo.launcher.core")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "io.vireo.launcher.core",
              "io.vireo.network",
              "java.io",
              "java.lang..",
              "java.net",
              "java.nio",
              "java.nio.charset",
              "java.util..",
              "org.jspecify..");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.vireo.launcher.(*)..").should().beFreeOfCycles();
}
