package io.vireo.cli.nodes;

/** What became of an administrator's word. */
public sealed interface Answer {

  /** It is on the record. */
  record Taken(NodeStanding standing) implements Answer {}

  /** It was refused. */
  record Refused(String reason, String message) implements Answer {}

  /** Nothing was heard in time; it may still be taken. */
  record Silent() implements Answer {}
}
