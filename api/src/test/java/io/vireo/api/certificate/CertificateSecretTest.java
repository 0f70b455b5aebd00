package io.vireo.api.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CertificateSecretTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<String> NAMES = List.of("vireo-api.vireo.svc", "127.0.0.1");

  private static CertificateBook.Timed made() throws IOException {
    return SelfSigned.make(NAMES, NOW);
  }

  @Test
  void shouldReadWhatItWrote() throws IOException {
    CertificateBook.Held held =
        new CertificateBook.Held(
            made(),
            made(),
            new CertificateBook.Previous(made().pair().certificate(), NOW.plusSeconds(5)));

    assertThat(CertificateSecret.read(CertificateSecret.write(held))).contains(held);
  }

  @Test
  void shouldTakeTheTimesOfTheCertificate() throws IOException {
    CertificateBook.Timed made = made();

    assertThat(made.madeAt()).isEqualTo(NOW);
    assertThat(made.notAfter()).isEqualTo(NOW.plus(90, ChronoUnit.DAYS));
    assertThat(SelfSigned.isFor(made.pair(), NAMES)).isTrue();
    assertThat(SelfSigned.isFor(made.pair(), List.of("127.0.0.1", "other.example"))).isFalse();
  }

  @Test
  void shouldFindNothingInTheSecretThatShips() {
    assertThat(CertificateSecret.read(null)).isEmpty();
    assertThat(CertificateSecret.read(Map.of())).isEmpty();
  }

  @Test
  void shouldTakeWhatCannotBeServedWithForMissing() throws IOException {
    Map<String, String> right =
        CertificateSecret.write(new CertificateBook.Held(made(), null, null));
    for (Map.Entry<String, String> wrong :
        Map.of("tls.crt", "not Base64 at all!", "tls.key", encoded("no key")).entrySet()) {
      Map<String, String> data = new HashMap<>(right);
      data.put(wrong.getKey(), wrong.getValue());
      assertThat(CertificateSecret.read(data)).as(wrong.getKey()).isEmpty();
    }
    Map<String, String> anothersKey = new HashMap<>(right);
    anothersKey.put("tls.key", encoded(made().pair().key()));
    assertThat(CertificateSecret.read(anothersKey)).isEmpty();
  }

  @Test
  void shouldServeOnWhereOnlyTheRestIsBroken() throws IOException {
    CertificateBook.Held held = new CertificateBook.Held(made(), null, null);
    Map<String, String> data = new HashMap<>(CertificateSecret.write(held));
    data.put("next.crt", encoded("none"));
    data.put("next.key", encoded("none"));
    data.put("previous.crt", encoded("none"));
    data.put("previous.until", encoded("tomorrow"));

    assertThat(CertificateSecret.read(data)).contains(held);
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes());
  }
}
