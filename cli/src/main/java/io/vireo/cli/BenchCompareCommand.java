package io.vireo.cli;

import io.vireo.cli.bench.Comparison;
import io.vireo.cli.bench.FigureReport;
import io.vireo.cli.bench.ReportReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vireo bench compare}. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description =
        "Compares two reports of the same benchmark, as --report wrote them: each figure of the"
            + " second as a multiple of the first's, and whether that can be noise. Says what else"
            + " differs: settings and machine.")
final class BenchCompareCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "A.json", description = "What was before.")
  private Path before = Path.of("");

  @Parameters(index = "1", paramLabel = "B.json", description = "What is now.")
  private Path now = Path.of("");

  @Mixin private BenchOutput output = new BenchOutput();

  private Optional<String> problem() {
    return Stream.of(before, now)
        .filter(file -> !Files.isRegularFile(file))
        .findFirst()
        .map(file -> "Expected two files with reports, but there is no file " + file)
        .or(output::problem);
  }

  @Override
  public Integer call() throws Exception {
    CommandSpec self = spec;
    Optional<String> problem = problem();
    if (self != null && problem.isPresent()) {
      throw new ParameterException(self.commandLine(), problem.get());
    }
    Comparison.Side a = side(before);
    Comparison.Side b = side(now);
    Steps steps = Steps.onStandardError();
    Comparison comparison =
        steps.run("comparing", (Consumer<String> detail) -> Comparison.of(a, b));
    output.write(comparison, steps);
    return 0;
  }

  private static Comparison.Side side(Path file) throws Failure {
    FigureReport report = ReportReader.read(file);
    return new Comparison.Side(file.toString(), report);
  }
}
