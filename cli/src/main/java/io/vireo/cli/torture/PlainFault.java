package io.vireo.cli.torture;

import java.util.Random;
import java.util.Set;

/**
 * Something that goes wrong at no named place.
 *
 * @param name for the command line
 * @param moment when in the life of a VMI
 * @param strike does it, and returns once it is over
 */
record PlainFault(String name, Moment moment, Strike strike) {

  /** When it strikes. */
  enum Moment {
    /** A moment after the VMI was applied. */
    EARLY,
    /** When it runs. */
    RUNNING,
    /** One of the two, by the seed. */
    ANY
  }

  /**
   * What it did.
   *
   * @param changed parts that are other processes now
   * @param othersMay whether other parts may have ended too
   */
  record Effect(Set<String> changed, boolean othersMay) {}

  /** Does it. */
  @FunctionalInterface
  interface Strike {
    Effect on(Stage stage, Life life, Random random) throws Exception;
  }
}
