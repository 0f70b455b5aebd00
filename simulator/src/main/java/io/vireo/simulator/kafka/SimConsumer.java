package io.vireo.simulator.kafka;

import io.vireo.simulator.engine.Network;
import io.vireo.simulator.engine.SimProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * A consumer, with assigned partitions or as a member of a group. It reads what is there at once
 * and nothing while the broker is out of reach.
 */
public final class SimConsumer {

  private static final long SESSION_MS = 6_000;

  /** The least that production asks for in one poll. */
  private static final int RECORDS_MAX = 200;

  private final SimProcess process;
  private final SimBroker broker;
  private final Network network;
  private final @Nullable String groupId;
  private final boolean resetsToEarliest;
  private final Set<TopicPartition> assignment = new LinkedHashSet<>();
  private final Set<TopicPartition> paused = new HashSet<>();
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private final java.util.function.Consumer<TopicPartition> news = this::hasNews;
  private Runnable wake = () -> {};
  private @Nullable List<String> subscription;
  private @Nullable ConsumerRebalanceListener listener;
  private boolean closed;

  private SimConsumer(
      SimProcess process,
      SimBroker broker,
      Network network,
      @Nullable String groupId,
      boolean resetsToEarliest) {
    this.process = process;
    this.broker = broker;
    this.network = network;
    this.groupId = groupId;
    this.resetsToEarliest = resetsToEarliest;
    broker.onNews(news);
  }

  /**
   * A consumer of a process.
   *
   * @param groupId null for none
   * @param resetsToEarliest {@code auto.offset.reset=earliest}, else {@code none}
   * @param wake called when there may be something to poll
   */
  public static Consumer<String, byte[]> of(
      SimProcess process,
      SimBroker broker,
      Network network,
      @Nullable String groupId,
      boolean resetsToEarliest,
      Runnable wake) {
    SimConsumer consumer = new SimConsumer(process, broker, network, groupId, resetsToEarliest);
    consumer.wake = wake;
    return consumer.port();
  }

  @SuppressWarnings("unchecked")
  private Consumer<String, byte[]> port() {
    return SimPort.of(Consumer.class, this);
  }

  private void hasNews(TopicPartition partition) {
    if (!process.isAlive() || closed) {
      broker.forget(news);
      return;
    }
    if (assignment.contains(partition)) {
      wake.run();
    }
  }

  private boolean reaches() {
    return network.connects(process.name(), Network.KAFKA);
  }

  // -- assignment

  void assign(Collection<TopicPartition> partitions) {
    assignment.clear();
    assignment.addAll(partitions);
    positions.keySet().retainAll(assignment);
    wake.run();
  }

  Set<TopicPartition> assignment() {
    return Set.copyOf(assignment);
  }

  void subscribe(Collection<String> topics) {
    subscribe(topics, null);
  }

  void subscribe(Collection<String> topics, @Nullable ConsumerRebalanceListener toTell) {
    subscription = List.copyOf(topics);
    listener = toTell;
    SimGroup group = broker.group(group());
    SimConsumer before = group.owner;
    group.candidate = this;
    // One that left, or died and had its session's time, is in nobody's way.
    group.candidateFromMs =
        process.engine().nowMs() + (before == null || before.closed ? 0 : SESSION_MS);
    wakeLater(group.candidateFromMs);
  }

  private void wakeLater(long atMs) {
    long wait = Math.max(1, atMs - process.engine().nowMs() + 1);
    process.within(wait, wait + 20, wake);
  }

  private String group() {
    if (groupId == null) {
      throw new IllegalStateException("Expected a group id");
    }
    return groupId;
  }

  /** What the coordinator says with each poll. */
  private void rebalance() {
    List<String> topics = subscription;
    if (topics == null) {
      return;
    }
    SimGroup group = broker.group(group());
    SimConsumer owner = group.owner;
    if (owner == this && group.candidate != null && group.candidate != this) {
      // Asked to leave it to the newer member, which the group already waits for.
      group.owner = null;
      group.candidateFromMs = Math.min(group.candidateFromMs, process.engine().nowMs());
      give(false);
      group.candidate.wakeLater(process.engine().nowMs());
      return;
    }
    if (owner != this && !assignment.isEmpty()) {
      give(true);
      return;
    }
    if (group.candidate == this && process.engine().nowMs() >= group.candidateFromMs) {
      group.owner = this;
      group.candidate = null;
      take(topics);
    } else if (owner == null && group.candidate == null) {
      group.candidate = this;
      group.candidateFromMs = process.engine().nowMs();
    }
  }

  private void take(List<String> topics) {
    for (String topic : topics) {
      for (int i = 0; i < broker.partitions(topic); i++) {
        assignment.add(new TopicPartition(topic, i));
      }
    }
    if (listener != null) {
      listener.onPartitionsAssigned(List.copyOf(assignment));
    }
  }

  private void give(boolean lost) {
    List<TopicPartition> gone = List.copyOf(assignment);
    if (listener != null) {
      if (lost) {
        listener.onPartitionsLost(gone);
      } else {
        listener.onPartitionsRevoked(gone);
      }
    }
    assignment.clear();
    positions.clear();
    paused.clear();
  }

  // -- reading

  ConsumerRecords<String, byte[]> poll(Duration wait) {
    if (!reaches()) {
      wakeLater(process.engine().nowMs() + 200);
      return empty();
    }
    rebalance();
    Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> records = new LinkedHashMap<>();
    int left = RECORDS_MAX;
    List<TopicPartition> inOrder =
        new ArrayList<>(
            assignment.stream()
                .collect(
                    Collectors.toMap(
                        TopicPartition::toString, Function.identity(), (a, b) -> a, TreeMap::new))
                .values());
    if (!inOrder.isEmpty()) {
      // Fetches answer in any order.
      java.util.Collections.rotate(inOrder, process.engine().pick(inOrder.size()));
    }
    // Positions first: a poll that throws has taken nothing.
    inOrder.forEach(this::validPosition);
    for (TopicPartition partition : inOrder) {
      SimLog log = broker.log(partition);
      if (log == null || paused.contains(partition) || left == 0) {
        continue;
      }
      long position = position(partition);
      List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
      for (SimLog.Entry entry : log.read(position, left)) {
        found.add(record(partition, entry));
      }
      left -= found.size();
      if (!found.isEmpty()) {
        records.put(partition, found);
        positions.put(partition, found.getLast().offset() + 1);
      } else {
        positions.put(partition, Math.max(position, log.end()));
      }
    }
    if (left == 0) {
      wakeLater(process.engine().nowMs());
    }
    return records.isEmpty() ? empty() : new ConsumerRecords<>(records, Map.of());
  }

  private void validPosition(TopicPartition partition) {
    SimLog log = broker.log(partition);
    if (log != null) {
      long position = position(partition);
      if (position < log.start() || position > log.end()) {
        reset(partition, position, log);
      }
    }
  }

  private static ConsumerRecords<String, byte[]> empty() {
    return new ConsumerRecords<>(Map.of(), Map.of());
  }

  private void reset(TopicPartition partition, long position, SimLog log) {
    if (!resetsToEarliest) {
      throw new OffsetOutOfRangeException(Map.of(partition, position));
    }
    positions.put(partition, log.start());
  }

  private static ConsumerRecord<String, byte[]> record(
      TopicPartition partition, SimLog.Entry entry) {
    return new ConsumerRecord<>(
        partition.topic(),
        partition.partition(),
        entry.offset(),
        entry.timestampMs(),
        TimestampType.CREATE_TIME,
        entry.key() == null ? -1 : entry.key().length(),
        entry.value() == null ? -1 : entry.value().length,
        entry.key(),
        entry.value(),
        new RecordHeaders(entry.headers()),
        Optional.empty());
  }

  long position(TopicPartition partition) {
    Long known = positions.get(partition);
    if (known != null) {
      return known;
    }
    Long stored = groupId == null ? null : broker.committed(groupId).get(partition);
    SimLog log = broker.log(partition);
    long start = log == null ? 0 : log.start();
    if (stored == null && !resetsToEarliest) {
      throw new org.apache.kafka.clients.consumer.NoOffsetForPartitionException(partition);
    }
    long position = stored == null ? start : stored;
    positions.put(partition, position);
    return position;
  }

  void seek(TopicPartition partition, long offset) {
    positions.put(partition, offset);
  }

  void seek(TopicPartition partition, OffsetAndMetadata offset) {
    positions.put(partition, offset.offset());
  }

  void seekToBeginning(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      SimLog log = broker.log(partition);
      positions.put(partition, log == null ? 0 : log.start());
    }
  }

  void seekToEnd(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      SimLog log = broker.log(partition);
      positions.put(partition, log == null ? 0 : log.end());
    }
  }

  Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
    return offsets(partitions, SimLog::end);
  }

  Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions, Duration timeout) {
    return offsets(partitions, SimLog::end);
  }

  Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
    return offsets(partitions, SimLog::start);
  }

  Map<TopicPartition, Long> beginningOffsets(
      Collection<TopicPartition> partitions, Duration timeout) {
    return offsets(partitions, SimLog::start);
  }

  private Map<TopicPartition, Long> offsets(
      Collection<TopicPartition> partitions, Function<SimLog, Long> which) {
    needBroker();
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (TopicPartition partition : partitions) {
      SimLog log = broker.log(partition);
      offsets.put(partition, log == null ? 0 : which.apply(log));
    }
    return offsets;
  }

  private void needBroker() {
    if (!reaches()) {
      throw new TimeoutException("The broker does not answer");
    }
  }

  List<PartitionInfo> partitionsFor(String topic) {
    needBroker();
    List<PartitionInfo> infos = new ArrayList<>();
    for (int i = 0; i < broker.partitions(topic); i++) {
      infos.add(new PartitionInfo(topic, i, Node.noNode(), new Node[0], new Node[0]));
    }
    return infos;
  }

  List<PartitionInfo> partitionsFor(String topic, Duration timeout) {
    return partitionsFor(topic);
  }

  // -- positions

  Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
    needBroker();
    Map<TopicPartition, OffsetAndMetadata> known = new HashMap<>();
    partitions.forEach(
        partition -> {
          Long offset = broker.committed(group()).get(partition);
          known.put(partition, offset == null ? null : new OffsetAndMetadata(offset));
        });
    return known;
  }

  Map<TopicPartition, OffsetAndMetadata> committed(
      Set<TopicPartition> partitions, Duration timeout) {
    return committed(partitions);
  }

  void commitAsync() {
    Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>();
    assignment.forEach(partition -> all.put(partition, new OffsetAndMetadata(position(partition))));
    commitAsync(all, null);
  }

  void commitAsync(OffsetCommitCallback callback) {
    Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>();
    assignment.forEach(partition -> all.put(partition, new OffsetAndMetadata(position(partition))));
    commitAsync(all, callback);
  }

  void commitAsync(
      Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable OffsetCommitCallback callback) {
    process.within(
        1,
        5,
        () -> {
          Exception problem = commit(offsets);
          if (callback != null) {
            callback.onComplete(offsets, problem);
          }
        });
  }

  private @Nullable Exception commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    if (!reaches() || !broker.takesWrites()) {
      return new Unreachable();
    }
    if (subscription != null && broker.group(group()).owner != this) {
      return new org.apache.kafka.clients.consumer.CommitFailedException();
    }
    offsets.forEach(
        (partition, offset) -> broker.committed(group()).put(partition, offset.offset()));
    return null;
  }

  /** A commit that did not arrive. */
  private static final class Unreachable extends RetriableException {
    private static final long serialVersionUID = 1;

    Unreachable() {
      super("The broker does not answer");
    }
  }

  void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
    Exception problem = commit(offsets);
    if (problem instanceof RuntimeException failure) {
      throw failure;
    }
  }

  void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
    commitSync(offsets, Duration.ZERO);
  }

  void pause(Collection<TopicPartition> partitions) {
    paused.addAll(partitions);
  }

  void resume(Collection<TopicPartition> partitions) {
    paused.removeAll(partitions);
    wake.run();
  }

  Set<TopicPartition> paused() {
    return Set.copyOf(paused);
  }

  void wakeup() {
    wake.run();
  }

  void close() {
    closed = true;
    broker.forget(news);
    if (subscription != null && broker.group(group()).owner == this) {
      broker.group(group()).owner = null;
    }
  }

  void close(Duration timeout) {
    close();
  }

  Map<MetricName, Metric> metrics() {
    return Map.of();
  }
}
