package io.vireo.cluster.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.vireo.cluster.core.Command;
import io.vireo.cluster.core.Ending;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.CloudEvents;
import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.CommandResult;
import io.vireo.schemas.avro.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes outcomes and dead letters. Thread-safe. */
public final class OutcomeOutbox implements AutoCloseable {

  private static final String EXECUTOR = "cluster-executor";

  private final KafkaProducer<String, byte[]> producer;
  private final KafkaClientMetrics metrics;
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

  private OutcomeOutbox(KafkaProducer<String, byte[]> producer, MeterRegistry registry) {
    this.producer = producer;
    this.metrics = new KafkaClientMetrics(producer);
    metrics.bindTo(registry);
  }

  /** Connects. */
  public static OutcomeOutbox open(String bootstrapServers, MeterRegistry registry) {
    OutcomeOutbox outbox =
        new OutcomeOutbox(new KafkaProducer<>(KafkaSettings.producer(bootstrapServers)), registry);
    // Metadata and the producer's id take their time once; not on the first command.
    outbox.producer.partitionsFor(Topics.OUTCOMES.name());
    return outbox;
  }

  /** Completes when something could not be written for good. */
  public CompletableFuture<Throwable> failure() {
    return failure;
  }

  /**
   * Writes how a task ended.
   *
   * @param written called once it is acknowledged
   */
  public void write(Task task, Ending ending, long nowMs, Runnable written) {
    Command.Vmi vmi = task.command().vmi();
    Outcome outcome =
        Outcome.newBuilder()
            .setCommandId(task.command().id())
            .setVmiUid(vmi == null ? null : vmi.uid())
            .setCommandType(task.type())
            .setResult(result(ending.result()))
            .setReason(ending.reason())
            .setMessage(ending.message())
            .setExecutor(EXECUTOR)
            .setResourceVersion(ending.resourceVersion())
            .setObjectUid(ending.objectUid())
            .setObservedAt(nowMs)
            .build();
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            Topics.OUTCOMES.name(), null, nowMs, task.key(), AvroCodec.encode(outcome));
    String subject = vmi == null ? task.key() : vmi.namespace() + "/" + vmi.name();
    CloudEvents.headers(
            task.command().id(), CloudEvents.type(Outcome.class), EXECUTOR, subject, nowMs)
        .forEach(record.headers()::add);
    send(record, written);
  }

  /** Writes any record. */
  public void send(ProducerRecord<String, byte[]> record, Runnable written) {
    // The callback hears of failures.
    var unused =
        producer.send(
            record,
            (metadata, problem) -> {
              if (problem == null) {
                written.run();
              } else {
                failure.complete(problem);
              }
            });
  }

  private static CommandResult result(Ending.Result result) {
    return switch (result) {
      case DONE -> CommandResult.Done;
      case REFUSED -> CommandResult.Refused;
      case FAILED -> CommandResult.Failed;
      case SUPERSEDED -> CommandResult.Superseded;
      case UNKNOWN -> CommandResult.Unknown;
    };
  }

  /** Waits briefly for what is on its way. */
  @Override
  public void close() {
    metrics.close();
    producer.close(Duration.ofSeconds(5));
  }
}
