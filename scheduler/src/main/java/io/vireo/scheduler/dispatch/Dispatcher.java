package io.vireo.scheduler.dispatch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.CloudEvents;
import io.vireo.schemas.DeadLetters;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.CommandResult;
import io.vireo.schemas.avro.NodeCommand;
import io.vireo.schemas.avro.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies each node command to its node's topic, in order. A command may be copied twice after a
 * restart; the executor's fence takes it once. Its own two threads are named.
 */
public final class Dispatcher implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
  private static final String COMPONENT = "dispatcher";
  private static final String GROUP = "vireo.dispatcher";
  private static final Duration POLL = Duration.ofMillis(500);
  private static final int IN_FLIGHT_PER_NODE_MAX = 1000;
  private static final long RETRY_MS = 1000;

  private final Map<String, Object> kafka;
  private final Admin admin;
  private final Producer<String, byte[]> producer;
  private final KafkaClientMetrics metrics;
  private final NodeTopics nodes;
  private final Counter copied;
  private final Counter refused;
  private final Map<String, AtomicInteger> inFlight = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;
  private volatile @Nullable String commandsProblem = "not polled yet";
  private volatile @Nullable String nodesProblem = "not polled yet";

  private Dispatcher(String bootstrapServers, short replication, MeterRegistry registry) {
    this.kafka = Map.of("bootstrap.servers", bootstrapServers);
    this.admin = Admin.create(kafka);
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.put("linger.ms", 0);
    settings.put("metadata.max.idle.ms", Duration.ofDays(1).toMillis());
    this.producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    this.metrics = new KafkaClientMetrics(producer);
    metrics.bindTo(registry);
    this.nodes = new NodeTopics(admin, producer, replication);
    this.copied = registry.counter("vireo.dispatcher.copied");
    this.refused = registry.counter("vireo.dispatcher.refused");
  }

  /** Starts both loops. */
  public static Dispatcher start(
      String bootstrapServers, short replication, MeterRegistry registry) {
    Dispatcher dispatcher = new Dispatcher(bootstrapServers, replication, registry);
    dispatcher.run("dispatcher-nodes", dispatcher::followNodes);
    dispatcher.run("dispatcher-commands", dispatcher::followCommands);
    return dispatcher;
  }

  /** What keeps it from working, if anything. */
  public Optional<String> problem() {
    return Optional.ofNullable(commandsProblem).or(() -> Optional.ofNullable(nodesProblem));
  }

  private interface Loop {
    void run() throws InterruptedException, ExecutionException, TimeoutException;
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
                    } catch (ExecutionException | TimeoutException | RuntimeException e) {
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

  private void followNodes() throws InterruptedException, ExecutionException, TimeoutException {
    try (Consumer<String, byte[]> consumer = consumer(Map.of())) {
      // Every partition has each record.
      TopicPartition first = new TopicPartition(Topics.NODE_TRANSITIONS.name(), 0);
      consumer.assign(List.of(first));
      consumer.seekToBeginning(List.of(first));
      while (!stopping) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          if (record.value() != null) {
            nodes.take(record.value());
          }
        }
        nodesProblem = null;
      }
    } finally {
      nodesProblem = "the loop that makes node topics is not running";
    }
  }

  private void followCommands() throws InterruptedException, ExecutionException {
    Map<String, Object> group =
        Map.of("group.id", GROUP, "session.timeout.ms", 6000, "heartbeat.interval.ms", 2000);
    try (Consumer<String, byte[]> consumer = consumer(group)) {
      consumer.subscribe(List.of(Topics.NODE_COMMANDS.name()));
      while (!stopping) {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          sent.add(copy(record));
        }
        for (Future<RecordMetadata> send : sent) {
          send.get();
        }
        if (!sent.isEmpty()) {
          consumer.commitAsync();
        }
        commandsProblem = null;
      }
    } finally {
      commandsProblem = "the loop that copies node commands is not running";
    }
  }

  private Future<RecordMetadata> copy(ConsumerRecord<String, byte[]> record) {
    long now = System.currentTimeMillis();
    NodeCommand command;
    try {
      command = Topics.NODE_COMMANDS.decode(record.value());
    } catch (UndecodableRecordException e) {
      return producer.send(
          DeadLetters.of(record, COMPONENT, e.reason(), String.valueOf(e.getMessage()), now));
    }
    Optional<String> topic = nodes.commandsTopic(command.getNode(), command.getNodeUid());
    if (topic.isEmpty()) {
      return refuse(command, "NodeNotEligible", "The node's topics do not exist yet.", now);
    }
    AtomicInteger waiting =
        inFlight.computeIfAbsent(command.getNode(), node -> new AtomicInteger());
    if (waiting.get() >= IN_FLIGHT_PER_NODE_MAX) {
      return refuse(command, "QueueFull", "The node's queue is full.", now);
    }
    waiting.incrementAndGet();
    copied.increment();
    ProducerRecord<String, byte[]> copy =
        new ProducerRecord<>(
            topic.get(), null, now, record.key(), record.value(), record.headers());
    return producer.send(copy, (metadata, error) -> waiting.decrementAndGet());
  }

  private Future<RecordMetadata> refuse(
      NodeCommand command, String reason, String message, long now) {
    refused.increment();
    Outcome outcome =
        Outcome.newBuilder()
            .setCommandId(command.getCommandId())
            .setVmiUid(command.getVmiUid())
            .setCommandType(command.getBody().getClass().getSimpleName())
            .setResult(CommandResult.Refused)
            .setReason(reason)
            .setMessage(message)
            .setExecutor(COMPONENT)
            .setNode(command.getNode())
            .setObservedAt(now)
            .build();
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            Topics.OUTCOMES.name(), null, now, command.getVmiUid(), AvroCodec.encode(outcome));
    CloudEvents.headers(
            command.getCommandId() + "/" + reason,
            CloudEvents.type(Outcome.class),
            COMPONENT,
            command.getNamespace() + "/" + command.getName(),
            now)
        .forEach(record.headers()::add);
    return producer.send(record);
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
