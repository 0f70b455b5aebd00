package io.vireo.cli.torture;

import io.vireo.dev.stack.StackClient;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.KafkaAccess;
import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.NodeCommand;
import io.vireo.schemas.avro.StopDomain;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What the scheduler never writes to its own topic of commands, and the dispatcher may meet. */
final class FalseCommands {

  private final StackClient stack;

  FalseCommands(StackClient stack) {
    this.stack = stack;
  }

  /** For a VMI and a node that there are not. */
  void foreign() throws IOException, InterruptedException {
    String uid = UUID.randomUUID().toString();
    NodeCommand command =
        NodeCommand.newBuilder()
            .setCommandId(uid + "-1-1")
            .setIssuedAt(System.currentTimeMillis())
            .setCause("torture")
            .setVmiUid(uid)
            .setNamespace(Life.NAMESPACE)
            .setName("nobody")
            .setNode("nowhere")
            .setNodeUid(UUID.randomUUID().toString())
            .setEpoch(1)
            .setSeq(1)
            .setGeneration(1)
            .setBody(new StopDomain(0L, 0L))
            .build();
    send(uid, AvroCodec.encode(command));
  }

  /** No command at all. */
  void junk() throws IOException, InterruptedException {
    send("junk", new byte[] {1, 2, 3});
  }

  private void send(String key, byte[] value) throws IOException, InterruptedException {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            stack.kafka(KafkaAccess.SCHEDULER).clientSettings(),
            new StringSerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(Topics.NODE_COMMANDS.name(), key, value)).get();
    } catch (ExecutionException e) {
      throw new IOException("Expected Kafka to take a record, but it did not", e.getCause());
    }
  }
}
