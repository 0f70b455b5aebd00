package io.vireo.cli.torture;

import io.vireo.dev.process.ManagedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** One fault in the life of one VMI, and everything that has to hold after it. */
final class Step {

  private static final int GRACE_SECONDS = 20;
  private static final int EARLY_MAX_MS = 2_000;
  private static final int EARLY_TRIES_MAX = 8;
  private static final int STORY_MAX = 40;
  // A node's heartbeat is written on every minute.
  private static final Duration HIT_MAX = Duration.ofSeconds(90);
  private static final Duration RUNNING_MAX = Duration.ofSeconds(90);

  private final Stage stage;
  private final Random random;
  private final List<String> violations = new ArrayList<>();
  private final Set<String> changed = new HashSet<>();
  private boolean othersMay;
  private boolean hit;
  private String part = "";

  Step(Stage stage, Random random) {
    this.stage = stage;
    this.random = random;
  }

  /** Kills the part that passes this place first. */
  StepResult failpoint(Failpoints.Point point, boolean withBootIds) throws Exception {
    return run(point.name(), withBootIds, life -> throughFailpoint(point, life));
  }

  /** Lets this happen. */
  StepResult plain(PlainFault fault, boolean withBootIds) throws Exception {
    return run(fault.name(), withBootIds, life -> throughFault(fault, life));
  }

  /** What happens to the VMI, from before it is applied until nothing of it is left. */
  @FunctionalInterface
  private interface Course {
    void run(Life life) throws Exception;
  }

  private StepResult run(String name, boolean withBootIds, Course course) throws Exception {
    long started = System.nanoTime();
    Life life = stage.newLife();
    Map<String, Optional<ManagedProcess.Identity>> before = stage.stack().processes();
    try {
      course.run(life);
      stage.awaitReady();
      check(before, life, withBootIds);
    } catch (Broken e) {
      violations.add(e.getMessage());
    } catch (IOException | RuntimeException e) {
      violations.add("the step could not be made: " + e);
    }
    violations.addAll(stage.eyes().takeViolations());
    return new StepResult(
        name,
        hit,
        part,
        Duration.ofNanos(System.nanoTime() - started).toMillis() / 1000.0,
        violations,
        violations.isEmpty() ? List.of() : stage.audit().story(life.uid(), STORY_MAX));
  }

  private void check(
      Map<String, Optional<ManagedProcess.Identity>> before, Life life, boolean withBootIds)
      throws Exception {
    violations.addAll(stage.changes(before, changed, othersMay));
    for (SteadyGuest guest : stage.guests()) {
      guest.checkProcess();
      Patience.await(
          guest.life().name() + " to be Running",
          RUNNING_MAX,
          () -> guest.life().phase().equals("Running"),
          () -> guest.life().describe());
      if (withBootIds) {
        guest.checkBootId();
      }
    }
    violations.addAll(stage.recordProblems(life.uid()));
  }

  private void throughFault(PlainFault fault, Life life) throws Exception {
    boolean early =
        fault.moment() == PlainFault.Moment.EARLY
            || (fault.moment() == PlainFault.Moment.ANY && random.nextBoolean());
    apply(life, GRACE_SECONDS);
    if (early) {
      Thread.sleep(random.nextInt(EARLY_MAX_MS));
    } else {
      life.awaitPhase("Running");
    }
    PlainFault.Effect effect = fault.strike().on(stage, life, random);
    hit = true;
    changed.addAll(effect.changed());
    othersMay = effect.othersMay();
    part = String.join(" ", changed);
    life.awaitPhase("Running");
    life.delete();
    life.awaitGone();
  }

  private void throughFailpoint(Failpoints.Point point, Life life) throws Exception {
    Path armed = stage.failpoints().resolve(point.name() + ".armed");
    Path trace = stage.failpoints().resolve(point.name() + ".hit");
    Files.deleteIfExists(trace);
    Files.writeString(armed, "");
    try {
      begin(point.trigger(), life);
      if (point.trigger() == Failpoints.Trigger.DELETED_EARLY) {
        for (int i = 0; i < EARLY_TRIES_MAX && Files.notExists(trace); i++) {
          deleteEarly(stage.newLife());
        }
      }
      switch (point.trigger()) {
        case OWNED -> liveOwned(life);
        case ADOPTED -> {
          apply(life, GRACE_SECONDS);
          liveOwned(life);
        }
        default -> {
          apply(life, point.trigger() == Failpoints.Trigger.NO_GRACE ? 0 : GRACE_SECONDS);
          life.awaitPhase("Running");
          life.delete();
          life.awaitGone();
        }
      }
      hit = Patience.holdsWithin(HIT_MAX, () -> Files.size(trace) > 0);
    } finally {
      Files.deleteIfExists(armed);
      if (point.trigger() == Failpoints.Trigger.NODE_APPEARS) {
        passingNode(life).leave();
      }
    }
    if (hit) {
      long pid = Long.parseLong(Files.readString(trace).strip());
      part = stage.eyes().part(pid).orElse("");
      if (part.isEmpty()) {
        throw new Broken("Expected process " + pid + " to be a part of the stack");
      }
      changed.add(part);
    }
  }

  private void liveOwned(Life life) throws Exception {
    OwnedLife owned = new OwnedLife(stage.client(), life);
    owned.apply(Life.yaml(life.name(), GRACE_SECONDS, "", true));
    life.awaitPhase("Running");
    owned.delete();
    owned.awaitGone();
  }

  /** The moment before its launcher dials in is short, and not always met. */
  private void deleteEarly(Life life) throws Exception {
    apply(life, GRACE_SECONDS);
    life.awaitPhase("Scheduled", "Running");
    life.delete();
    life.awaitGone();
  }

  private void begin(Failpoints.Trigger trigger, Life life)
      throws IOException, InterruptedException {
    switch (trigger) {
      case INGEST_STARTS -> restart("ingest");
      case SCHEDULER_STARTS -> restart("scheduler");
      case NODE_APPEARS -> passingNode(life).appear();
      case FOREIGN_COMMAND -> new FalseCommands(stage.stack()).foreign();
      case JUNK -> new FalseCommands(stage.stack()).junk();
      case LIFE, NO_GRACE, DELETED_EARLY, OWNED, ADOPTED -> {}
    }
  }

  private PassingNode passingNode(Life life) {
    return new PassingNode(stage.stack(), stage.client(), life.name() + "-node");
  }

  private void restart(String name) throws IOException, InterruptedException {
    changed.add(name);
    stage.stack().kill(name);
  }

  private void apply(Life life, int graceSeconds) throws Exception {
    life.apply(Life.yaml(life.name(), graceSeconds, "", true));
  }
}
