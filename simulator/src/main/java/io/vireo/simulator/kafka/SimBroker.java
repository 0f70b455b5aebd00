package io.vireo.simulator.kafka;

import io.vireo.schemas.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** The logs, and who is told of news in them. */
public final class SimBroker {

  /** One topic; made again under the same name it has another id. */
  private record SimTopic(String id, List<SimLog> partitions, boolean compacted) {}

  private final Map<String, SimTopic> topics = new LinkedHashMap<>();
  private final Map<String, Map<TopicPartition, Long>> committed = new HashMap<>();
  private final Map<String, SimGroup> groups = new HashMap<>();
  private final List<Consumer<TopicPartition>> listeners = new ArrayList<>();
  private final List<Listener> observers = new ArrayList<>();
  private long topicIds;
  private @Nullable Runnable refusal;

  /** Told of each record as it is appended, in true order. */
  public interface Listener {

    /** A record was appended. */
    void appended(TopicPartition partition, SimLog.Entry entry);
  }

  /** Makes those of the topics that are not there. */
  public void provision(Collection<? extends Topic<?>> wanted, int partitions) {
    for (Topic<?> topic : wanted) {
      create(
          topic.name(),
          topic.layout() == Topic.Layout.SINGLE ? 1 : partitions,
          topic.cleanup() == Topic.Cleanup.COMPACT);
    }
  }

  private void create(String name, int partitions, boolean compacted) {
    if (topics.containsKey(name)) {
      return;
    }
    List<SimLog> logs = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      logs.add(new SimLog());
    }
    topics.put(name, new SimTopic("topic-" + ++topicIds, logs, compacted));
  }

  /** Whether a topic exists. */
  public boolean exists(String topic) {
    return topics.containsKey(topic);
  }

  /** Id of a topic, if it exists. */
  public Optional<String> topicId(String topic) {
    return Optional.ofNullable(topics.get(topic)).map(SimTopic::id);
  }

  /** Names of all topics. */
  public List<String> names() {
    return List.copyOf(topics.keySet());
  }

  int partitions(String topic) {
    SimTopic known = topics.get(topic);
    return known == null ? 0 : known.partitions().size();
  }

  /** The log of a partition; null if there is no such partition. */
  public @Nullable SimLog log(TopicPartition partition) {
    SimTopic topic = topics.get(partition.topic());
    return topic == null || partition.partition() >= topic.partitions().size()
        ? null
        : topic.partitions().get(partition.partition());
  }

  /** Appends a record and tells who waits for news; gives its offset. */
  public long append(
      TopicPartition partition,
      long timestampMs,
      @Nullable String key,
      byte @Nullable [] value,
      List<Header> headers) {
    SimLog log = log(partition);
    if (log == null) {
      throw new IllegalStateException("Expected " + partition + " to exist");
    }
    long offset = log.append(timestampMs, key, value, headers);
    SimLog.Entry entry = log.entries().getLast();
    observers.forEach(observer -> observer.appended(partition, entry));
    List.copyOf(listeners).forEach(listener -> listener.accept(partition));
    return offset;
  }

  /**
   * The disk is full from now on.
   *
   * @param refused told of each write that finds no room
   */
  public void fill(Runnable refused) {
    refusal = refused;
  }

  /** There is room on the disk again. */
  public void free() {
    refusal = null;
  }

  /** Whether the disk takes what a client is about to write. */
  public boolean takesWrites() {
    Runnable refused = refusal;
    if (refused != null) {
      refused.run();
    }
    return refused == null;
  }

  /** Told of every record from now on. */
  public void observe(Listener observer) {
    observers.add(observer);
  }

  /** Told of each partition that has news. */
  public void onNews(Consumer<TopicPartition> listener) {
    listeners.add(listener);
  }

  void forget(Consumer<TopicPartition> listener) {
    listeners.remove(listener);
  }

  Map<TopicPartition, Long> committed(String group) {
    return committed.computeIfAbsent(group, each -> new HashMap<>());
  }

  SimGroup group(String group) {
    return groups.computeIfAbsent(group, each -> new SimGroup());
  }

  /** Compacts every topic whose policy that is. */
  public void compact() {
    for (SimTopic topic : topics.values()) {
      if (topic.compacted()) {
        topic.partitions().forEach(SimLog::compact);
      }
    }
  }

  /** Retention takes everything that a topic holds but its last records. */
  public void truncate(String topic, int keep) {
    SimTopic known = topics.get(topic);
    if (known != null) {
      known.partitions().forEach(log -> log.truncate(log.end() - keep));
    }
  }

  /** The disk is gone: no topic, no offset, no group is left. */
  public void loseDisk() {
    free();
    topics.clear();
    committed.clear();
    groups.clear();
  }
}
