package io.vireo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.cli.events.EventReader;
import io.vireo.dev.stack.StackFile;
import io.vireo.schemas.KafkaConnection;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands read of Kafka, with the rights of those as whom they go. */
class ReadersIT {

  private static final List<Topic<?>> RECORD = List.of(Topics.VMI_EVENTS, Topics.VM_EVENTS);
  private static final TopicPartition COMMANDS = new TopicPartition(Topics.NODE_COMMANDS.name(), 1);

  @TempDir private static Path folder;
  private static TestBroker broker;

  @BeforeAll
  static void startWithADispatcherThatIsTwoBehind() throws Exception {
    broker = TestBroker.start(folder, 2);
    Map<String, Object> settings = new HashMap<>(broker.connection("scheduler").clientSettings());
    settings.put("group.id", "vireo.dispatcher");
    settings.put("enable.auto.commit", false);
    try (KafkaProducer<String, byte[]> producer =
            new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        KafkaConsumer<String, byte[]> consumer =
            new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      for (int i = 0; i < 3; i++) {
        producer
            .send(new ProducerRecord<>(COMMANDS.topic(), COMMANDS.partition(), "uid", new byte[1]))
            .get();
      }
      consumer.assign(List.of(COMMANDS));
      consumer.commitSync(Map.of(COMMANDS, new OffsetAndMetadata(1)));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    broker.close();
  }

  @Test
  void shouldSeeEveryTopicAndHowFarItIsReadAsTheOperator() throws Exception {
    List<StackStatus.TopicStatus> topics = TopicOffsets.read(broker.connection("operator"));

    assertThat(topics)
        .extracting(StackStatus.TopicStatus::name)
        .containsExactlyInAnyOrderElementsOf(
            Topics.all().stream().map(topic -> topic.name()).toList());
    assertThat(topics)
        .contains(
            new StackStatus.TopicStatus(COMMANDS.topic(), 2, 3, Map.of("vireo.dispatcher", 2L)));
  }

  @Test
  void shouldReadTheRecordAsTheAuditorAndNotAsANode() throws Exception {
    try (EventReader reader =
        EventReader.open(stack(), broker.connection("auditor"), RECORD, "", "")) {
      assertThat(reader.readToEnd()).isEmpty();
    }

    KafkaConnection node = broker.connection("node-node1");
    assertThatThrownBy(() -> EventReader.open(stack(), node, RECORD, "", ""))
        .isInstanceOf(TopicAuthorizationException.class);
  }

  private static StackFile stack() {
    return new StackFile(
        1, 1, false, "unused", "http://127.0.0.1:1", "unused", List.of(), List.of());
  }
}
