package io.vireo.cli.bench.density;

import io.vireo.cli.bench.density.VmiMoments.Moment;
import io.vireo.cli.events.EventReader;
import io.vireo.schemas.KafkaConnection;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.CreateLauncherPod;
import io.vireo.schemas.avro.LauncherPods;
import io.vireo.schemas.avro.StartDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;

/** When the records of a VMI's start were written, by their own timestamps. */
final class RecordWatch implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration END_MAX = Duration.ofSeconds(5);
  private static final String NODE_COMMANDS = "vireo.node.";
  private static final String COMMANDS = ".commands.v1";

  private final KafkaConsumer<String, byte[]> consumer;
  private final Thread thread;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Map<Moment, Map<String, Instant>> seen = new EnumMap<>(Moment.class);

  private RecordWatch(KafkaConsumer<String, byte[]> consumer) {
    this.consumer = consumer;
    this.thread = Thread.ofPlatform().daemon().name("record-watch").unstarted(this::read);
    for (Moment moment :
        List.of(
            Moment.DESIRED_RECORD,
            Moment.CREATE_COMMAND,
            Moment.POD_RECORD,
            Moment.START_COMMAND,
            Moment.NODE_RECORD)) {
      seen.put(moment, new ConcurrentHashMap<>());
    }
  }

  /** Begins with what is written from now on, on topics that exist by now. */
  static RecordWatch start(KafkaConnection connection) {
    KafkaConsumer<String, byte[]> consumer = EventReader.consumer(connection);
    List<TopicPartition> partitions = new ArrayList<>();
    consumer
        .listTopics()
        .forEach(
            (topic, infos) -> {
              if (isRead(topic)) {
                infos.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
              }
            });
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    // The ends are looked up now, not with the first poll, or what comes meanwhile would be missed.
    partitions.forEach(consumer::position);
    RecordWatch watch = new RecordWatch(consumer);
    watch.thread.start();
    return watch;
  }

  private static boolean isRead(String topic) {
    return topic.equals(Topics.VMI_DESIRED.name())
        || topic.equals(Topics.CLUSTER_COMMANDS.name())
        || topic.equals(Topics.POD_OBSERVED.name())
        || (topic.startsWith(NODE_COMMANDS) && topic.endsWith(COMMANDS));
  }

  /** When each VMI had it, by its uid. */
  Map<Moment, Map<String, Instant>> seen() {
    return seen;
  }

  private void read() {
    try (consumer) {
      while (!closed.get()) {
        for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
          if (message.key() != null && message.value() != null) {
            moment(message)
                .ifPresent(
                    moment ->
                        Objects.requireNonNull(seen.get(moment))
                            .putIfAbsent(message.key(), Instant.ofEpochMilli(message.timestamp())));
          }
        }
      }
    } catch (WakeupException | InterruptException e) {
      // Closed.
    }
  }

  private static Optional<Moment> moment(ConsumerRecord<String, byte[]> message) {
    String topic = message.topic();
    try {
      if (topic.equals(Topics.VMI_DESIRED.name())) {
        return Optional.of(Moment.DESIRED_RECORD);
      }
      if (topic.equals(Topics.CLUSTER_COMMANDS.name())) {
        return Topics.CLUSTER_COMMANDS.decode(message.value()).getBody()
                instanceof CreateLauncherPod
            ? Optional.of(Moment.CREATE_COMMAND)
            : Optional.empty();
      }
      if (topic.equals(Topics.POD_OBSERVED.name())) {
        return Topics.POD_OBSERVED.decode(message.value()).getBody() instanceof LauncherPods pods
                && pods.getPods().stream().anyMatch(pod -> pod.getNodeName() != null)
            ? Optional.of(Moment.POD_RECORD)
            : Optional.empty();
      }
      if (Topics.NODE_COMMANDS.decode(message.value()).getBody() instanceof StartDomain) {
        return Optional.of(
            topic.equals(Topics.NODE_COMMANDS.name()) ? Moment.START_COMMAND : Moment.NODE_RECORD);
      }
      return Optional.empty();
    } catch (UndecodableRecordException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    closed.set(true);
    consumer.wakeup();
    try {
      thread.join(END_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
