package io.vireo.cluster.core;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a phase of a VMI says. */
final class Phases {

  private static final Set<String> FINAL = Set.of("Succeeded", "Failed");

  private Phases() {}

  static boolean isFinal(@Nullable String phase) {
    return phase != null && FINAL.contains(phase);
  }
}
