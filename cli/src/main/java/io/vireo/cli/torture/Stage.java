package io.vireo.cli.torture;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.vireo.cli.Cluster;
import io.vireo.dev.process.ManagedProcess;
import io.vireo.dev.stack.StackClient;
import io.vireo.dev.stack.StackFile;
import io.vireo.dev.stack.StateDir;
import io.vireo.dev.stack.Watchdog;
import io.vireo.schemas.KafkaAccess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The stack under torture with everything that watches it. */
final class Stage implements AutoCloseable {

  /** Names of the two schedulers. */
  static final List<String> SCHEDULERS = List.of("scheduler", "scheduler-1");

  private static final int KAFKA_MEBIBYTES = 256;
  private static final int SMALL_MEBIBYTES = 8;
  private static final Duration READY_MAX = Duration.ofMinutes(2);
  private static final Duration RECORD_MAX = Duration.ofMinutes(1);

  private final StackClient stack;
  private final StackFile file;
  private final StateDir state;
  private final SmallDisks disks;
  private final Path failpoints;
  private final String prefix;
  private final KubernetesClient client;
  private final Watchdog watchdog;
  private final Eyes eyes;
  private final List<SteadyGuest> guests = new ArrayList<>();
  private RecordReader reader;
  private RecordAudit audit = new RecordAudit();
  private int lives;

  private Stage(
      StackClient stack, StackFile file, StateDir state, SmallDisks disks, Path failpoints)
      throws IOException {
    this.stack = stack;
    this.file = file;
    this.state = state;
    this.disks = disks;
    this.failpoints = failpoints;
    this.prefix = "t" + Integer.toHexString(state.root().hashCode()) + "-";
    this.client = Cluster.connect(state.kubeconfig());
    this.watchdog = stack.watchdog();
    this.eyes = Eyes.open(stack, client, prefix);
    this.reader = new RecordReader(stack.kafka(KafkaAccess.AUDITOR));
  }

  static Stage open(StackClient stack, StateDir state, SmallDisks disks, Path failpoints)
      throws IOException {
    StackFile file = stack.status().orElseThrow(() -> new IOException("Expected the stack to run"));
    return new Stage(stack, file, state, disks, failpoints);
  }

  /** What Kafka, the schedulers and the executors keep is on a disk of its own each. */
  static List<SmallDisks.Disk> wantedDisks(StateDir state, List<String> nodes) {
    List<SmallDisks.Disk> wanted = new ArrayList<>();
    wanted.add(new SmallDisks.Disk(state.kafka(), KAFKA_MEBIBYTES));
    SCHEDULERS.forEach(
        name -> wanted.add(new SmallDisks.Disk(state.component(name), SMALL_MEBIBYTES)));
    nodes.forEach(
        node -> wanted.add(new SmallDisks.Disk(state.executorStateDir(node), SMALL_MEBIBYTES)));
    return wanted;
  }

  /** To fill and to replace {@link #kafkaDisk()} and the others. */
  SmallDisks disks() {
    return disks;
  }

  Path kafkaDisk() {
    return state.kafka();
  }

  List<Path> schedulerDisks() {
    return SCHEDULERS.stream().map(state::component).toList();
  }

  List<Path> nodeDisks() {
    return file.nodes().stream().map(node -> state.executorStateDir(node.name())).toList();
  }

  StackClient stack() {
    return stack;
  }

  Path failpoints() {
    return failpoints;
  }

  KubernetesClient client() {
    return client;
  }

  Watchdog watchdog() {
    return watchdog;
  }

  Eyes eyes() {
    return eyes;
  }

  List<SteadyGuest> guests() {
    return guests;
  }

  /** A VMI of a name that none had before. */
  Life newLife() {
    lives++;
    return new Life(client, prefix + lives);
  }

  /** One guest a node, which has to live to the end. */
  void bootGuests() throws Exception {
    for (StackFile.Node node : file.nodes()) {
      SteadyGuest guest = new SteadyGuest(new Life(client, prefix + "steady-" + node.name()), node);
      guest.boot();
      guests.add(guest);
    }
  }

  /** Kafka's disk was lost: the record begins anew. */
  void recordBeginsAnew() throws IOException {
    reader.close();
    reader = new RecordReader(stack.kafka(KafkaAccess.AUDITOR));
    audit = new RecordAudit();
  }

  RecordAudit audit() {
    return audit;
  }

  /** Waits until every part that can say so is ready. */
  void awaitReady() throws Broken, InterruptedException, IOException {
    for (String part : stack.processes().keySet()) {
      try {
        stack.awaitReady(part, READY_MAX);
      } catch (IOException e) {
        throw new Broken(part + " did not become ready again: " + e.getMessage());
      }
    }
  }

  /**
   * That these parts are other processes than before, and all others the same.
   *
   * @param othersMay whether others may have ended and been started again too
   */
  List<String> changes(
      Map<String, Optional<ManagedProcess.Identity>> before, Set<String> changed, boolean othersMay)
      throws IOException {
    List<String> wrong = new ArrayList<>();
    stack
        .processes()
        .forEach(
            (part, process) -> {
              boolean same = process.equals(before.get(part));
              if (process.isEmpty()) {
                wrong.add(part + " does not run");
              } else if (changed.contains(part) && same) {
                wrong.add("Expected " + part + " to be another process, but it is " + process);
              } else if (!changed.contains(part) && !same && !othersMay) {
                wrong.add(
                    "Expected %s to stay process %s, but it is %s"
                        .formatted(part, before.get(part), process));
              }
            });
    return wrong;
  }

  /** What the record says, read to its end, about all VMIs and the end of this one. */
  List<String> recordProblems(String uid) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + RECORD_MAX.toNanos();
    while (true) {
      reader.readToEnd((partition, event) -> audit.take(event));
      boolean complete = audit.hasEnded(uid) && audit.open().isEmpty();
      if (complete || System.nanoTime() > deadline) {
        List<String> wrong = new ArrayList<>(audit.takeViolations());
        audit
            .open()
            .forEach(
                command -> wrong.add("command " + command + " of a VMI that ended has no end"));
        if (!audit.hasEnded(uid)) {
          wrong.add("the record does not say that VMI " + uid + " ended");
        }
        return wrong;
      }
      reader.poll((partition, event) -> audit.take(event));
    }
  }

  @Override
  public void close() {
    eyes.close();
    watchdog.close();
    reader.close();
    client.close();
  }
}
