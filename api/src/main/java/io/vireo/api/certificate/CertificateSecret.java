package io.vireo.api.certificate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The data of the Secret, as Kubernetes has it: values are Base64. What cannot be used is as if it
 * were not there.
 */
final class CertificateSecret {

  private static final String CERTIFICATE = "tls.crt";
  private static final String KEY = "tls.key";
  private static final String NEXT_CERTIFICATE = "next.crt";
  private static final String NEXT_KEY = "next.key";
  private static final String PREVIOUS_CERTIFICATE = "previous.crt";
  private static final String PREVIOUS_UNTIL = "previous.until";

  private CertificateSecret() {}

  /** What it holds; empty if it has no certificate to serve with. */
  static Optional<CertificateBook.Held> read(@Nullable Map<String, String> data) {
    if (data == null) {
      return Optional.empty();
    }
    return pair(data, CERTIFICATE, KEY)
        .map(
            current ->
                new CertificateBook.Held(
                    current,
                    pair(data, NEXT_CERTIFICATE, NEXT_KEY).orElse(null),
                    previous(data).orElse(null)));
  }

  /** The reverse. */
  static Map<String, String> write(CertificateBook.Held held) {
    Map<String, String> data = new HashMap<>();
    put(data, CERTIFICATE, held.current().pair().certificate());
    put(data, KEY, held.current().pair().key());
    CertificateBook.Timed next = held.next();
    if (next != null) {
      put(data, NEXT_CERTIFICATE, next.pair().certificate());
      put(data, NEXT_KEY, next.pair().key());
    }
    CertificateBook.Previous previous = held.previous();
    if (previous != null) {
      put(data, PREVIOUS_CERTIFICATE, previous.certificate());
      put(data, PREVIOUS_UNTIL, previous.until().toString());
    }
    return data;
  }

  private static Optional<CertificateBook.Timed> pair(
      Map<String, String> data, String certificate, String key) {
    String pem = text(data, certificate);
    String secretKey = text(data, key);
    if (pem.isEmpty() || secretKey.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(SelfSigned.timed(new CertificateBook.Pair(pem, secretKey)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<CertificateBook.Previous> previous(Map<String, String> data) {
    String pem = text(data, PREVIOUS_CERTIFICATE);
    try {
      return pem.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new CertificateBook.Previous(pem, Instant.parse(text(data, PREVIOUS_UNTIL))));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static void put(Map<String, String> data, String key, String text) {
    data.put(key, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String text(Map<String, String> data, String key) {
    try {
      String base64 = data.get(key);
      return base64 == null
          ? ""
          : new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
