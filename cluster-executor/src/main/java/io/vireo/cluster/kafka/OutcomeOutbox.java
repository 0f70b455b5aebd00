package io.vireo.cluster.kafka;

import io.vireo.cluster.core.Command;
import io.vireo.cluster.core.Ending;
import io.vireo.health.Failpoint;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.CloudEvents;
import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.CommandResult;
import io.vireo.schemas.avro.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes outcomes and dead letters. Thread-safe. */
public final class OutcomeOutbox implements AutoCloseable {

  private static final String EXECUTOR = "cluster-executor";

  private final Producer<String, byte[]> producer;
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

  /** Writes with this producer, which is closed with this. */
  public OutcomeOutbox(Producer<String, byte[]> producer) {
    this.producer = producer;
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
    Command.Subject about = task.command().subject();
    Outcome outcome =
        Outcome.newBuilder()
            .setCommandId(task.command().id())
            .setVmiUid(about instanceof Command.Vmi vmi ? vmi.uid() : null)
            .setOwnerUid(about instanceof Command.Owner owner ? owner.uid() : null)
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
    String subject = about == null ? task.key() : about.namespace() + "/" + about.name();
    CloudEvents.headers(
            task.command().id(), CloudEvents.type(Outcome.class), EXECUTOR, subject, nowMs)
        .forEach(record.headers()::add);
    Failpoint.pass("cluster.outcome.before");
    send(
        record,
        () -> {
          Failpoint.pass("cluster.outcome.after");
          written.run();
        });
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
    producer.close(Duration.ofSeconds(5));
  }
}
