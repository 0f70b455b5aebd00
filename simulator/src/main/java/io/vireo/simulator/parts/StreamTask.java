package io.vireo.simulator.parts;

import io.vireo.scheduler.core.Decider;
import io.vireo.scheduler.topology.CoreJson;
import io.vireo.scheduler.topology.SchedulerMetrics;
import io.vireo.scheduler.topology.SchedulerTopology;
import io.vireo.scheduler.topology.TaskOrigin;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import io.vireo.simulator.kafka.SimLog;
import io.vireo.spec.SpecSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/**
 * The scheduler's real topology over one partition, in Kafka's test driver. What it puts out waits
 * until somebody takes it, as outputs wait for their transaction.
 */
final class StreamTask implements AutoCloseable {

  private static final SpecSettings SETTINGS =
      new SpecSettings("masquerade", true, "example.org/launcher:1");
  private static final List<Topic<?>> OUTPUTS =
      List.of(
          Topics.CLUSTER_COMMANDS,
          Topics.NODE_COMMANDS,
          Topics.VMI_EVENTS,
          Topics.VMI_ENDED,
          Topics.VMI_STATE,
          Topics.VM_EVENTS,
          Topics.DEAD_LETTERS);

  /** One record to write. */
  @SuppressWarnings("ArrayRecordComponent") // Bytes as Kafka has them; compared by isSame.
  record Output(
      String topic,
      @Nullable String key,
      byte @Nullable [] value,
      long timestampMs,
      List<Header> headers) {

    boolean isSame(Output other) {
      return topic.equals(other.topic)
          && String.valueOf(key).equals(String.valueOf(other.key))
          && Arrays.equals(value, other.value)
          && timestampMs == other.timestampMs
          && headers.equals(other.headers);
    }
  }

  /** What a task was given, to give it to another. */
  sealed interface Given {
    record Read(String topic, SimLog.Entry entry, long nowMs) implements Given {}

    record Tick(long byMs, long nowMs) implements Given {}
  }

  private record Origin(String topic, int partition, long offset) implements RecordMetadata {}

  private final int partition;
  private final TopologyTestDriver driver;
  private final Map<String, TestInputTopic<String, byte[]>> inputs = new HashMap<>();
  private final List<TestOutputTopic<String, byte[]>> outputs = new ArrayList<>();
  private Origin inHand = new Origin("", 0, 0);
  private long nowMs;

  StreamTask(
      int partition,
      KeptStores stores,
      KeptStores.Writes writes,
      SchedulerMetrics metrics,
      long nowMs) {
    this.partition = partition;
    this.nowMs = nowMs;
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "vireo.scheduler");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    driver =
        new TopologyTestDriver(
            SchedulerTopology.build(
                new Decider(SETTINGS, new CoreJson()),
                World.PARTITIONS,
                metrics,
                name -> stores.supplier(name, writes),
                context -> origin(),
                StreamTask::readAs),
            settings,
            Instant.ofEpochMilli(nowMs));
    for (Topic<?> topic : SchedulerTopology.inputs()) {
      inputs.put(
          topic.name(),
          driver.createInputTopic(
              readAs(topic), new StringSerializer(), new ByteArraySerializer()));
    }
    for (Topic<?> topic : OUTPUTS) {
      outputs.add(
          driver.createOutputTopic(
              topic.name(), new StringDeserializer(), new ByteArrayDeserializer()));
    }
  }

  /** What a task writes is read after its transaction, by the task of the partition it is for. */
  private static String readAs(Topic<?> topic) {
    return topic.equals(Topics.VMI_STATE) ? topic.name() + ".read" : topic.name();
  }

  private TaskOrigin origin() {
    return new TaskOrigin() {
      @Override
      public int partition() {
        return partition;
      }

      @Override
      public RecordMetadata record() {
        return inHand;
      }

      @Override
      public long nowMs() {
        return nowMs;
      }
    };
  }

  void give(Given given) {
    switch (given) {
      case Given.Read read -> {
        nowMs = read.nowMs();
        inHand = new Origin(read.topic(), partition, read.entry().offset());
        Objects.requireNonNull(inputs.get(read.topic()))
            .pipeInput(
                new TestRecord<>(
                    read.entry().key(),
                    read.entry().value(),
                    new RecordHeaders(read.entry().headers()),
                    Instant.ofEpochMilli(read.entry().timestampMs())));
      }
      case Given.Tick tick -> {
        nowMs = tick.nowMs();
        driver.advanceWallClockTime(Duration.ofMillis(tick.byMs()));
      }
    }
  }

  /** What it has put out since it was asked last, in order for each topic. */
  List<Output> take() {
    List<Output> taken = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      TestOutputTopic<String, byte[]> topic = outputs.get(i);
      while (!topic.isEmpty()) {
        TestRecord<String, byte[]> record = topic.readRecord();
        taken.add(
            new Output(
                OUTPUTS.get(i).name(),
                record.key(),
                record.value(),
                record.timestamp(),
                List.of(record.headers().toArray())));
      }
    }
    return taken;
  }

  @Override
  public void close() {
    driver.close();
  }
}
