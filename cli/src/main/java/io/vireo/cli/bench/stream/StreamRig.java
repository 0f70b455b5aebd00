package io.vireo.cli.bench.stream;

import io.vireo.cli.Failure;
import io.vireo.dev.kafka.KafkaMain;
import io.vireo.dev.kafka.KafkaUsers;
import io.vireo.dev.process.FolderRemoval;
import io.vireo.dev.process.ManagedProcess;
import io.vireo.dev.process.ProcessSpec;
import io.vireo.dev.stack.JvmCommand;
import io.vireo.dev.stack.Ports;
import io.vireo.scheduler.SchedulerMain;
import io.vireo.schemas.KafkaAccess;
import io.vireo.schemas.KafkaConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A broker and schedulers in a folder of their own, which goes with them. */
public final class StreamRig {

  /** As many as in the development stack. */
  public static final int PARTITIONS = 12;

  /** Nodes that pods are placed on. */
  public static final List<String> NODES = List.of("bench-0", "bench-1", "bench-2", "bench-3");

  /** Of a scheduler in the development stack. */
  public static final int HEAP_MIB = 128;

  private static final String KAFKA_HEAP = "-Xmx256m";
  private static final Duration READY_MAX = Duration.ofMinutes(2);
  private static final Duration STOP_MAX = Duration.ofSeconds(15);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);
  private static final long LOOK_MS = 20;
  private static final int TAIL_LINES = 20;

  private final Path folder;
  private final Ports ports;
  private final KafkaUsers users;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER_MAX).build();
  private final List<ManagedProcess> processes = new ArrayList<>();

  private StreamRig(Path folder) throws IOException {
    this.folder = folder;
    this.ports = Ports.load(folder.resolve("ports"));
    this.users = new KafkaUsers(folder.resolve("users"));
  }

  /** One that has no process yet. */
  public static StreamRig create() throws IOException {
    return new StreamRig(Files.createTempDirectory("vireo-bench-stream"));
  }

  /** Starts the broker; returns when it has its topics. */
  public void startBroker() throws Exception {
    Files.createDirectories(users.folder());
    users.create(KafkaUsers.of(NODES));
    Map<String, String> environment =
        Map.of(
            KafkaMain.FOLDER, folder.resolve("kafka").toString(),
            KafkaMain.PORT, Integer.toString(ports.of("kafka")),
            KafkaMain.CONTROLLER_PORT, Integer.toString(ports.of("controller")),
            KafkaMain.USERS, users.folder().toString(),
            KafkaMain.NODES, String.join(",", NODES),
            KafkaMain.PARTITIONS, Integer.toString(PARTITIONS),
            KafkaMain.HEALTH, ports.address("kafka-health"));
    ManagedProcess broker = run("kafka", KafkaMain.class, KAFKA_HEAP, environment);
    awaitReady(broker, ports.address("kafka-health"));
  }

  private ManagedProcess run(
      String name, Class<?> main, String heap, Map<String, String> environment) throws IOException {
    ManagedProcess process =
        ManagedProcess.start(
            new ProcessSpec(
                name,
                JvmCommand.of(main.getName(), List.of(heap), List.of()),
                folder,
                environment,
                folder.resolve(name + ".log"),
                folder.resolve(name + ".pid")));
    processes.add(process);
    return process;
  }

  /** Clients of the broker's own user. */
  public KafkaConnection kafka() throws IOException {
    return users.connection("127.0.0.1:" + ports.of("kafka"), KafkaUsers.ADMIN);
  }

  /** Starts one of them, or the same again after it ended; it is not ready yet. */
  public Scheduler scheduler(int index, int heapMib) throws IOException {
    String name = "scheduler-" + index;
    Map<String, String> environment = new HashMap<>();
    environment.put("VIREO_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + ports.of("kafka"));
    environment.put("VIREO_KAFKA_USERNAME", KafkaAccess.SCHEDULER);
    environment.put(
        "VIREO_KAFKA_PASSWORD_FILE", users.passwordFile(KafkaAccess.SCHEDULER).toString());
    environment.put("VIREO_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT");
    environment.put("VIREO_HEALTH_ADDRESS", ports.address(name + "-health"));
    environment.put("VIREO_REPLICATION_FACTOR", "1");
    environment.put("VIREO_PARTITIONS", Integer.toString(PARTITIONS));
    environment.put("VIREO_SCHEDULER_STATE_DIR", folder.resolve(name + "-streams").toString());
    environment.put("VIREO_SCHEDULER_INSTANCE_ID", name);
    environment.put("VIREO_SCHEDULER_USE_EMULATION", "true");
    environment.put("VIREO_SCHEDULER_LAUNCHER_IMAGE", "localhost/vireo/launcher:1");
    environment.put("VIREO_SCHEDULER_POD_NETWORK", "user");
    return new Scheduler(
        run(name, SchedulerMain.class, "-Xmx" + heapMib + "m", environment),
        ports.address(name + "-health"));
  }

  /** One scheduler's process. */
  public final class Scheduler {
    private final ManagedProcess process;
    private final String health;

    private Scheduler(ManagedProcess process, String health) {
      this.process = process;
      this.health = health;
    }

    /** Its process. */
    public long pid() {
      return process.pid();
    }

    /** Returns once it has its partitions and their states. */
    public void awaitReady() throws Exception {
      StreamRig.this.awaitReady(process, health);
    }

    /** Fails if it has ended. */
    public void check() throws Failure {
      checkAlive(process);
    }

    /** Ends it without a word. */
    public void kill() throws InterruptedException {
      process.kill();
    }

    /** Lets it leave in order. */
    public void stop() throws InterruptedException {
      process.stop(STOP_MAX);
    }
  }

  private static void checkAlive(ManagedProcess process) throws Failure {
    if (!process.isAlive()) {
      throw new Failure(process.spec().name() + " ended:\n" + process.tail(TAIL_LINES));
    }
  }

  private void awaitReady(ManagedProcess process, String health) throws Exception {
    long deadline = System.nanoTime() + READY_MAX.toNanos();
    while (!isReady(health)) {
      checkAlive(process);
      if (System.nanoTime() > deadline) {
        throw new Failure(
            "%s was not ready within %d s:%n%s"
                .formatted(process.spec().name(), READY_MAX.toSeconds(), process.tail(TAIL_LINES)));
      }
      Thread.sleep(LOOK_MS);
    }
  }

  private boolean isReady(String health) throws InterruptedException {
    HttpRequest question =
        HttpRequest.newBuilder(URI.create("http://" + health + "/readyz"))
            .timeout(ANSWER_MAX)
            .build();
    try {
      return http.send(question, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      // It does not listen yet.
      return false;
    }
  }

  /** Ends all processes and removes the folder, whatever was started. */
  public void end() {
    for (ManagedProcess process : processes.reversed()) {
      try {
        process.kill();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    http.close();
    try {
      FolderRemoval.remove(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to remove " + folder, e);
    }
  }
}
