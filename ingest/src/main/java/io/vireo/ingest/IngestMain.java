package io.vireo.ingest;

import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.vireo.health.HealthServer;
import io.vireo.ingest.core.SecretHash;
import io.vireo.ingest.kafka.KafkaSettings;
import io.vireo.ingest.kafka.Outbox;
import io.vireo.ingest.kafka.Past;
import io.vireo.ingest.kubernetes.Watches;
import io.vireo.schemas.KafkaCluster;
import io.vireo.schemas.Topic;
import io.vireo.schemas.TopicCreation;
import io.vireo.schemas.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ingest component. */
public final class IngestMain implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(IngestMain.class);
  private static final String COMPONENT = "ingest";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final List<Topic<?>> TOPICS =
      List.of(
          Topics.INGEST_INCARNATION,
          Topics.VMI_DESIRED,
          Topics.VM_DESIRED,
          Topics.POD_OBSERVED,
          Topics.DOMAIN_OBSERVED,
          Topics.NODE_TRANSITIONS,
          Topics.OUTCOMES,
          Topics.DEAD_LETTERS,
          Topics.NODE_ELIGIBLE,
          Topics.NODE_REQUESTS,
          Topics.VMI_ENDED);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

  private IngestMain() {}

  /** Runs until it is killed; ends with status 1 when it cannot go on. */
  public static void main(String[] args) throws Exception {
    KafkaCluster.exitWhenReplaced();
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
    SecretHash hash = new SecretHash(HashKeyFile.readOrCreate(config.hashKeyFile()));
    Admin admin = opened(Admin.create(KafkaSettings.admin(config.kafka())));
    TopicCreation.awaitAll(admin, TOPICS, PATIENCE);
    Producer<String, byte[]> producer = new KafkaProducer<>(KafkaSettings.producer(config.kafka()));
    opened(() -> producer.close(Duration.ofSeconds(5)));
    opened(metrics(new KafkaClientMetrics(producer), health));
    // The number first: whoever reads the past after it was taken reads all that lower ones wrote.
    Outbox opened =
        Outbox.open(producer, UUID.randomUUID().toString(), health.registry(), clock.millis())
            .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    Past past;
    try (Consumer<String, byte[]> consumer =
        new KafkaConsumer<>(KafkaSettings.consumer(config.kafka()))) {
      past = Past.read(consumer, PATIENCE);
    }
    Outbox outbox = opened.since(past);
    Consumer<String, byte[]> consumer = new KafkaConsumer<>(KafkaSettings.consumer(config.kafka()));
    opened(metrics(new KafkaClientMetrics(consumer), health));
    Ingest parts =
        new Ingest(
            outbox,
            past,
            consumer,
            hash,
            new Ingest.Silence(config.suspectAfter(), config.lostAfter()),
            clock,
            health.registry());
    Turning inbox =
        opened(
            Turning.start(
                "inbox",
                clock,
                () -> parts.inbox().turn(POLL),
                () -> {
                  parts.inbox().finish();
                  consumer.close();
                }));
    Turning loop =
        opened(Turning.start("event loop", clock, parts.loop()::turnWaiting, parts.loop()::clear));
    Watches watches = opened(Watches.start(config.kubeconfig(), parts.handlers()));
    KafkaReach reach = opened(KafkaReach.start(admin));
    watch(outbox.failure());
    watch(inbox.failure());
    watch(loop.failure());
    // A start that was superseded, or whose books are wrong, must not go on writing.
    var unused =
        failure.thenRun(
            () -> {
              inbox.stop();
              loop.stop();
            });
    health.check("lists", parts.loop()::listProblem);
    health.check("loop", loop::problem);
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

  private static KafkaClientMetrics metrics(KafkaClientMetrics metrics, HealthServer health) {
    metrics.bindTo(health.registry());
    return metrics;
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
