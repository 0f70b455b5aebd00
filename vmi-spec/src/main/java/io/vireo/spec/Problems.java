package io.vireo.spec;

import io.vireo.spec.Problem.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects problems, each once, up to a bound. Not thread-safe. */
final class Problems {

  /** More than these are counted, not listed. */
  static final int MAX_LISTED = 64;

  private static final String NOT_SUPPORTED = "not supported by Vireo yet";
  private static final int MAX_EXCERPT = 64;

  private final Set<Problem> found = new LinkedHashSet<>();
  private int unlisted;

  void add(Kind kind, String path, String message) {
    Problem problem = new Problem(kind, path, message);
    if (found.contains(problem)) {
      return;
    }
    if (found.size() < MAX_LISTED) {
      found.add(problem);
    } else {
      unlisted++;
    }
  }

  void invalid(String path, String message) {
    add(Kind.INVALID, path, message);
  }

  void notSupported(String path) {
    add(Kind.NOT_SUPPORTED, path, NOT_SUPPORTED);
  }

  void notSupported(String path, String what) {
    add(Kind.NOT_SUPPORTED, path, what + " " + NOT_SUPPORTED);
  }

  /** Something that only a real CPU can give. */
  void needsKvm(String path, String what) {
    add(
        Kind.NOT_SUPPORTED,
        path,
        what + " needs KVM, but this installation emulates CPUs in software");
  }

  void required(String path, String message) {
    add(Kind.REQUIRED, path, message);
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  List<Problem> all() {
    List<Problem> all = new ArrayList<>(found);
    if (unlisted > 0) {
      all.add(new Problem(Kind.INVALID, "spec", unlisted + " more problems are not listed"));
    }
    return List.copyOf(all);
  }

  /** The user's text as it may be shown: quoted, printable, bounded. */
  static String quote(String text) {
    return "'" + excerpt(text) + "'";
  }

  static String excerpt(String text) {
    String cut = text.length() > MAX_EXCERPT ? text.substring(0, MAX_EXCERPT) + "..." : text;
    StringBuilder shown = new StringBuilder(cut.length());
    cut.chars().forEach(c -> shown.append(c >= 0x20 && c < 0x7f ? (char) c : '?'));
    return shown.toString();
  }
}
