package io.vireo.scheduler.dispatch;

import io.vireo.health.Failpoint;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** Sends whose result completes with the broker's acknowledgement, on the producer's thread. */
final class Acknowledged {

  private Acknowledged() {}

  /**
   * Sends a record between two failpoints.
   *
   * @param effect name of the failpoints without {@code .before} and {@code .after}
   */
  @SuppressWarnings("FutureReturnValueIgnored") // The callback tells the same.
  static CompletableFuture<Void> send(
      Producer<String, byte[]> producer, ProducerRecord<String, byte[]> record, String effect) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Failpoint.pass(effect + ".before");
    try {
      producer.send(
          record,
          (metadata, error) -> {
            if (error == null) {
              Failpoint.pass(effect + ".after");
              done.complete(null);
            } else {
              done.completeExceptionally(error);
            }
          });
    } catch (KafkaException e) {
      done.completeExceptionally(e);
    }
    return done;
  }
}
