package io.vireo.cli;

import io.vireo.cli.bench.DiskBench;
import io.vireo.cli.bench.DiskReport;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code vireo bench disk}. */
@Command(
    name = "disk",
    mixinStandardHelpOptions = true,
    description =
        "Measures the disk of a virtual machine on a claim against that of a plain QEMU on a file"
            + " beside it, in pairs: each load on both, one after the other, and on a second plain"
            + " QEMU, which shows what the measuring is off by. What it makes there it removes again."
            + " See docs/performance.md.")
final class BenchDiskCommand implements Callable<Integer> {

  private static final int PAIRS_MAX = 100;
  private static final int SECONDS_MAX = 60;
  private static final Set<String> CACHES = Set.of("none", "writethrough", "writeback");
  private static final Set<String> IOS = Set.of("native", "threads");

  @ParentCommand private BenchCommand bench = new BenchCommand();
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--pairs",
      paramLabel = "N",
      description = "How often each load is run on all (default: ${DEFAULT-VALUE}).")
  private int pairs = 7;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "About how long a load takes each time (default: ${DEFAULT-VALUE}).")
  private int seconds = 2;

  @Option(
      names = "--cache",
      paramLabel = "CACHE",
      description = "Of all disks: none, writethrough or writeback (default: none is named).")
  private @Nullable String cache;

  @Option(
      names = "--io",
      paramLabel = "IO",
      description = "Of all disks: native or threads (default: none is named).")
  private @Nullable String io;

  @Mixin private BenchOutput output = new BenchOutput();

  private @Nullable String problem() {
    if (pairs < 1 || pairs > PAIRS_MAX || seconds < 1 || seconds > SECONDS_MAX) {
      return "Expected --pairs from 1 to " + PAIRS_MAX + " and --seconds from 1 to " + SECONDS_MAX;
    }
    if ((cache != null && !CACHES.contains(cache)) || (io != null && !IOS.contains(io))) {
      return "Expected --cache none, writethrough or writeback and --io native or threads";
    }
    if ("native".equals(io) && !"none".equals(cache)) {
      return "Expected --cache none with --io native";
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
    DiskReport figures =
        new DiskBench(bench.place(), steps)
            .run(
                new DiskBench.Settings(
                    pairs, seconds, Optional.ofNullable(cache), Optional.ofNullable(io)));
    output.write(figures, steps);
    return 0;
  }
}
