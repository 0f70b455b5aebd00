package io.vireo.ingest.core;

/** An epoch of a VMI was given to a node. */
public record Placement(long epoch, String node) {}
