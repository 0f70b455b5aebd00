package io.vireo.dev.images;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Permission bits as numbers, such as 0644, and as Java's sets. */
public final class FileMode {

  private static final String ALL = "rwxrwxrwx";

  private FileMode() {}

  /** The permissions in the lowest nine bits. */
  public static Set<PosixFilePermission> permissions(int mode) {
    StringBuilder text = new StringBuilder(ALL);
    for (int i = 0; i < ALL.length(); i++) {
      if ((mode >> (ALL.length() - 1 - i) & 1) == 0) {
        text.setCharAt(i, '-');
      }
    }
    return PosixFilePermissions.fromString(text.toString());
  }

  /** The nine bits of these permissions. */
  public static int bits(Set<PosixFilePermission> permissions) {
    int mode = 0;
    for (char c : PosixFilePermissions.toString(permissions).toCharArray()) {
      mode = mode << 1 | (c == '-' ? 0 : 1);
    }
    return mode;
  }
}
