package io.vireo.ingest.core;

/** What is written under a key of its own: one of the topics that hold the newest of each key. */
public enum Book {
  VMI,
  PODS,
  DOMAINS,
  NODE
}
