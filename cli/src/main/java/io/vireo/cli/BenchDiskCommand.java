package io.vireo.cli;

import io.vireo.cli.bench.BenchReport;
import io.vireo.cli.bench.DiskBench;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vireo bench disk}. */
@Command(
    name = "disk",
    mixinStandardHelpOptions = true,
    description =
        "Measures the disk of a virtual machine on a claim against that of a plain QEMU on a file"
            + " beside it, in pairs: each load on both, one after the other, and on a second plain"
            + " QEMU, which shows what the measuring is off by. What it makes there it removes again."
            + " See docs/performance.md.")
final class BenchDiskCommand extends BenchSubcommand {

  private static final int PAIRS_MAX = 100;
  private static final int SECONDS_MAX = 60;
  private static final Set<String> CACHES = Set.of("none", "writethrough", "writeback");
  private static final Set<String> IOS = Set.of("native", "threads");

  @Option(
      names = "--pairs",
      paramLabel = "N",
      description =
          "How often each load is run on all; of a multiple of six, each is first, second and last"
              + " equally often (default: ${DEFAULT-VALUE}).")
  private int pairs = 12;

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

  @Override
  Optional<String> problem() {
    if (pairs < 1 || pairs > PAIRS_MAX || seconds < 1 || seconds > SECONDS_MAX) {
      return Optional.of(
          "Expected --pairs from 1 to " + PAIRS_MAX + " and --seconds from 1 to " + SECONDS_MAX);
    }
    if ((cache != null && !CACHES.contains(cache)) || (io != null && !IOS.contains(io))) {
      return Optional.of(
          "Expected --cache none, writethrough or writeback and --io native or threads");
    }
    if ("native".equals(io) && !"none".equals(cache)) {
      return Optional.of("Expected --cache none with --io native");
    }
    return Optional.empty();
  }

  @Override
  BenchReport measure(Place place, Steps steps) throws Exception {
    return new DiskBench(place, steps)
        .run(
            new DiskBench.Settings(
                pairs, seconds, Optional.ofNullable(cache), Optional.ofNullable(io)));
  }
}
