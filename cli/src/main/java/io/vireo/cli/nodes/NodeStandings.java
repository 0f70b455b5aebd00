package io.vireo.cli.nodes;

import io.vireo.cli.events.EventReader;
import io.vireo.schemas.KafkaConnection;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.NodeTransition;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads how each node stands now. */
public final class NodeStandings {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  // Each record is in every partition.
  private static final TopicPartition TRANSITIONS =
      new TopicPartition(Topics.NODE_TRANSITIONS.name(), 0);

  private NodeStandings() {}

  /**
   * Every node that was ever seen, by name, as far as the topic still has it.
   *
   * @param operator who may read the topic
   */
  public static SortedMap<String, NodeStanding> read(KafkaConnection operator) throws IOException {
    SortedMap<String, NodeStanding> nodes = new TreeMap<>();
    try (KafkaConsumer<String, byte[]> consumer = EventReader.consumer(operator)) {
      consumer.assign(List.of(TRANSITIONS));
      consumer.seekToBeginning(List.of(TRANSITIONS));
      long end =
          consumer.endOffsets(List.of(TRANSITIONS), ANSWER_MAX).getOrDefault(TRANSITIONS, 0L);
      while (consumer.position(TRANSITIONS, ANSWER_MAX) < end) {
        for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
          if (message.value() == null) {
            nodes.remove(message.key());
          } else {
            nodes.put(
                message.key(), NodeStanding.after(nodes.get(message.key()), decoded(message)));
          }
        }
      }
    }
    return nodes;
  }

  private static NodeTransition decoded(ConsumerRecord<String, byte[]> message) throws IOException {
    try {
      return Topics.NODE_TRANSITIONS.decode(message.value());
    } catch (UndecodableRecordException e) {
      throw new IOException(
          "Expected a node's transition at %s-%d@%d"
              .formatted(message.topic(), message.partition(), message.offset()),
          e);
    }
  }
}
