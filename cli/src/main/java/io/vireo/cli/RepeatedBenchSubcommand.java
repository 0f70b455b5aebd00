package io.vireo.cli;

import io.vireo.cli.bench.BenchReport;
import io.vireo.cli.bench.FigureReport;
import picocli.CommandLine.Mixin;

/** A benchmark whose figures are taken several times if asked for. */
abstract class RepeatedBenchSubcommand extends BenchSubcommand {

  @Mixin private BenchRuns runs = new BenchRuns();

  /** Takes the figures of one run. */
  abstract FigureReport measureOnce(Place place, Steps steps) throws Exception;

  @Override
  final BenchReport measure(Place place, Steps steps) throws Exception {
    return runs.run(steps, () -> measureOnce(place, steps));
  }
}
