package io.vireo.ingest.core;

import java.util.EnumSet;
import java.util.Set;

/** What is written under a key of its own: one of the topics that hold the newest of each key. */
public enum Book {
  VMI,
  OWNER,
  PODS,
  DOMAINS,
  NODE;

  /** Those whose keys are uids of VMIs. */
  static final Set<Book> OF_A_VMI = Set.copyOf(EnumSet.of(VMI, PODS, DOMAINS));
}
