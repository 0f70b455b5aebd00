package io.vireo.cli.bench.stream;

import io.vireo.cli.Failure;
import io.vireo.schemas.KafkaConnection;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.ClusterCommand;
import io.vireo.schemas.avro.NodeCommand;
import io.vireo.schemas.avro.StartDomain;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads every command about a VMI as an executor would, once it is committed. */
public final class CommandWatch implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration END_MAX = Duration.ofSeconds(5);

  private final Thread thread;
  private volatile boolean closed;

  /** All below are guarded by this. */
  private final List<Seen> seen = new ArrayList<>();

  private final Set<String> ids = new HashSet<>();
  private final Set<String> started = new HashSet<>();
  private @Nullable Failure problem;

  /**
   * A command that could be read.
   *
   * @param cause topic, partition and offset of the record that it was decided upon
   */
  public record Seen(String cause, long atNanos) {}

  /** Of all that are written from now on, to topics that are empty yet. */
  public CommandWatch(KafkaConnection kafka) {
    Map<String, Object> settings = new HashMap<>(kafka.clientSettings());
    settings.put("isolation.level", "read_committed");
    settings.put("auto.offset.reset", "earliest");
    thread = Thread.ofPlatform().daemon().name("command-watch").start(() -> run(settings));
  }

  private void run(Map<String, Object> settings) {
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (Topic<?> topic : List.of(Topics.CLUSTER_COMMANDS, Topics.NODE_COMMANDS)) {
        consumer
            .partitionsFor(topic.name())
            .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
      }
      consumer.assign(partitions);
      while (!closed) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          take(record, System.nanoTime());
        }
      }
    } catch (UndecodableRecordException | RuntimeException e) {
      fail("the commands could not be read: " + e);
    }
  }

  private void take(ConsumerRecord<String, byte[]> record, long atNanos)
      throws UndecodableRecordException {
    String uid;
    String cause;
    String id;
    boolean isStart = false;
    if (record.topic().equals(Topics.CLUSTER_COMMANDS.name())) {
      ClusterCommand command = Topics.CLUSTER_COMMANDS.decode(record.value());
      uid = command.getVmiUid();
      cause = command.getCause();
      id = command.getCommandId();
    } else {
      NodeCommand command = Topics.NODE_COMMANDS.decode(record.value());
      uid = command.getVmiUid();
      cause = command.getCause();
      id = command.getCommandId();
      isStart = command.getBody() instanceof StartDomain;
    }
    if (uid == null) {
      return;
    }
    synchronized (this) {
      if (!ids.add(id)) {
        fail("command " + id + " was there twice, where each has to be once");
      }
      if (isStart) {
        started.add(uid);
      }
      seen.add(new Seen(cause.endsWith(uid) ? withoutUid(cause, uid) : cause, atNanos));
    }
  }

  private static String withoutUid(String cause, String uid) {
    return cause.substring(0, Math.max(0, cause.length() - uid.length() - 1));
  }

  private synchronized void fail(String message) {
    if (problem == null) {
      problem = new Failure(message);
    }
  }

  /** How many commands there were. */
  public synchronized long count() throws Failure {
    Failure failed = problem;
    if (failed != null) {
      throw failed;
    }
    return seen.size();
  }

  /** Whether the guests of all of these VMIs were to start. */
  public synchronized boolean sawStarts(Collection<String> uids) {
    return started.containsAll(uids);
  }

  /** All of them but the first so many. */
  public synchronized List<Seen> after(long count) {
    return List.copyOf(seen.subList((int) count, seen.size()));
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(END_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
