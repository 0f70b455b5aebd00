package io.vireo.ingest.core;

/** How a node stands; the names are those on the topic. */
public enum NodeStanding {
  /** It offers devices for launchers; its topics are still to be made. */
  KNOWN,
  /** Its topics exist and its executor was heard. */
  ELIGIBLE,
  /** Its executor has been silent for a while. */
  SUSPECT,
  /** Its executor has been silent for long. */
  LOST,
  /** An administrator vouched that its machine is dead. Nothing but his word leads back. */
  FENCED,
  /** Its executor was heard again. */
  BACK,
  /** The Node object is gone. */
  REMOVED;

  /** Whether its executor is expected to be heard. */
  boolean isAlive() {
    return this == ELIGIBLE || this == BACK;
  }
}
