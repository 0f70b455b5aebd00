package io.vireo.cli;

import io.vireo.cli.bench.FigureReport;
import io.vireo.cli.bench.KeptReports;
import io.vireo.cli.bench.ReportReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code vireo bench keep}. */
@Command(
    name = "keep",
    mixinStandardHelpOptions = true,
    description =
        "Keeps a report, as --report wrote it, in docs/benchmarks, where docs/performance.md takes its"
            + " figures from. Of more than 1,000 values in a run, 1,000 quantiles are kept.")
final class BenchKeepCommand implements Callable<Integer> {

  @ParentCommand private BenchCommand bench = new BenchCommand();
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "What it is of, such as density-1000-flat-out. One that there is is replaced.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "FILE", description = "The report.")
  private Path file = Path.of("");

  private @Nullable String problem() {
    if (!KeptReports.isName(name)) {
      return "Expected a name of small letters, digits and hyphens, but got " + name;
    }
    return Files.isRegularFile(file)
        ? null
        : "Expected a file with a report, but there is no file " + file;
  }

  @Override
  public Integer call() throws Exception {
    CommandSpec self = spec;
    String problem = problem();
    if (self != null && problem != null) {
      throw new ParameterException(self.commandLine(), problem);
    }
    FigureReport report = ReportReader.read(file);
    Path kept = KeptReports.of(bench.place().home()).keep(name, report);
    Steps steps = Steps.onStandardError();
    steps.line("ok      kept in " + kept);
    if (report.origin().commit().endsWith("-dirty")) {
      steps.line("note    files differed from the commit that was measured");
    }
    return 0;
  }
}
