package io.vireo.health;

import java.util.Optional;

/**
 * One reason why a component might not be ready. Called on an event loop at each request: it must
 * answer at once from what is known, without I/O. Thread-safe.
 */
@FunctionalInterface
public interface ReadinessCheck {

  /** Empty when ready; else one sentence that says what is wrong. */
  Optional<String> problem();
}
