package io.vireo.dev.images;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** SHA-256 as OCI writes it. */
final class Digests {

  static final String PREFIX = "sha256:";

  private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");

  private Digests() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every JDK has SHA-256", e);
    }
  }

  static String of(byte[] content) {
    return text(sha256().digest(content));
  }

  static String of(InputStream content) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[1 << 16];
    for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
      digest.update(buffer, 0, n);
    }
    return text(digest.digest());
  }

  static String text(byte[] hash) {
    return PREFIX + HexFormat.of().formatHex(hash);
  }

  /** The hexadecimal part of a well-formed digest; anything else may be a path and is refused. */
  static String hex(String digest) {
    if (!FORM.matcher(digest).matches()) {
      throw new ImageStoreException("Expected a digest sha256:<64 hex digits>, but got " + digest);
    }
    return digest.substring(PREFIX.length());
  }
}
