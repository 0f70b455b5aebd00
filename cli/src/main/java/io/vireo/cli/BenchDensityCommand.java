package io.vireo.cli;

import io.vireo.cli.bench.FigureReport;
import io.vireo.cli.bench.density.DensityBench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code vireo bench density}. */
@Command(
    name = "density",
    mixinStandardHelpOptions = true,
    description = {
      "Makes many VMIs on nodes that are no machines, and deletes them: how long each takes, and what"
          + " that costs. The stack's nodes are played by KWOK, and their executors by the benchmark;"
          + " all else is real. On the stack, processor time, memory, writes and bytes are told too.",
      "With --kubeconfig it asks any control plane that serves kubevirt.io/v1, by Kubernetes' API"
          + " alone. Its nodes have to be there: with label type=kwok, and what makes pods and VMIs"
          + " ready on them."
    })
final class BenchDensityCommand extends RepeatedBenchSubcommand {

  private static final int RATE_MAX = 10_000;
  private static final String AS_FAST_AS_ANSWERED = "max";

  @Mixin private VmisOnNodes many = new VmisOnNodes(100, 100);

  @Option(
      names = "--rate",
      paramLabel = "R",
      description =
          "How many are asked for in a second; max asks as fast as it is answered, in eight"
              + " connections (default: ${DEFAULT-VALUE}).")
  private String rate = AS_FAST_AS_ANSWERED;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "Of another control plane than the stack's.")
  private @Nullable Path kubeconfig;

  @Option(
      names = "--profile",
      paramLabel = "DIR",
      description = {
        "Write a flame graph of each JVM of the stack there: what it did while the VMIs started."
            + " Sampling costs, so do not compare such figures with others."
      })
  private @Nullable Path profile;

  @Override
  Optional<String> problem() {
    if (perSecond().filter(rate -> rate < 1 || rate > RATE_MAX).isPresent()) {
      return Optional.of(
          "Expected --rate to be max, or from 1 to " + RATE_MAX + ", but got " + rate);
    }
    Path file = kubeconfig;
    if (file != null && !Files.isReadable(file)) {
      return Optional.of("Expected --kubeconfig to be a file that can be read, but got " + file);
    }
    Path folder = profile;
    if (folder != null && file != null) {
      return Optional.of(
          "Expected --profile without --kubeconfig: it is taken of the stack's JVMs");
    }
    if (folder != null && Files.exists(folder) && !Files.isDirectory(folder)) {
      return Optional.of("Expected --profile to be a folder, but got " + folder);
    }
    return many.problem();
  }

  /** Empty for as fast as it is answered; 0 for what is no rate. */
  private Optional<Integer> perSecond() {
    if (rate.equals(AS_FAST_AS_ANSWERED)) {
      return Optional.empty();
    }
    return Optional.of(rate.matches("[0-9]{1,5}") ? Integer.parseInt(rate) : 0);
  }

  @Override
  FigureReport measureOnce(Place place, Steps steps) throws Exception {
    DensityBench density = new DensityBench(place, steps);
    DensityBench.Options options =
        new DensityBench.Options(many.vmis(), perSecond().orElse(null), profile);
    Path file = kubeconfig;
    return file == null ? density.run(options, many.nodes()) : density.run(options, file);
  }
}
