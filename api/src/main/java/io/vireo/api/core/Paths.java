package io.vireo.api.core;

/** Paths of files in images. */
final class Paths {

  static final String ROOT = "{} must not point to root";
  static final String PLAIN = "{} must be an absolute path without '.', '..' or empty components";

  private Paths() {}

  /** Whether it leads to one file and nowhere else; what is no text is somebody else's concern. */
  static boolean isPlain(Node path) {
    if (!path.isText()) {
      return true;
    }
    String text = path.text();
    if (!text.startsWith("/") || text.indexOf('\0') >= 0) {
      return false;
    }
    for (String part : text.substring(1).split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return false;
      }
    }
    return true;
  }
}
