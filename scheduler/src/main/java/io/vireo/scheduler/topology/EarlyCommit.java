package io.vireo.scheduler.topology;

/**
 * Whether to ask for a commit at once: it halves the latency while few records come, and would cost
 * a transaction a record while many do. The rate, of all records of a scheduler, decays over a
 * tenth of a second; a VMI that starts alone stays below. Thread-safe.
 */
final class EarlyCommit {

  private static final double WINDOW_MS = 100;
  private static final double RECORDS_MAX = 12;

  private double recent;
  private long lastMs;

  synchronized boolean isQuiet(long nowMs) {
    double elapsed = Math.max(0, nowMs - lastMs);
    recent = recent * Math.exp(-elapsed / WINDOW_MS) + 1;
    lastMs = nowMs;
    return recent < RECORDS_MAX;
  }
}
