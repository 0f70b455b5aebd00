package io.vireo.scheduler.topology;

/**
 * Whether to ask for a commit at once: it halves the latency while few records come, and would cost
 * a transaction a record while many do. The rate decays over a tenth of a second.
 */
final class EarlyCommit {

  private static final double WINDOW_MS = 100;
  private static final double RECORDS_MAX = 20;

  private double recent;
  private long lastMs;

  boolean isQuiet(long nowMs) {
    double elapsed = Math.max(0, nowMs - lastMs);
    recent = recent * Math.exp(-elapsed / WINDOW_MS) + 1;
    lastMs = nowMs;
    return recent < RECORDS_MAX;
  }
}
