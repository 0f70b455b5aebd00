package io.vireo.bench.core;

import io.vireo.bench.VmiLife;

/** The same VMI for all. */
final class Lives {

  static final long NOW_MS = 1_700_000_000_000L;

  private Lives() {}

  static VmiLife one() {
    return VmiLife.of(1, "node-a", NOW_MS);
  }
}
