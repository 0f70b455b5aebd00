package io.vireo.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import io.vireo.ingest.core.Intake;
import io.vireo.ingest.core.SecretHash;
import io.vireo.ingest.kafka.Delivery;
import io.vireo.ingest.kafka.Inbox;
import io.vireo.ingest.kafka.Outbox;
import io.vireo.ingest.kafka.Past;
import io.vireo.ingest.kubernetes.Watches;
import java.time.Duration;
import java.time.InstantSource;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * The parts that turn news into records, wired. It has no thread and no client of its own: whoever
 * makes it gives turns to {@link #loop()} and {@link #inbox()}, each on one thread at a time, feeds
 * {@link #handlers()}, and watches {@link Outbox#failure()}. A turn that throws ends this start.
 */
public final class Ingest {

  private final EventLoop loop;
  private final Inbox inbox;
  private final Watches.Handlers handlers;

  /**
   * Restores what was written before; nothing is read or written yet.
   *
   * @param outbox opened before the past was read
   * @param consumer for the inbox; whoever gives it closes it
   * @param hash stands in for secrets
   */
  public Ingest(
      Outbox outbox,
      Past past,
      Consumer<String, byte[]> consumer,
      SecretHash hash,
      Silence silence,
      InstantSource clock,
      MeterRegistry registry) {
    Intake intake = new Intake(silence.suspectAfter().toMillis(), silence.lostAfter().toMillis());
    past.restore(intake, clock.millis());
    loop = new EventLoop(intake, outbox, clock, registry);
    inbox = new Inbox(consumer, outbox, past.ends(), clock, loop::put);
    loop.connect(inbox::commit, inbox::takeReports);
    handlers = Watches.handlers(hash, input -> loop.put(Delivery.of(input)));
  }

  /** How long an executor may be silent before it is suspect, and before it is lost. */
  public record Silence(Duration suspectAfter, Duration lostAfter) {}

  /** Takes what the others hand over, and writes. */
  public EventLoop loop() {
    return loop;
  }

  /** Reads Kafka. */
  public Inbox inbox() {
    return inbox;
  }

  /** Take the events of the informers; may block while the loop has too much to do. */
  public Watches.Handlers handlers() {
    return handlers;
  }
}
