package io.vireo.simulator;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.vireo.simulator.engine.Engine;

/** The simulator holds no copy of a rule: who decides is production code, and only wired here. */
@AnalyzeClasses(
    packages = "io.vireo.simulator",
    importOptions = ImportOption.DoNotIncludeTests.class)
class SimulatorArchitectureTest {

  private static final String[] CORES = {
    "io.vireo.ingest.core..",
    "io.vireo.scheduler.core..",
    "io.vireo.cluster.core..",
    "io.vireo.node.core..",
    "io.vireo.launcher.core.."
  };

  /** What only stores, carries and delays cannot judge what it does not see. */
  @ArchTest
  static final ArchRule THE_WORLD_KNOWS_NO_DECISION =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.vireo.simulator.engine..",
              "io.vireo.simulator.kafka..",
              "io.vireo.simulator.check..")
          .or()
          .resideInAPackage("io.vireo.simulator")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CORES);

  /** The one port of the cluster-executor that is in its core: what is asked and answered. */
  @ArchTest
  static final ArchRule KUBERNETES_ANSWERS_REQUESTS =
      classes()
          .that()
          .resideInAPackage("io.vireo.simulator.kubernetes..")
          .should()
          .onlyDependOnClassesThat(
              not(resideInAnyPackage(CORES))
                  .or(
                      nameMatching(
                          "io\\.vireo\\.cluster\\.core\\.(ApiRequest|ApiAnswer)(\\$.*)?")));

  /** A checker that asked production code would agree with its mistakes. */
  @ArchTest
  static final ArchRule CHECKERS_SEE_WHAT_ANYBODY_SEES =
      classes()
          .that()
          .resideInAPackage("io.vireo.simulator.check..")
          .should()
          .onlyDependOnClassesThat(
              resideInAPackage("io.vireo.schemas..")
                  .or(resideInAPackage("io.vireo.simulator.."))
                  .or(not(resideInAPackage("io.vireo.."))));

  /**
   * Only the launcher's shell and the simulated libvirt and kubelet use cores, beside the wiring.
   */
  @ArchTest
  static final ArchRule ONLY_THE_WIRING_USES_CORES =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.vireo.simulator.parts..",
              "io.vireo.simulator.node..",
              "io.vireo.simulator.kubernetes..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CORES);

  @ArchTest
  static final ArchRule NO_TIME_BUT_THE_ENGINES =
      noClasses()
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(java.time.Clock.class);

  @ArchTest
  static final ArchRule NO_CHANCE_BUT_THE_SEEDS =
      noClasses()
          .that()
          .areNotAssignableTo(Engine.class)
          .and()
          .areNotAssignableTo(Plan.class)
          .and()
          .areNotAssignableTo(OwnerWish.class)
          .should()
          .dependOnClassesThat()
          .areAssignableTo(java.util.random.RandomGenerator.class)
          .orShould()
          .callMethod(Math.class, "random")
          .orShould()
          .callMethod(java.util.UUID.class, "randomUUID");

  /** A life is lived on one thread; only a campaign has several, one for each life. */
  @ArchTest
  static final ArchRule NO_THREADS_IN_A_LIFE =
      noClasses()
          .that()
          .haveNameNotMatching("io\\.vireo\\.simulator\\.Campaign(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(Thread.class)
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(java.util.concurrent.ExecutorService.class);
}
