package io.vireo.ingest.core;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Stands in for a secret value: shows that it changed, and nothing else. Keyed, so that nobody who
 * reads the topics can try guesses; with the VMI's uid, so that equal secrets of two VMIs do not
 * look equal.
 */
public final class SecretHash {

  /** Shortest key taken, in bytes. */
  public static final int KEY_BYTES_MIN = 16;

  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  /** A hash with this key. */
  public SecretHash(byte[] key) {
    if (key.length < KEY_BYTES_MIN) {
      throw new IllegalArgumentException(
          "Expected a key of at least " + KEY_BYTES_MIN + " bytes, but got " + key.length);
    }
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /** {@code hmac-sha256:<hex>}. */
  String of(String uid, String value) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(uid.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return "hmac-sha256:"
          + HexFormat.of().formatHex(mac.doFinal(value.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
    }
  }
}
