package io.vireo.scheduler.dispatch;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.vireo.schemas.KafkaConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs {@link CommandCopies} and {@link NodeTopics}, each on a thread of its own. */
public final class Dispatcher implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
  private static final String GROUP = "vireo.dispatcher";
  private static final Duration POLL = Duration.ofMillis(500);
  private static final long RETRY_MS = 1000;

  /** A node whose topic was deleted keeps the others waiting for no longer than these. */
  private static final int TOPIC_TIMEOUT_MS = 5_000;

  private static final int SEND_TIMEOUT_MS = 30_000;

  private final Map<String, Object> kafka;
  private final int sessionTimeoutMs;
  private final MeterRegistry registry;
  private final Admin admin;
  private final Producer<String, byte[]> producer;
  private final KafkaClientMetrics metrics;
  private final TopicMaker maker;
  private final NodeTopics.Directory directory = new NodeTopics.Directory();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;
  private volatile @Nullable String commandsProblem = "not polled yet";
  private volatile @Nullable String nodesProblem = "not polled yet";

  private Dispatcher(
      KafkaConnection connection, short replication, int sessionTimeoutMs, MeterRegistry registry) {
    this.kafka = connection.clientSettings();
    this.sessionTimeoutMs = sessionTimeoutMs;
    this.registry = registry;
    this.admin = Admin.create(kafka);
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.put("linger.ms", 0);
    settings.put("max.block.ms", TOPIC_TIMEOUT_MS);
    settings.put("request.timeout.ms", SEND_TIMEOUT_MS / 3);
    settings.put("delivery.timeout.ms", SEND_TIMEOUT_MS);
    settings.put("metadata.max.idle.ms", Duration.ofDays(1).toMillis());
    this.producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    this.metrics = new KafkaClientMetrics(producer);
    metrics.bindTo(registry);
    this.maker = new AdminTopicMaker(admin, replication);
  }

  /** Starts both loops. */
  public static Dispatcher start(
      KafkaConnection connection, short replication, int sessionTimeoutMs, MeterRegistry registry) {
    Dispatcher dispatcher = new Dispatcher(connection, replication, sessionTimeoutMs, registry);
    dispatcher.run("dispatcher-nodes", dispatcher::followNodes);
    dispatcher.run("dispatcher-commands", dispatcher::followCommands);
    return dispatcher;
  }

  /** What keeps it from working, if anything. */
  public Optional<String> problem() {
    return Optional.ofNullable(commandsProblem).or(() -> Optional.ofNullable(nodesProblem));
  }

  private interface Loop {
    void run() throws InterruptedException, ExecutionException;
  }

  private void run(String name, Loop loop) {
    threads.add(
        Thread.ofVirtual()
            .name(name)
            .start(
                () -> {
                  while (!stopping) {
                    try {
                      loop.run();
                    } catch (InterruptedException | WakeupException e) {
                      return;
                    } catch (ExecutionException | RuntimeException e) {
                      log.atError().setCause(e).addKeyValue("loop", name).log("Loop starts again");
                      try {
                        Thread.sleep(RETRY_MS);
                      } catch (InterruptedException interrupted) {
                        return;
                      }
                    }
                  }
                }));
  }

  private Consumer<String, byte[]> consumer(Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "earliest");
    settings.putAll(more);
    return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
  }

  private void followNodes() throws InterruptedException, ExecutionException {
    try (Consumer<String, byte[]> consumer = consumer(Map.of())) {
      NodeTopics loop =
          new NodeTopics(consumer, producer, maker, InstantSource.system(), directory);
      while (!stopping) {
        loop.turn(POLL).get();
        nodesProblem = null;
      }
    } finally {
      nodesProblem = "the loop that makes node topics is not running";
    }
  }

  private void followCommands() throws InterruptedException, ExecutionException {
    Map<String, Object> group =
        Map.of(
            "group.id",
            GROUP,
            "session.timeout.ms",
            sessionTimeoutMs,
            "heartbeat.interval.ms",
            sessionTimeoutMs / 3);
    try (Consumer<String, byte[]> consumer = consumer(group)) {
      CommandCopies loop =
          new CommandCopies(consumer, producer, InstantSource.system(), directory, registry);
      while (!stopping) {
        loop.turn(POLL).get();
        commandsProblem = null;
      }
      loop.commit();
    } finally {
      commandsProblem = "the loop that copies node commands is not running";
    }
  }

  @Override
  public void close() {
    stopping = true;
    for (Thread thread : threads) {
      try {
        if (!thread.join(Duration.ofSeconds(2))) {
          thread.interrupt();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    metrics.close();
    producer.close(Duration.ofSeconds(2));
    admin.close(Duration.ofSeconds(2));
  }
}
