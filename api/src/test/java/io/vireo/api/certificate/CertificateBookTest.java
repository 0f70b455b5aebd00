package io.vireo.api.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.api.certificate.CertificateBook.Action;
import io.vireo.api.certificate.CertificateBook.Held;
import io.vireo.api.certificate.CertificateBook.Pair;
import io.vireo.api.certificate.CertificateBook.Previous;
import io.vireo.api.certificate.CertificateBook.Timed;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CertificateBookTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private static Timed made(String name, Instant at) {
    return new Timed(new Pair(name, "key of " + name), at, at.plus(CertificateBook.VALIDITY));
  }

  private static Action decide(Held held, Instant now) {
    return CertificateBook.decide(held, true, now);
  }

  @Test
  void shouldMakeAFirstWhereThereIsNone() {
    assertThat(CertificateBook.decide(null, false, NOW)).isEqualTo(new Action.MakeFirst());
  }

  @Test
  void shouldMakeAFirstWhenTheOneThatIsServedHasEnded() {
    Held held = new Held(made("a", NOW.minus(CertificateBook.VALIDITY)), null, null);

    assertThat(decide(held, NOW)).isEqualTo(new Action.MakeFirst());
  }

  @Test
  void shouldWaitUntilItIsTimeForTheNext() {
    Held held = new Held(made("a", NOW), null, null);
    Instant renewal = NOW.plus(CertificateBook.VALIDITY).minus(CertificateBook.RENEW_BEFORE);

    assertThat(decide(held, NOW)).isEqualTo(new Action.Wait(renewal));
    assertThat(decide(held, renewal.minusSeconds(1))).isEqualTo(new Action.Wait(renewal));
    assertThat(decide(held, renewal)).isEqualTo(new Action.MakeNext());
  }

  @Test
  void shouldMakeTheNextAtOnceWhenANameIsMissing() {
    Held held = new Held(made("a", NOW), null, null);

    assertThat(CertificateBook.decide(held, false, NOW)).isEqualTo(new Action.MakeNext());
  }

  @Test
  void shouldTrustTheNextBeforeItIsServedAndTheOneBeforeForAWhile() {
    Held held = new Held(made("a", NOW.minus(Duration.ofDays(60))), made("b", NOW), null);
    Instant due = NOW.plus(CertificateBook.TRUSTED_FIRST);

    assertThat(held.bundle()).isEqualTo("ab");
    assertThat(decide(held, due.minusSeconds(1))).isEqualTo(new Action.Wait(due));
    Held promoted =
        new Held(made("b", NOW), null, new Previous("a", due.plus(CertificateBook.TRUSTED_AFTER)));
    assertThat(decide(held, due)).isEqualTo(new Action.Store(promoted));
    assertThat(promoted.bundle()).isEqualTo("ba");
    Instant until = due.plus(CertificateBook.TRUSTED_AFTER);
    assertThat(decide(promoted, due)).isEqualTo(new Action.Wait(until));
    assertThat(decide(promoted, until))
        .isEqualTo(new Action.Store(new Held(made("b", NOW), null, null)));
  }

  /** Two years: at each moment what is served is trusted, and was for a while before. */
  @Test
  void shouldNeverServeWhatWasNotTrustedFirst() {
    Held held = new Held(made("0", NOW), null, null);
    Set<String> trusted = new HashSet<>(Set.of("0"));
    int made = 0;
    Instant now = NOW;
    Instant end = NOW.plus(Duration.ofDays(730));
    int steps = 0;
    while (now.isBefore(end)) {
      assertThat(++steps).as("steps of two years").isLessThan(200);
      switch (decide(held, now)) {
        case Action.Wait wait -> {
          assertThat(wait.until()).isAfter(now);
          now = wait.until();
        }
        case Action.MakeFirst first -> throw new AssertionError("Expected no gap, but at " + now);
        case Action.MakeNext next -> {
          made++;
          held = new Held(held.current(), made("" + made % 10, now), held.previous());
        }
        case Action.Store store -> {
          String serves = store.held().current().pair().certificate();
          assertThat(trusted).contains(serves);
          assertThat(store.held().current().madeAt().plus(CertificateBook.TRUSTED_FIRST))
              .isBeforeOrEqualTo(now);
          assertThat(store.held().bundle()).contains(held.current().pair().certificate());
          held = store.held();
        }
      }
      held.bundle().chars().forEach(each -> trusted.add("" + (char) each));
      assertThat(held.bundle().length()).isLessThanOrEqualTo(2);
    }
    assertThat(made).isEqualTo(12);
  }

  @Test
  void shouldShowNoKey() {
    assertThat(made("a", NOW).toString()).doesNotContain("key of");
  }
}
