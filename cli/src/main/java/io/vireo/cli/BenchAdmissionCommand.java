package io.vireo.cli;

import io.vireo.cli.bench.AdmissionBench;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code vireo bench admission}. */
@Command(
    name = "admission",
    mixinStandardHelpOptions = true,
    description =
        "Measures how long admission takes to default and to judge examples/tiny.yaml, at its own"
            + " socket. Nothing is stored. See docs/performance.md.")
final class BenchAdmissionCommand implements Callable<Integer> {

  private static final int RATE_MAX = 10_000;
  private static final int SECONDS_MAX = 600;

  @ParentCommand private BenchCommand bench = new BenchCommand();
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Requests a second, of both webhooks together (default: ${DEFAULT-VALUE}).")
  private int rate = 200;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long (default: ${DEFAULT-VALUE}).")
  private int seconds = 30;

  @Mixin private BenchOutput output = new BenchOutput();

  private @Nullable String problem() {
    if (rate < 2 || rate > RATE_MAX || seconds < 1 || seconds > SECONDS_MAX) {
      return "Expected --rate from 2 to " + RATE_MAX + " and --seconds from 1 to " + SECONDS_MAX;
    }
    return output.problem().orElse(null);
  }

  @Override
  public Integer call() throws Exception {
    CommandSpec self = spec;
    String problem = problem();
    if (self != null && problem != null) {
      throw new ParameterException(self.commandLine(), problem);
    }
    Steps steps = Steps.onStandardError();
    output.write(new AdmissionBench(bench.place(), steps).run(rate, seconds), steps);
    return 0;
  }
}
