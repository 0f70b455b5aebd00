package io.vireo.api.certificate;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is to happen with the certificates. The next one is trusted for a while before it is served,
 * so that no API server meets one that it has not heard of. A function of its arguments.
 */
final class CertificateBook {

  /** How long one is good. */
  static final Duration VALIDITY = Duration.ofDays(90);

  /** How long before its end the next one is made. */
  static final Duration RENEW_BEFORE = Duration.ofDays(30);

  /** How long the next one is trusted before it is served. */
  static final Duration TRUSTED_FIRST = Duration.ofMinutes(5);

  /** How long the one before is still trusted: a replica that hears late serves it meanwhile. */
  static final Duration TRUSTED_AFTER = Duration.ofHours(1);

  private CertificateBook() {}

  /** A certificate and its key, in PEM. */
  record Pair(String certificate, String key) {
    /** Never shows the key. */
    @Override
    public String toString() {
      return "Pair[...]";
    }
  }

  /**
   * One with its times.
   *
   * @param madeAt from when it counts
   */
  record Timed(Pair pair, Instant madeAt, Instant notAfter) {}

  /**
   * The content of the Secret.
   *
   * @param current what is served
   * @param next what will be
   * @param previous what was, while it is still trusted
   */
  record Held(Timed current, @Nullable Timed next, @Nullable Previous previous) {

    /** All that an API server is to trust. */
    String bundle() {
      return current.pair().certificate()
          + (next == null ? "" : next.pair().certificate())
          + (previous == null ? "" : previous.certificate());
    }
  }

  /** A certificate that is served no more, and until when it is trusted. */
  record Previous(String certificate, Instant until) {}

  /** What is to be done. */
  sealed interface Action {
    /** Nothing until then. */
    record Wait(Instant until) implements Action {}

    /** A first certificate is to be made and stored. */
    record MakeFirst() implements Action {}

    /** The next one is to be made and stored beside the current. */
    record MakeNext() implements Action {}

    /**
     * This is to be stored: the next one has become the current, or the one before is forgotten.
     */
    record Store(Held held) implements Action {}
  }

  /**
   * Decides.
   *
   * @param held null when there is none, or none that is usable
   * @param namesFit whether the newest one is for all names that are served
   */
  static Action decide(@Nullable Held held, boolean namesFit, Instant now) {
    if (held == null || !held.current().notAfter().isAfter(now)) {
      return new Action.MakeFirst();
    }
    Timed next = held.next();
    if (next != null) {
      Instant due = next.madeAt().plus(TRUSTED_FIRST);
      return due.isAfter(now)
          ? new Action.Wait(due)
          : new Action.Store(
              new Held(
                  next,
                  null,
                  new Previous(held.current().pair().certificate(), now.plus(TRUSTED_AFTER))));
    }
    Previous previous = held.previous();
    if (previous != null && !previous.until().isAfter(now)) {
      return new Action.Store(new Held(held.current(), null, null));
    }
    Instant renewal = held.current().notAfter().minus(RENEW_BEFORE);
    if (!namesFit || !renewal.isAfter(now)) {
      return new Action.MakeNext();
    }
    return new Action.Wait(
        previous != null && previous.until().isBefore(renewal) ? previous.until() : renewal);
  }
}
