package io.vireo.scheduler.dispatch;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.DestroyDomain;
import io.vireo.schemas.avro.NodeCommand;
import io.vireo.schemas.avro.NodeState;
import io.vireo.schemas.avro.NodeTransition;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Both loops over clients that do what a test says, on one thread. */
final class DispatchRig {

  static final TopicPartition COMMANDS = new TopicPartition(Topics.NODE_COMMANDS.name(), 0);
  private static final TopicPartition NODES = new TopicPartition(Topics.NODE_TRANSITIONS.name(), 0);

  /** What a poll of commands without records passed over. */
  final Map<TopicPartition, OffsetAndMetadata> passed = new HashMap<>();

  final MockConsumer<String, byte[]> commandConsumer =
      new MockConsumer<>("earliest") {
        @Override
        public synchronized ConsumerRecords<String, byte[]> poll(Duration wait) {
          ConsumerRecords<String, byte[]> records = super.poll(wait);
          return records.isEmpty() ? new ConsumerRecords<>(Map.of(), passed) : records;
        }
      };

  MockConsumer<String, byte[]> nodeConsumer = new MockConsumer<>("earliest");
  final MockProducer<String, byte[]> producer =
      new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
  final Deque<CompletableFuture<Void>> asked = new ArrayDeque<>();
  final List<String> topicsAsked = new ArrayList<>();
  final CommandCopies copies;
  NodeTopics topics;
  long nowMs = 1_700_000_000_000L;
  private final InstantSource clock = () -> Instant.ofEpochMilli(nowMs);
  private final NodeTopics.Directory directory = new NodeTopics.Directory();
  private long nodeOffset;
  private long commandOffset;

  DispatchRig() {
    commandConsumer.updateBeginningOffsets(Map.of(COMMANDS, 0L));
    nodeConsumer.updateBeginningOffsets(Map.of(NODES, 0L));
    topics = new NodeTopics(nodeConsumer, producer, this::make, clock, directory);
    copies =
        new CommandCopies(commandConsumer, producer, clock, directory, new SimpleMeterRegistry());
    commandConsumer.rebalance(List.of(COMMANDS));
  }

  /** The loop of the nodes failed and begins again, over a log that may be another. */
  void followAnew() {
    nodeConsumer = new MockConsumer<>("earliest");
    nodeConsumer.updateBeginningOffsets(Map.of(NODES, 0L));
    nodeOffset = 0;
    topics = new NodeTopics(nodeConsumer, producer, this::make, clock, directory);
  }

  private CompletableFuture<Void> make(List<Topic<?>> wanted) {
    wanted.forEach(topic -> topicsAsked.add(topic.name()));
    CompletableFuture<Void> result = new CompletableFuture<>();
    asked.add(result);
    return result;
  }

  CompletableFuture<?> copy() {
    return copies.turn(Duration.ZERO);
  }

  CompletableFuture<?> follow() {
    return topics.turn(Duration.ZERO);
  }

  void node(String node, NodeState state) {
    NodeTransition transition =
        new NodeTransition(
            node, "uid-of-" + node, 1L, state, "Test", null, null, nowMs, null, null);
    nodeConsumer.addRecord(
        new ConsumerRecord<>(NODES.topic(), 0, nodeOffset++, node, AvroCodec.encode(transition)));
  }

  /** The node's topics exist and it was announced. */
  void eligible(String node) {
    node(node, NodeState.Known);
    follow();
    asked.remove().complete(null);
    CompletableFuture<?> announced = follow();
    producer.completeNext();
    announced.join();
    producer.clear();
  }

  void command(String node, long seq) {
    value(
        AvroCodec.encode(
            NodeCommand.newBuilder()
                .setCommandId("vmi/1/" + seq)
                .setIssuedAt(nowMs)
                .setCause("test")
                .setVmiUid("vmi")
                .setNamespace("default")
                .setName("tiny")
                .setNode(node)
                .setNodeUid("uid-of-" + node)
                .setEpoch(1)
                .setSeq(seq)
                .setGeneration(1)
                .setBody(new DestroyDomain("Test"))
                .build()));
  }

  void value(byte[] value) {
    commandConsumer.addRecord(
        new ConsumerRecord<>(COMMANDS.topic(), 0, commandOffset++, "vmi", value));
  }

  long committed() {
    var position = commandConsumer.committed(java.util.Set.of(COMMANDS)).get(COMMANDS);
    return position == null ? 0 : position.offset();
  }

  List<String> sentTo() {
    return producer.history().stream().map(ProducerRecord::topic).toList();
  }

  <V extends SpecificRecord> List<V> sent(Topic<V> topic) {
    List<V> values = new ArrayList<>();
    for (ProducerRecord<String, byte[]> record : producer.history()) {
      if (record.topic().equals(topic.name())) {
        try {
          values.add(topic.decode(record.value()));
        } catch (UndecodableRecordException e) {
          throw new AssertionError(e);
        }
      }
    }
    return values;
  }
}
