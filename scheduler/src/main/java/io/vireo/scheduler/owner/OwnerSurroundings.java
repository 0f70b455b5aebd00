package io.vireo.scheduler.owner;

/** What a decision may look up beside the owner's own state. */
public interface OwnerSurroundings {

  /**
   * All owners of this kind were listed by the ingest that runs, and every partition of VMIs has
   * told of all that a full list held. Before that nothing may be taken for missing.
   */
  boolean isListed(String kind);
}
