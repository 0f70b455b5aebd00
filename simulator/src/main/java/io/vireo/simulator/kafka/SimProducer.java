package io.vireo.simulator.kafka;

import io.vireo.schemas.Partitions;
import io.vireo.simulator.engine.Network;
import io.vireo.simulator.engine.SimProcess;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * An idempotent producer that tries for ever: records arrive in order and once, unless the process
 * dies before. An acknowledgement may be late, or never come to a process that has died.
 */
public final class SimProducer {

  private static final long METADATA_MAX_MS = 2_000;
  private static final long RETRY_MS = 100;

  private record Pending(
      ProducerRecord<String, byte[]> record,
      @Nullable Callback callback,
      CompletableFuture<RecordMetadata> future,
      long sentMs) {}

  private record Acknowledged(Pending pending, RecordMetadata metadata) {}

  private final SimProcess process;
  private final SimBroker broker;
  private final Network network;
  private final long deliveryMaxMs;
  private final Deque<Pending> waiting = new ArrayDeque<>();
  private final Deque<Acknowledged> stored = new ArrayDeque<>();
  private boolean pumping;
  private boolean answering;
  private boolean closed;

  private SimProducer(SimProcess process, SimBroker broker, Network network, long deliveryMaxMs) {
    this.process = process;
    this.broker = broker;
    this.network = network;
    this.deliveryMaxMs = deliveryMaxMs;
  }

  /** A producer that tries for ever. */
  public static Producer<String, byte[]> of(SimProcess process, SimBroker broker, Network network) {
    return of(process, broker, network, Long.MAX_VALUE);
  }

  /**
   * A producer of a process.
   *
   * @param deliveryMaxMs {@code delivery.timeout.ms}: after this it gives up, and whether the
   *     record arrived is not known
   */
  @SuppressWarnings("unchecked")
  public static Producer<String, byte[]> of(
      SimProcess process, SimBroker broker, Network network, long deliveryMaxMs) {
    return SimPort.of(Producer.class, new SimProducer(process, broker, network, deliveryMaxMs));
  }

  Future<RecordMetadata> send(ProducerRecord<String, byte[]> record) {
    return send(record, null);
  }

  Future<RecordMetadata> send(ProducerRecord<String, byte[]> record, @Nullable Callback callback) {
    Pending pending =
        new Pending(record, callback, new CompletableFuture<>(), process.engine().nowMs());
    waiting.add(pending);
    pump(1, 4);
    return pending.future();
  }

  private void pump(long lowMs, long highMs) {
    if (!pumping && !closed) {
      pumping = true;
      long extra = network.extraDelayMs(process.name());
      process.within(lowMs + extra, highMs + extra, this::deliver);
    }
  }

  private void deliver() {
    pumping = false;
    if (!network.carriesRequests(process.name(), Network.KAFKA) || !broker.takesWrites()) {
      giveUp();
      if (!waiting.isEmpty()) {
        pump(RETRY_MS, RETRY_MS);
      }
      return;
    }
    Deque<Pending> again = new ArrayDeque<>();
    while (!waiting.isEmpty()) {
      Pending next = waiting.poll();
      if (broker.exists(next.record().topic())) {
        stored.add(new Acknowledged(next, store(next.record())));
      } else if (process.engine().nowMs() - next.sentMs() > METADATA_MAX_MS) {
        TimeoutException problem =
            new TimeoutException("Topic " + next.record().topic() + " not present in metadata");
        finish(next, null, problem);
      } else {
        again.add(next);
      }
    }
    waiting.addAll(again);
    if (!waiting.isEmpty()) {
      pump(RETRY_MS, RETRY_MS);
    }
    answer(1, 3);
  }

  private void giveUp() {
    while (!waiting.isEmpty() && isTooLate(waiting.peek())) {
      finish(waiting.poll(), null, new TimeoutException("Expiring a record after its time"));
    }
  }

  private boolean isTooLate(Pending pending) {
    return process.engine().nowMs() - pending.sentMs() > deliveryMaxMs;
  }

  private RecordMetadata store(ProducerRecord<String, byte[]> record) {
    int count = broker.partitions(record.topic());
    int partition =
        record.partition() != null
            ? record.partition()
            : record.key() == null ? 0 : Partitions.of(record.key(), count);
    TopicPartition place = new TopicPartition(record.topic(), partition);
    long timestamp = record.timestamp() == null ? process.millis() : record.timestamp();
    long offset =
        broker.append(
            place, timestamp, record.key(), record.value(), List.of(record.headers().toArray()));
    return new RecordMetadata(place, offset, 0, timestamp, -1, -1);
  }

  private void answer(long lowMs, long highMs) {
    if (!answering && !stored.isEmpty() && !closed) {
      answering = true;
      process.within(lowMs, highMs, this::acknowledge);
    }
  }

  private void acknowledge() {
    answering = false;
    if (!network.carriesAnswers(process.name(), Network.KAFKA)) {
      while (!stored.isEmpty() && isTooLate(stored.peek().pending())) {
        finish(stored.poll().pending(), null, new TimeoutException("No acknowledgement came"));
      }
      answer(RETRY_MS, RETRY_MS);
      return;
    }
    List<Acknowledged> done = new ArrayList<>(stored);
    stored.clear();
    for (Acknowledged each : done) {
      finish(each.pending(), each.metadata(), null);
    }
  }

  private static void finish(
      Pending pending, @Nullable RecordMetadata metadata, @Nullable Exception problem) {
    Callback callback = pending.callback();
    if (callback != null) {
      callback.onCompletion(metadata, problem);
    }
    if (problem == null) {
      pending.future().complete(metadata);
    } else {
      pending.future().completeExceptionally(problem);
    }
  }

  List<PartitionInfo> partitionsFor(String topic) {
    List<PartitionInfo> infos = new ArrayList<>();
    for (int i = 0; i < broker.partitions(topic); i++) {
      infos.add(new PartitionInfo(topic, i, Node.noNode(), new Node[0], new Node[0]));
    }
    if (infos.isEmpty()) {
      throw new TimeoutException("Topic " + topic + " not present in metadata");
    }
    return infos;
  }

  void flush() {}

  void close() {
    closed = true;
  }

  void close(Duration timeout) {
    closed = true;
  }

  Map<MetricName, Metric> metrics() {
    return Map.of();
  }
}
