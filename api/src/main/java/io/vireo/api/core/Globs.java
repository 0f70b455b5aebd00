package io.vireo.api.core;

/** Patterns with {@code *} for any characters. */
final class Globs {

  /** Longer texts match nothing; no name is as long. */
  private static final int TEXT_MAX = 253;

  private Globs() {}

  /** Whether the text matches; its cost grows with the product of both lengths at most. */
  static boolean matches(String pattern, String text) {
    if (text.length() > TEXT_MAX) {
      return false;
    }
    int at = 0;
    int inText = 0;
    int star = -1;
    int resume = 0;
    while (inText < text.length()) {
      if (at < pattern.length() && pattern.charAt(at) == '*') {
        star = at++;
        resume = inText;
      } else if (at < pattern.length()
          && (pattern.charAt(at) == text.charAt(inText) || pattern.charAt(at) == '?')) {
        at++;
        inText++;
      } else if (star >= 0) {
        at = star + 1;
        inText = ++resume;
      } else {
        return false;
      }
    }
    while (at < pattern.length() && pattern.charAt(at) == '*') {
      at++;
    }
    return at == pattern.length();
  }
}
