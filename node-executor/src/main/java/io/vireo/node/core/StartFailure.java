package io.vireo.node.core;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a domain was not started, in words for its user.
 *
 * @param reason CamelCase, for a condition
 */
record StartFailure(String reason, String message) {

  /** QEMU, when another process holds its lock on an image. */
  private static final Pattern LOCKED =
      Pattern.compile("Failed to get (?:shared )?\"(?:write|consistent read|[a-z ]+)\" lock");

  private static final Pattern IMAGE =
      Pattern.compile("process using the image \\[([^\\]]{1,255})]");

  /** From libvirt's message. */
  static StartFailure of(String message) {
    if (!LOCKED.matcher(message).find()) {
      return new StartFailure("SyncFailed", message);
    }
    Matcher image = IMAGE.matcher(message);
    String volume = image.find() ? volume(image.group(1)) : "";
    return new StartFailure(
        "DiskInUse",
        (volume.isEmpty() ? "A disk" : "Volume " + volume + ": its disk")
            + " is in use by another virtual machine, which holds QEMU's lock on it; stop that one,"
            + " or set shareable in both if what the guests write can bear it");
  }

  /** The file is named after the volume. */
  private static String volume(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }
}
