package io.vireo.podnet.core;

/** The namespace is not one that can be set up as is wanted; the message says why. */
public final class NetworkProblem extends Exception {

  private static final long serialVersionUID = 1;

  /** For people: what was expected and what was found. */
  public NetworkProblem(String message) {
    super(message);
  }
}
