package io.vireo.cli.torture;

/** A guarantee did not hold; the message says which and how. */
final class Broken extends Exception {

  private static final long serialVersionUID = 1L;

  Broken(String message) {
    super(message);
  }
}
