package io.vireo.bench.core;

import io.vireo.bench.VmiLife;
import io.vireo.scheduler.core.Decider;
import io.vireo.scheduler.core.Decision;
import io.vireo.scheduler.core.Input;
import io.vireo.scheduler.core.Surroundings;
import io.vireo.scheduler.core.VmiState;
import io.vireo.schemas.Topics;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Evolve and decide, for what a VMI is told on its way to Running and after. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecisionBench {

  /** What the VMI is told: see {@link #prepare}. */
  @Param({"vmi-is-new", "pod-is-bound", "status-is-written", "guest-runs", "nothing-new", "timer"})
  public String input = "";

  private final Decider decider = VmiLife.decider();
  private final Surroundings around = VmiLife.around();
  private final VmiLife life = Lives.one();
  private VmiState state = life.state();
  private Input told = new Input.TimerFired();

  /** Chooses the state and the input. */
  @Setup
  public void prepare() {
    switch (input) {
      case "vmi-is-new" -> take(life.steps().getFirst());
      case "pod-is-bound" -> take(life.boundStep());
      case "status-is-written" -> take(life.writtenStep());
      case "guest-runs" -> take(life.last(Topics.DOMAIN_OBSERVED));
      case "nothing-new" -> told = life.last(Topics.DOMAIN_OBSERVED).input();
      case "timer" -> told = new Input.TimerFired();
      default -> throw new IllegalArgumentException("Expected an input, but got " + input);
    }
  }

  private void take(VmiLife.Step step) {
    state = step.before();
    told = step.input();
  }

  /** Both in one, as the scheduler calls them. */
  @Benchmark
  public Decision decide() {
    return decider.decide(state, told, around, Lives.NOW_MS);
  }
}
