package io.vireo.cli;

import io.vireo.cli.bench.BenchReport;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What all benchmarks have in common: options that are judged first, then figures that go out. */
abstract class BenchSubcommand implements Callable<Integer> {

  @ParentCommand private BenchCommand bench = new BenchCommand();
  @Spec private @Nullable CommandSpec spec;
  @Mixin private BenchOutput output = new BenchOutput();

  /** What is wrong with the options; told before minutes are spent. */
  abstract Optional<String> problem();

  /** Takes the figures. */
  abstract BenchReport measure(Place place, Steps steps) throws Exception;

  @Override
  public final Integer call() throws Exception {
    CommandSpec self = spec;
    Optional<String> problem = problem().or(output::problem);
    if (self != null && problem.isPresent()) {
      throw new ParameterException(self.commandLine(), problem.get());
    }
    Steps steps = Steps.onStandardError();
    output.write(measure(bench.place(), steps), steps);
    return 0;
  }
}
