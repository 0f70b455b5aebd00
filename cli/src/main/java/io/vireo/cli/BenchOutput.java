package io.vireo.cli;

import io.vireo.cli.bench.BenchReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the figures of a benchmark go. */
final class BenchOutput {

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write every value there, as JSON.")
  private @Nullable Path report;

  @Option(
      names = {"-o", "--output"},
      description = "table, json or markdown (default: ${DEFAULT-VALUE}).")
  private BenchFormat output = BenchFormat.TABLE;

  /** What is wrong with it; told before minutes are spent. */
  Optional<String> problem() {
    return ReportFile.problem(report);
  }

  /** Prints the figures, and writes the file if one is named. */
  void write(BenchReport figures, Steps steps) throws IOException {
    Path file = report;
    if (file != null) {
      Files.writeString(file, Json.pretty(figures.json()) + "\n");
      steps.line("ok      report written to " + file);
    }
    System.out.print(
        switch (output) {
          case TABLE -> figures.text();
          case JSON -> Json.pretty(figures.json()) + "\n";
          case MARKDOWN -> figures.markdown();
        });
  }
}
