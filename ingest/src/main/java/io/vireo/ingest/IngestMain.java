package io.vireo.ingest;

import io.vireo.health.HealthServer;
import io.vireo.ingest.core.Intake;
import io.vireo.ingest.core.SecretHash;
import io.vireo.ingest.core.VmiReader;
import io.vireo.ingest.kafka.Delivery;
import io.vireo.ingest.kafka.Inbox;
import io.vireo.ingest.kafka.KafkaSettings;
import io.vireo.ingest.kafka.Outbox;
import io.vireo.ingest.kafka.Past;
import io.vireo.ingest.kubernetes.Watches;
import io.vireo.schemas.TopicCreation;
import io.vireo.schemas.Topics;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ingest component. */
public final class IngestMain implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(IngestMain.class);
  private static final String COMPONENT = "ingest";

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

  private IngestMain() {}

  /** Runs until it is killed; ends with status 1 when it cannot go on. */
  public static void main(String[] args) throws Exception {
    IngestMain ingest = open(System.getenv());
    Runtime.getRuntime().addShutdownHook(new Thread(ingest::close, "shutdown"));
    Throwable problem = ingest.failure.get();
    log.atError().setCause(problem).log("Ingest cannot go on and ends");
    System.exit(1);
  }

  /** Starts it with these settings and returns once it runs. */
  public static AutoCloseable start(Map<String, String> env) throws Exception {
    return open(env);
  }

  private static IngestMain open(Map<String, String> env) throws Exception {
    IngestConfig config = IngestConfig.fromEnv(env);
    IngestMain ingest = new IngestMain();
    try {
      ingest.open(config, InstantSource.system());
      return ingest;
    } catch (Exception e) {
      ingest.close();
      throw e;
    }
  }

  private void open(IngestConfig config, InstantSource clock) throws Exception {
    HealthServer health = opened(HealthServer.start(config.healthAddress(), COMPONENT));
    health.check("start", () -> Optional.of("ingest is starting"));
    VmiReader reader =
        new VmiReader(new SecretHash(HashKeyFile.readOrCreate(config.hashKeyFile())));
    Admin admin = opened(Admin.create(KafkaSettings.admin(config.kafka())));
    TopicCreation.ensure(admin, Topics.all(), config.partitions(), config.replication());
    // The number first: whoever reads the past after it was taken reads all that lower ones wrote.
    Outbox outbox =
        opened(
            Outbox.open(
                config.kafka(), UUID.randomUUID().toString(), health.registry(), clock.millis()));
    Intake intake = new Intake(config.suspectAfter().toMillis(), config.lostAfter().toMillis());
    Past.read(config.kafka()).restore(intake, clock.millis());
    EventLoop loop = new EventLoop(intake, outbox, clock, health.registry());
    Inbox inbox = opened(Inbox.start(config.kafka(), outbox, health.registry(), clock, loop::put));
    opened(loop).start(inbox::commit, inbox::takeReports);
    Watches watches =
        opened(Watches.start(config.kubeconfig(), reader, input -> loop.put(Delivery.of(input))));
    KafkaReach reach = opened(KafkaReach.start(admin));
    watch(outbox.failure());
    watch(inbox.failure());
    watch(loop.failure());
    health.check("lists", loop::listProblem);
    health.check("loop", loop::loopProblem);
    health.check("kafka", reach::problem);
    health.check(
        "watches",
        () ->
            watches.areWatching()
                ? Optional.empty()
                : Optional.of("a watch of Kubernetes is broken"));
    health.check(
        "start",
        () ->
            failure.isDone()
                ? Optional.of("ingest has failed and must be started anew")
                : Optional.empty());
    log.atInfo()
        .addKeyValue("incarnation", outbox.incarnation())
        .addKeyValue("healthPort", health.port())
        .log("Ingest runs");
  }

  /** Takes the first failure of any part as that of the whole. */
  private void watch(CompletableFuture<Throwable> part) {
    var unused =
        part.thenAccept(
            problem -> {
              if (failure.complete(problem)) {
                log.atError().setCause(problem).log("Ingest failed and must be started anew");
              }
            });
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    return part;
  }

  /** Stops it, last part first. Idempotent. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        log.atWarn().setCause(e).log("A part did not close in order");
      }
    }
  }
}
