package io.vireo.cli;

import io.vireo.cli.bench.FigureReport;
import io.vireo.cli.bench.StreamBench;
import io.vireo.cli.bench.StreamBench.Effort;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vireo bench stream}. */
@Command(
    name = "stream",
    mixinStandardHelpOptions = true,
    description =
        "Measures the scheduler alone, as processes on a broker of their own, without a stack: how"
            + " many records it decides upon, how soon, what it keeps of a VMI, and how long it is"
            + " away when it is killed.")
final class BenchStreamCommand extends RepeatedBenchSubcommand {

  private static final int VMIS_MIN = 10;
  private static final int VMIS_MAX = 20_000;
  private static final int RATE_MAX = 50_000;
  private static final int SECONDS_MAX = 600;
  private static final int RESTORE_MAX = 200_000;
  private static final Effort SHORT = new Effort(60, List.of(200), 2, List.of(1000));

  @Option(
      names = "--vmis",
      paramLabel = "N",
      description = "VMIs whose records are fed at once (default: ${DEFAULT-VALUE}).")
  private int vmis = 3000;

  @Option(
      names = "--rate",
      paramLabel = "R,...",
      split = ",",
      description = "Records a second to offer, ascending (default: ${DEFAULT-VALUE}).")
  private List<Integer> rates = List.of(10, 100, 1000, 5000);

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Of each rate, and after each kill (default: ${DEFAULT-VALUE}).")
  private int seconds = 20;

  @Option(
      names = "--restore",
      paramLabel = "N,...",
      split = ",",
      description = "VMIs that there are when a scheduler starts (default: ${DEFAULT-VALUE}).")
  private List<Integer> restores = List.of(10_000, 100_000);

  @Option(
      names = "--short",
      description = "A minute at most in all: shows that it works, not how fast.")
  private boolean isShort;

  @Override
  Optional<String> problem() {
    if (vmis < VMIS_MIN || vmis > VMIS_MAX) {
      return Optional.of("Expected --vmis from " + VMIS_MIN + " to " + VMIS_MAX);
    }
    if (seconds < 1 || seconds > SECONDS_MAX) {
      return Optional.of("Expected --seconds from 1 to " + SECONDS_MAX);
    }
    if (!areAscending(rates, RATE_MAX) || !areAscending(restores, RESTORE_MAX)) {
      return Optional.of(
          "Expected --rate and --restore to ascend, from 1 to %d and from 1 to %d"
              .formatted(RATE_MAX, RESTORE_MAX));
    }
    return Optional.empty();
  }

  private static boolean areAscending(List<Integer> numbers, int max) {
    int least = 1;
    for (int number : numbers) {
      if (number < least || number > max) {
        return false;
      }
      least = number + 1;
    }
    return true;
  }

  @Override
  FigureReport measureOnce(Place place, Steps steps) throws Exception {
    Effort effort = isShort ? SHORT : new Effort(vmis, rates, seconds, restores);
    return new StreamBench(place, steps).run(effort);
  }
}
