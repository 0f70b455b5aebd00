package io.vireo.cli.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.cli.TestBroker;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.DeadLetters;
import io.vireo.schemas.KafkaConnection;
import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.NodeAction;
import io.vireo.schemas.avro.NodeRequest;
import io.vireo.schemas.avro.NodeState;
import io.vireo.schemas.avro.NodeTransition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a real broker and its rights; this test stands in for ingest, as ingest. */
class NodeRequestsIT {

  private static final int PARTITIONS = 2;
  private static final Duration MAX = Duration.ofSeconds(20);

  @TempDir private static Path folder;
  private static TestBroker broker;
  private static KafkaConnection operator;
  private static KafkaConnection ingest;
  private static KafkaProducer<String, byte[]> producer;

  @BeforeAll
  static void start() throws Exception {
    broker = TestBroker.start(folder, PARTITIONS);
    operator = broker.connection("operator");
    ingest = broker.connection("ingest");
    producer =
        new KafkaProducer<>(
            ingest.clientSettings(), new StringSerializer(), new ByteArraySerializer());
  }

  @AfterAll
  static void stop() throws Exception {
    producer.close();
    broker.close();
  }

  @Test
  void shouldSeeTheWordOnTheRecord() throws Exception {
    CompletableFuture<NodeRequest> ingested =
        ingestOne(
            message -> {
              NodeRequest request = request(message);
              return transitions(
                  request.getNode().toString(),
                  NodeState.Fenced,
                  request.getReason().toString(),
                  request.getActor().toString(),
                  null);
            });

    Answer answer = new NodeRequests(operator).say(word("node1", NodeAction.Fence), MAX);

    assertThat(answer).isInstanceOf(Answer.Taken.class);
    NodeStanding standing = ((Answer.Taken) answer).standing();
    assertThat(standing.state()).isEqualTo(NodeState.Fenced);
    assertThat(standing.actor()).isEqualTo("root");
    assertThat(ingested.get(10, TimeUnit.SECONDS).getAction()).isEqualTo(NodeAction.Fence);
    assertThat(NodeStandings.read(operator).get("node1").state()).isEqualTo(NodeState.Fenced);
  }

  @Test
  void shouldSeeItRefused() throws Exception {
    CompletableFuture<NodeRequest> ingested =
        ingestOne(
            message ->
                List.of(
                    // A letter about another record, and one about this.
                    DeadLetters.of(moved(message, 1), "ingest", "Other", "another", 1),
                    DeadLetters.of(message, "ingest", "UnknownNode", "there is none", 1)));

    Answer answer = new NodeRequests(operator).say(word("node2", NodeAction.Fence), MAX);

    assertThat(answer).isEqualTo(new Answer.Refused("UnknownNode", "there is none"));
    assertThat(ingested.get(10, TimeUnit.SECONDS).getNode()).hasToString("node2");
  }

  @Test
  void shouldEndWithoutAnAnswer() throws Exception {
    // Heartbeats and other nodes are no answer.
    CompletableFuture<NodeRequest> ingested =
        ingestOne(
            message -> {
              List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
              records.addAll(transitions("node4", NodeState.Fenced, "", "root", null));
              records.addAll(transitions("node3", NodeState.Fenced, "", null, 60_000L));
              records.addAll(transitions("node3", NodeState.Lost, "Silent", null, null));
              return records;
            });

    Answer answer =
        new NodeRequests(operator).say(word("node3", NodeAction.Fence), Duration.ofSeconds(3));

    assertThat(answer).isEqualTo(new Answer.Silent());
    assertThat(ingested).isCompleted();
  }

  @Test
  void shouldReadTheLastStandingOfEachNodeAndItsExecutorsLastWord() throws Exception {
    List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
    records.addAll(transitions("node5", NodeState.Known, "Seen", null, null));
    records.addAll(transitions("node5", NodeState.Eligible, "Heard", null, null));
    records.addAll(transitions("node5", NodeState.Eligible, "Minute", null, 120_000L));
    for (ProducerRecord<String, byte[]> record : records) {
      producer.send(record).get();
    }

    NodeStanding standing = NodeStandings.read(operator).get("node5");

    assertThat(standing)
        .isEqualTo(
            new NodeStanding(
                "node5", "uid-node5", NodeState.Eligible, "Heard", null, null, 120_000L, 5_000));
  }

  /** Takes the next request, and writes what becomes of it. */
  private static CompletableFuture<NodeRequest> ingestOne(
      Function<ConsumerRecord<String, byte[]>, List<ProducerRecord<String, byte[]>>> outcome) {
    TopicPartition requests = new TopicPartition(Topics.NODE_REQUESTS.name(), 0);
    KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            new HashMap<>(ingest.clientSettings()),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    consumer.assign(List.of(requests));
    consumer.seekToEnd(List.of(requests));
    consumer.position(requests);
    return CompletableFuture.supplyAsync(
        () -> {
          try (consumer) {
            while (true) {
              for (ConsumerRecord<String, byte[]> message : consumer.poll(Duration.ofSeconds(1))) {
                for (ProducerRecord<String, byte[]> record : outcome.apply(message)) {
                  producer.send(record).get();
                }
                return request(message);
              }
            }
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static NodeRequest request(ConsumerRecord<String, byte[]> message) {
    try {
      return Topics.NODE_REQUESTS.decode(message.value());
    } catch (io.vireo.schemas.UndecodableRecordException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ConsumerRecord<String, byte[]> moved(
      ConsumerRecord<String, byte[]> message, long by) {
    return new ConsumerRecord<>(
        message.topic(),
        message.partition(),
        message.offset() + by,
        message.key(),
        message.value());
  }

  private static NodeRequest word(String node, NodeAction action) {
    return NodeRequest.newBuilder()
        .setId("id-" + node)
        .setNode(node)
        .setNodeUid("uid-" + node)
        .setAction(action)
        .setActor("root")
        .setReason("fire")
        .setRequestedAt(1_000)
        .build();
  }

  /** In every partition, as ingest writes them. */
  private static List<ProducerRecord<String, byte[]>> transitions(
      String node, NodeState state, String reason, String actor, Long heartbeat) {
    NodeTransition transition =
        NodeTransition.newBuilder()
            .setNode(node)
            .setNodeUid("uid-" + node)
            .setIncarnation(1)
            .setState(state)
            .setReason(reason)
            .setActor(actor)
            .setHeartbeat(heartbeat)
            .setObservedAt(5_000)
            .build();
    List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      records.add(
          new ProducerRecord<>(
              Topics.NODE_TRANSITIONS.name(), partition, node, AvroCodec.encode(transition)));
    }
    return records;
  }
}
