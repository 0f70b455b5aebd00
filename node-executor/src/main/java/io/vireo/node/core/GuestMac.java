package io.vireo.node.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** MAC addresses of guests whose manifest names none. */
public final class GuestMac {

  private GuestMac() {}

  /** The same address each time, in QEMU's range. */
  public static String of(String uid, String name) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((uid + "/" + name).getBytes(StandardCharsets.UTF_8));
      return String.format("52:54:00:%02x:%02x:%02x", hash[0], hash[1], hash[2]);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
