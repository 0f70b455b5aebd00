package io.vireo.cli.torture;

import io.vireo.cli.torture.PlainFault.Effect;
import io.vireo.cli.torture.PlainFault.Moment;
import io.vireo.dev.process.ManagedProcess;
import io.vireo.dev.process.ProcessSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** The plain faults of a stack with two nodes and two schedulers. */
final class PlainFaults {

  private static final String KAFKA = "kafka";
  private static final String INGEST = "ingest";
  private static final List<String> PAUSED =
      List.of(INGEST, "scheduler", "cluster-executor", "node-executor-node1", KAFKA);
  private static final List<String> MINDED =
      List.of(
          INGEST,
          "scheduler",
          "scheduler-1",
          "cluster-executor",
          "node-executor-node1",
          "node-executor-node2",
          "node-agent-node1",
          "node-agent-node2",
          KAFKA);
  private static final List<String> KUBERNETES =
      List.of("etcd", "kube-apiserver", "kube-scheduler", "kube-controller-manager");
  private static final int PAUSE_MIN_SECONDS = 5;
  private static final int AWAY_MAX_SECONDS = 10;
  private static final Duration END_MAX = Duration.ofMinutes(1);

  private PlainFaults() {}

  /**
   * All of them.
   *
   * @param pauseMaxSeconds how long a part may be paused
   */
  static List<PlainFault> all(int pauseMaxSeconds) {
    List<PlainFault> faults = new ArrayList<>();
    for (String part : PAUSED) {
      faults.add(
          new PlainFault(
              "pause-" + part, Moment.ANY, (s, life, r) -> pause(s, part, r, pauseMaxSeconds)));
    }
    for (String part : MINDED) {
      faults.add(
          new PlainFault(
              "kill-" + part,
              Moment.ANY,
              (stage, life, random) -> {
                stage.stack().kill(part);
                return changed(part);
              }));
    }
    for (String part : KUBERNETES) {
      faults.add(
          new PlainFault(
              "kill-" + part,
              Moment.ANY,
              (stage, life, random) -> {
                stage.stack().kill(part);
                stage.stack().startComponent(part);
                return changed(part);
              }));
    }
    faults.add(new PlainFault("kafka-restart", Moment.ANY, (s, life, r) -> restartKafka(s, r)));
    faults.add(new PlainFault("kafka-disk-lost", Moment.ANY, (s, life, r) -> loseKafka(s)));
    faults.add(new PlainFault("kafka-disk-full", Moment.ANY, (s, life, r) -> fillKafka(s, r)));
    faults.add(
        new PlainFault("scheduler-disk-full", Moment.ANY, (s, life, r) -> fillSchedulers(s)));
    faults.add(new PlainFault("node-disk-full", Moment.ANY, (s, life, r) -> fillNodes(s, r)));
    faults.add(new PlainFault("libvirtd-killed", Moment.RUNNING, (s, life, r) -> libvirtd(life)));
    faults.add(new PlainFault("ingest-twice", Moment.EARLY, (s, life, r) -> twice(s, life)));
    return List.copyOf(faults);
  }

  private static Effect changed(String... parts) {
    return new Effect(Set.of(parts), false);
  }

  private static Effect pause(Stage stage, String part, Random random, int maxSeconds)
      throws IOException, InterruptedException {
    int seconds = PAUSE_MIN_SECONDS + random.nextInt(maxSeconds - PAUSE_MIN_SECONDS + 1);
    stage.stack().pause(part);
    try {
      Thread.sleep(Duration.ofSeconds(seconds));
    } finally {
      stage.stack().resume(part);
    }
    return changed();
  }

  private static Effect restartKafka(Stage stage, Random random)
      throws IOException, InterruptedException {
    stage.watchdog().leave(KAFKA);
    try {
      stage.stack().kill(KAFKA);
      Thread.sleep(Duration.ofSeconds(1 + random.nextInt(AWAY_MAX_SECONDS)));
      stage.stack().startComponent(KAFKA);
    } finally {
      stage.watchdog().mind(KAFKA);
    }
    return changed(KAFKA);
  }

  private static Effect loseKafka(Stage stage) throws IOException, InterruptedException {
    stage.watchdog().leave(KAFKA);
    try {
      stage.stack().kill(KAFKA);
      stage.disks().replace(stage.kafkaDisk());
      stage.stack().startComponent(KAFKA);
    } finally {
      stage.watchdog().mind(KAFKA);
    }
    stage.recordBeginsAnew();
    return new Effect(Set.of(KAFKA), true);
  }

  /** Kafka ends when it cannot write, and the watchdog's starts of it do until there is room. */
  private static Effect fillKafka(Stage stage, Random random) throws Exception {
    ManagedProcess writing =
        ManagedProcess.adopt(stage.stack().howStarted(KAFKA))
            .orElseThrow(() -> new Broken("Kafka does not run"));
    Duration away = Duration.ofSeconds(1 + random.nextInt(AWAY_MAX_SECONDS));
    whileFull(
        stage,
        List.of(stage.kafkaDisk()),
        () -> {
          Patience.await(
              "Kafka to end for want of room", END_MAX, () -> !writing.isAlive(), () -> "it runs");
          Thread.sleep(away);
        });
    return changed(KAFKA);
  }

  /** State is in memory and on topics: a scheduler starts and decides without room. */
  private static Effect fillSchedulers(Stage stage) throws Exception {
    Life another = stage.newLife();
    whileFull(
        stage,
        stage.schedulerDisks(),
        () -> {
          for (String scheduler : Stage.SCHEDULERS) {
            stage.stack().kill(scheduler);
          }
          another.apply(Life.yaml(another.name(), 0, "", false));
          another.awaitPhase("Running");
        });
    another.delete();
    another.awaitGone();
    return new Effect(Set.copyOf(Stage.SCHEDULERS), false);
  }

  /** What an executor cannot store does not happen, and happens once there is room. */
  private static Effect fillNodes(Stage stage, Random random) throws Exception {
    Life another = stage.newLife();
    Duration full = Duration.ofSeconds(PAUSE_MIN_SECONDS + random.nextInt(AWAY_MAX_SECONDS));
    whileFull(
        stage,
        stage.nodeDisks(),
        () -> {
          another.apply(Life.yaml(another.name(), 0, "", false));
          if (Patience.holdsWithin(full, () -> another.phase().equals("Running"))) {
            throw new Broken(
                "Expected " + another.name() + " not to start while no executor can store it");
          }
        });
    another.awaitPhase("Running");
    another.delete();
    another.awaitGone();
    return changed();
  }

  /** What is done without room. */
  @FunctionalInterface
  private interface Squeezed {
    void run() throws Exception;
  }

  private static void whileFull(Stage stage, List<Path> disks, Squeezed work) throws Exception {
    try {
      for (Path disk : disks) {
        stage.disks().fill(disk);
      }
      work.run();
    } finally {
      for (Path disk : disks) {
        stage.disks().free(disk);
      }
    }
  }

  /** QEMU has to live on; that the VMI can be stopped is seen when its life ends. */
  private static Effect libvirtd(Life life) throws IOException, InterruptedException, Broken {
    Set<Qemus.Found> before = Qemus.now().getOrDefault(life.name(), Set.of());
    if (before.size() != 1) {
      throw new Broken("Expected one QEMU of " + life.name() + ", but found " + before);
    }
    List<Long> daemons = Qemus.libvirtdBeside(before.iterator().next());
    if (daemons.isEmpty()) {
      throw new Broken("Expected a libvirtd beside the QEMU of " + life.name());
    }
    for (long pid : daemons) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
    for (long pid : daemons) {
      Patience.await(
          "libvirtd " + pid + " to end",
          END_MAX,
          () -> !ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false),
          () -> "it lives");
    }
    Set<Qemus.Found> after = Qemus.now().getOrDefault(life.name(), Set.of());
    if (!after.equals(before)) {
      throw new Broken(
          "Expected QEMU of %s to live on without libvirtd as %s, but found %s"
              .formatted(life.name(), before, after));
    }
    return changed();
  }

  /** A rolling update whose old instance sleeps, wakes up and has to end; twice over. */
  private static Effect twice(Stage stage, Life life) throws Exception {
    ProcessSpec first = stage.stack().howStarted(INGEST);
    stage.watchdog().leave(INGEST);
    ManagedProcess second = null;
    try {
      stage.stack().pause(INGEST);
      second = ManagedProcess.start(another(first));
      life.awaitPhase("Running");
      stage.stack().resume(INGEST);
      Patience.await(
          "the ingest that woke up to end",
          END_MAX,
          () -> ManagedProcess.adopt(first).isEmpty(),
          () -> "it runs");
      stage.watchdog().mind(INGEST);
      stage.stack().awaitReady(INGEST, END_MAX);
      ManagedProcess old = second;
      Patience.await(
          "the ingest that is not the newest to end",
          END_MAX,
          () -> !old.isAlive(),
          () -> "process " + old.pid() + " runs");
    } finally {
      if (second != null) {
        second.kill();
      }
      Optional<ManagedProcess> sleeping = ManagedProcess.adopt(first);
      if (sleeping.isPresent()) {
        sleeping.get().resume();
      }
      stage.watchdog().mind(INGEST);
    }
    return changed(INGEST);
  }

  private static ProcessSpec another(ProcessSpec spec) throws IOException {
    Map<String, String> environment = new HashMap<>(spec.environment());
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      environment.put("VIREO_HEALTH_ADDRESS", "127.0.0.1:" + free.getLocalPort());
    }
    return new ProcessSpec(
        spec.name() + "-twice",
        spec.command(),
        spec.workingDir(),
        environment,
        spec.log().resolveSibling("ingest-twice.log"),
        spec.pidFile().resolveSibling("ingest-twice.pid"));
  }
}
