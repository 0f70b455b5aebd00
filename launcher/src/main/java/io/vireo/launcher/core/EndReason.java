package io.vireo.launcher.core;

import java.util.Optional;

/** Why a domain is off, in one word, as {@code virsh domstate --reason} tells it. */
public final class EndReason {

  /** Nobody can tell. */
  public static final String UNKNOWN = "unknown";

  private EndReason() {}

  /** The reason in a line such as {@code shut off (shutdown)}; empty when the domain is not off. */
  public static Optional<String> of(String line) {
    if (!line.startsWith("shut off") && !line.startsWith("crashed")) {
      return Optional.empty();
    }
    int open = line.indexOf('(');
    int close = line.indexOf(')', open + 1);
    return Optional.of(
        open < 0 || close < 0 ? UNKNOWN : line.substring(open + 1, close).replace(' ', '-'));
  }
}
