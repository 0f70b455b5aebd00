package io.vireo.ingest.core;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** Lets one thing through for each key and span of time, and counts the others. */
final class Throttle {

  private static final class Entry {
    long passedMs;
    long heldBack;
  }

  private final long everyMs;
  private final Map<String, Entry> entries = new HashMap<>();

  Throttle(long everyMs) {
    this.everyMs = everyMs;
  }

  /** How many were held back since the last one that passed; empty when this one is, too. */
  OptionalLong pass(String key, long nowMs) {
    Entry entry = entries.get(key);
    if (entry == null) {
      entry = new Entry();
      entries.put(key, entry);
    } else if (nowMs - entry.passedMs < everyMs) {
      entry.heldBack++;
      return OptionalLong.empty();
    }
    long heldBack = entry.heldBack;
    entry.heldBack = 0;
    entry.passedMs = nowMs;
    return OptionalLong.of(heldBack);
  }
}
