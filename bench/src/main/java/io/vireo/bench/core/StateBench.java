package io.vireo.bench.core;

import io.vireo.bench.VmiLife;
import io.vireo.scheduler.core.VmiState;
import io.vireo.scheduler.topology.MeasuredCodecs;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The state of a VMI that runs, to bytes and back: both with each record about it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StateBench {

  private final VmiLife life = Lives.one();
  private final VmiState state = life.state();
  private final byte[] stored = life.stored();

  /** To be stored. */
  @Benchmark
  public byte[] encode() {
    return MeasuredCodecs.stored(state, 0);
  }

  /** To be decided upon. */
  @Benchmark
  public VmiState decode() {
    return MeasuredCodecs.state(stored);
  }
}
