package io.vireo.cli;

import io.vireo.simulator.Campaign;
import io.vireo.simulator.FaultKind;
import io.vireo.simulator.Life;
import io.vireo.simulator.Plan;
import io.vireo.simulator.Shrink;
import io.vireo.simulator.Simulation;
import io.vireo.simulator.SimulationOptions;
import io.vireo.simulator.Summary;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vireo simulate}. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description = {
      "Lives faulty lives of the production code over simulated Kafka, Kubernetes, libvirt, network"
          + " and clock, and checks the guarantees in each.",
      "The same seed gives the same life, bit for bit. Exit status 1 if a guarantee did not hold."
    })
final class SimulateCommand implements Callable<Integer> {

  private static final long PROGRESS_MS = 5_000;
  private static final int STORIES_MAX = 3;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--seeds",
      paramLabel = "A..B",
      description = "Seeds, both included (default: ${DEFAULT-VALUE}).")
  private String seeds = "1..100";

  @Option(names = "--nodes", paramLabel = "N", description = "Machines (default: 5).")
  private int nodes = SimulationOptions.DEFAULT.nodes();

  @Option(names = "--vmis", paramLabel = "N", description = "VMIs that are wanted (default: 15).")
  private int vmis = SimulationOptions.DEFAULT.vmis();

  @Option(
      names = "--owners",
      paramLabel = "N",
      description = "VirtualMachines and ReplicaSets that are wanted (default: 4).")
  private int owners = SimulationOptions.DEFAULT.owners();

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Events until the faults stop (default: 2000).")
  private int steps = SimulationOptions.DEFAULT.steps();

  @Option(
      names = "--faults",
      paramLabel = "all|none|NAME,...",
      description =
          "Faults that may strike (default: all); all,-NAME leaves one out, 'list' shows them.")
  private String faults = "all";

  @Option(
      names = "--only",
      paramLabel = "FAULTS/VMIS/OWNERS",
      description =
          "Only these of the plan, by their numbers, as a shrunken story names them: 3,7/0,2/1."
              + " An empty side leaves out all faults or owners, or keeps all VMIs; a third side"
              + " that is not there keeps all owners.")
  private @Nullable String only;

  @Override
  public Integer call() throws InterruptedException {
    if (faults.equals("list")) {
      TextTable table = new TextTable("FAULT", "WHAT HAPPENS");
      for (FaultKind kind : FaultKind.values()) {
        table.row(kind.wireName(), kind.meaning());
      }
      System.out.print(table.render());
      return 0;
    }
    long[] range = range();
    SimulationOptions options = options();
    if (only != null) {
      return one(range[0], options);
    }
    Campaign.Result result = campaign(range, options);
    System.out.print(Summary.of(result));
    for (Life life : result.failing().subList(0, Math.min(STORIES_MAX, result.failing().size()))) {
      System.out.print(Summary.of(new Shrink(options).of(life), options));
    }
    return result.failing().isEmpty() ? 0 : 1;
  }

  private Campaign.Result campaign(long[] range, SimulationOptions options)
      throws InterruptedException {
    long total = range[1] - range[0] + 1;
    AtomicLong done = new AtomicLong();
    AtomicLong bad = new AtomicLong();
    AtomicLong nextMs = new AtomicLong(System.currentTimeMillis() + PROGRESS_MS);
    int threads = Math.max(1, Math.min(2, Runtime.getRuntime().availableProcessors()));
    return new Campaign(range[0], range[1], options, threads)
        .run(
            life -> {
              long count = done.incrementAndGet();
              long failing = life.isGood() ? bad.get() : bad.incrementAndGet();
              long now = System.currentTimeMillis();
              long due = nextMs.get();
              if (now >= due && nextMs.compareAndSet(due, now + PROGRESS_MS)) {
                System.err.println("... " + count + " of " + total + " seeds, " + failing + " bad");
              }
            });
  }

  private int one(long seed, SimulationOptions options) {
    Plan plan = Plan.of(seed, options);
    String[] sides = String.valueOf(only).split("/", -1);
    plan = plan.withFaults(numbers(sides[0]));
    if (sides.length > 1 && !sides[1].isBlank()) {
      plan = plan.withWishes(numbers(sides[1]));
    }
    if (sides.length > 2) {
      plan = plan.withOwners(numbers(sides[2]));
    }
    Life life = Simulation.run(seed, plan, options);
    if (life.isGood()) {
      System.out.println("seed " + seed + ": every guarantee held; digest " + life.digest());
      return 0;
    }
    System.out.print(Summary.of(life, options));
    return 1;
  }

  private SimulationOptions options() {
    try {
      return new SimulationOptions(nodes, vmis, owners, steps, FaultKind.setOf(faults));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(line(), e.getMessage() + "; --faults list shows them", e);
    }
  }

  private long[] range() {
    if (!seeds.matches("[0-9]{1,15}(\\.\\.[0-9]{1,15})?")) {
      throw new ParameterException(
          line(), "Expected --seeds as A..B, such as 1..1000, but got '" + seeds + "'");
    }
    String[] ends = seeds.split("\\.\\.", -1);
    long from = Long.parseLong(ends[0]);
    long to = ends.length > 1 ? Long.parseLong(ends[1]) : from;
    if (to < from) {
      throw new ParameterException(
          line(),
          "Expected the first of --seeds not to be above the last, but got '" + seeds + "'");
    }
    return new long[] {from, to};
  }

  private Set<Integer> numbers(String text) {
    Set<Integer> numbers = new TreeSet<>();
    for (String each : text.split(",", -1)) {
      if (!each.isBlank()) {
        if (!each.strip().matches("[0-9]{1,6}")) {
          throw new ParameterException(
              line(), "Expected numbers in --only, such as 3,7/0,2/1, but got '" + each + "'");
        }
        numbers.add(Integer.valueOf(each.strip()));
      }
    }
    return numbers;
  }

  private picocli.CommandLine line() {
    CommandSpec self = spec;
    if (self == null) {
      throw new IllegalStateException("Expected picocli to set the command");
    }
    return self.commandLine();
  }
}
