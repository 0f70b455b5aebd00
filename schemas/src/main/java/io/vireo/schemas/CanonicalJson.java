package io.vireo.schemas;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON with one spelling a value: keys sorted, no white space. A tree is made of maps with string
 * keys, lists, strings, numbers, booleans and null. Thread-safe.
 */
public final class CanonicalJson {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private CanonicalJson() {}

  /** Writes a tree. */
  public static String write(@Nullable Object tree) {
    return MAPPER.writeValueAsString(tree);
  }

  /**
   * Reads a tree.
   *
   * @throws IllegalArgumentException if it is not JSON; the message does not quote the text
   */
  public static @Nullable Object read(String json) {
    try {
      return MAPPER.readValue(json, Object.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("Expected JSON, but it is malformed", e);
    }
  }

  /** 32 hexadecimal digits of the SHA-256 of the canonical text: equal trees, equal hashes. */
  public static String hash(@Nullable Object tree) {
    return sha256(write(tree).getBytes(StandardCharsets.UTF_8)).substring(0, 32);
  }

  /** SHA-256, hexadecimal. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
