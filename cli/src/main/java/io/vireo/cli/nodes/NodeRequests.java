package io.vireo.cli.nodes;

import io.vireo.cli.events.EventReader;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.CloudEvents;
import io.vireo.schemas.KafkaConnection;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.DeadLetter;
import io.vireo.schemas.avro.NodeAction;
import io.vireo.schemas.avro.NodeRequest;
import io.vireo.schemas.avro.NodeState;
import io.vireo.schemas.avro.NodeTransition;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Writes an administrator's word about a node and waits for what becomes of it. */
public final class NodeRequests {

  private static final Duration POLL = Duration.ofMillis(200);
  // Each transition is in every partition; dead letters have one.
  private static final TopicPartition TRANSITIONS =
      new TopicPartition(Topics.NODE_TRANSITIONS.name(), 0);
  private static final TopicPartition DEAD_LETTERS =
      new TopicPartition(Topics.DEAD_LETTERS.name(), 0);

  private final KafkaConnection operator;

  /** With the connection of the operator, the only one who may write them. */
  public NodeRequests(KafkaConnection operator) {
    this.operator = operator;
  }

  /**
   * Writes the request and waits until it shows.
   *
   * @param max how long to wait, for the writing and for the answer together
   * @throws IOException when it could not be written, or is not known to be
   */
  public Answer say(NodeRequest request, Duration max) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    try (KafkaConsumer<String, byte[]> consumer = EventReader.consumer(operator)) {
      List<TopicPartition> watched = List.of(TRANSITIONS, DEAD_LETTERS);
      consumer.assign(watched);
      consumer.seekToEnd(watched);
      // The ends are looked up now: an answer may be quicker than the first poll.
      watched.forEach(partition -> consumer.position(partition, max));
      RecordMetadata written = write(request, max);
      while (System.nanoTime() - deadline < 0) {
        for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
          Optional<Answer> answer = answer(request, written, message);
          if (answer.isPresent()) {
            return answer.get();
          }
        }
      }
      return new Answer.Silent();
    }
  }

  private RecordMetadata write(NodeRequest request, Duration max)
      throws IOException, InterruptedException {
    int maxMs = Math.toIntExact(max.toMillis());
    Map<String, Object> settings = new HashMap<>(operator.clientSettings());
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, maxMs);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, maxMs);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, maxMs);
    ProducerRecord<String, byte[]> message =
        new ProducerRecord<>(
            Topics.NODE_REQUESTS.name(),
            null,
            request.getRequestedAt(),
            request.getNode().toString(),
            AvroCodec.encode(request));
    CloudEvents.headers(
            request.getId().toString(),
            CloudEvents.type(NodeRequest.class),
            "cli",
            request.getNode().toString(),
            request.getRequestedAt())
        .forEach(message.headers()::add);
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      return producer.send(message).get(maxMs, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("Expected the request to be written to Kafka, but it was not", e);
    }
  }

  private static Optional<Answer> answer(
      NodeRequest request, RecordMetadata written, ConsumerRecord<String, byte[]> message)
      throws IOException {
    if (message.value() == null) {
      return Optional.empty();
    }
    try {
      return message.topic().equals(TRANSITIONS.topic())
          ? taken(request, Topics.NODE_TRANSITIONS.decode(message.value()))
          : refused(written, Topics.DEAD_LETTERS.decode(message.value()));
    } catch (UndecodableRecordException e) {
      throw new IOException(
          "Expected a record of the topic's kind at %s-%d@%d"
              .formatted(message.topic(), message.partition(), message.offset()),
          e);
    }
  }

  private static Optional<Answer> taken(NodeRequest request, NodeTransition transition) {
    boolean fenced = transition.getState() == NodeState.Fenced;
    boolean meant =
        transition.getNode().toString().equals(request.getNode().toString())
            && isOf(request.getNodeUid(), transition.getNodeUid())
            && transition.getHeartbeat() == null
            && fenced == (request.getAction() == NodeAction.Fence);
    return meant
        ? Optional.of(new Answer.Taken(NodeStanding.after(null, transition)))
        : Optional.empty();
  }

  private static boolean isOf(@Nullable CharSequence wanted, CharSequence uid) {
    return wanted == null || wanted.toString().equals(uid.toString());
  }

  private static Optional<Answer> refused(RecordMetadata written, DeadLetter letter) {
    boolean ours =
        letter.getTopic().toString().equals(written.topic())
            && letter.getPartition() == written.partition()
            && letter.getOffset() == written.offset();
    return ours
        ? Optional.of(
            new Answer.Refused(letter.getReason().toString(), letter.getMessage().toString()))
        : Optional.empty();
  }
}
