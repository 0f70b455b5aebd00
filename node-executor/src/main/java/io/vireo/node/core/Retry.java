package io.vireo.node.core;

/**
 * How a domain that is paused on an I/O error is tried again.
 *
 * @param count how often it was
 * @param atMs when it is next
 * @param runsSinceMs since when it runs again; 0 if it does not
 */
public record Retry(int count, long atMs, long runsSinceMs) {}
