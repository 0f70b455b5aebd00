package io.vireo.scheduler.core;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a decision may look up beside the VMI's own state. */
public interface Surroundings {

  /** All VMIs and all launcher pods of the current ingest were listed on this partition. */
  boolean isListed();

  /** A node, if ingest told of it. */
  Optional<Node> node(String name);

  /**
   * A node as it stands.
   *
   * @param standing Known, Eligible, Suspect, Lost, Fenced, Back or Removed
   * @param actor who vouched for the standing, when a person did
   */
  record Node(String name, String uid, String standing, @Nullable String actor) {

    boolean takesCommands() {
      return standing.equals("Eligible") || standing.equals("Back") || standing.equals("Suspect");
    }

    boolean isSilent() {
      return standing.equals("Lost") || standing.equals("Removed");
    }

    boolean isFenced() {
      return standing.equals("Fenced");
    }
  }
}
