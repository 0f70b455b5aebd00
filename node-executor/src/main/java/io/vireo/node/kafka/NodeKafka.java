package io.vireo.node.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.vireo.schemas.KafkaConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The executor's clients. It may read its commands and write its reports, and nothing else: no
 * group, no transaction, no topic of its own making.
 */
public final class NodeKafka implements TopicIds, AutoCloseable {

  private static final int ADMIN_TIMEOUT_MS = 10_000;
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private final Consumer<String, byte[]> commands;
  private final Producer<String, byte[]> reports;
  private final Admin admin;
  private final List<KafkaClientMetrics> metrics;

  /** Clients of this broker; none connects before it is used. */
  public NodeKafka(KafkaConnection connection, MeterRegistry registry) {
    Map<String, Object> settings = connection.clientSettings();
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "earliest");
    this.commands =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    settings = connection.clientSettings();
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.put("linger.ms", 0);
    settings.put("delivery.timeout.ms", Integer.MAX_VALUE);
    settings.put("max.block.ms", Duration.ofSeconds(2).toMillis());
    this.reports = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    settings = connection.clientSettings();
    settings.put("default.api.timeout.ms", ADMIN_TIMEOUT_MS);
    settings.put("request.timeout.ms", ADMIN_TIMEOUT_MS);
    this.admin = Admin.create(settings);
    this.metrics = List.of(new KafkaClientMetrics(commands), new KafkaClientMetrics(reports));
    metrics.forEach(m -> m.bindTo(registry));
  }

  /** Reads this node's commands; for one thread. */
  public Consumer<String, byte[]> commands() {
    return commands;
  }

  /** Writes this node's reports. */
  public Producer<String, byte[]> reports() {
    return reports;
  }

  @Override
  public CompletableFuture<String> idOf(String topic) {
    return Objects.requireNonNull(
            admin.describeTopics(List.of(topic)).topicNameValues().get(topic), topic)
        .toCompletionStage()
        .toCompletableFuture()
        .thenApply(description -> description.topicId().toString());
  }

  /** Called after the last turn. */
  @Override
  public void close() {
    metrics.forEach(KafkaClientMetrics::close);
    reports.close(CLOSE);
    commands.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(CLOSE));
    admin.close(CLOSE);
  }
}
