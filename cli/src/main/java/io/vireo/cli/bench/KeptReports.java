package io.vireo.cli.bench;

import io.vireo.cli.Failure;
import io.vireo.cli.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reports that are kept in the repository, with machine and commit. The figures of {@code
 * docs/performance.md} are theirs.
 *
 * @param folder where each is a file
 */
public record KeptReports(Path folder) {

  private static final String END = ".json";

  /** Enough for a curve, and every percentile is still exact. */
  private static final int VALUES_MAX = 1000;

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

  /** Those of a repository. */
  public static KeptReports of(Path home) {
    return new KeptReports(home.resolve("docs").resolve("benchmarks"));
  }

  /** Whether one can be kept under it. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** Writes it, over what there was of this name, and says where. */
  public Path keep(String name, FigureReport report) throws IOException {
    if (!isName(name)) {
      throw new IllegalArgumentException("Expected a name, but got " + name);
    }
    Files.createDirectories(folder);
    Path file = folder.resolve(name + END);
    Files.writeString(file, Json.pretty(report.thinned(VALUES_MAX).json()) + "\n");
    return file;
  }

  /**
   * Reads one.
   *
   * @throws Failure naming those that there are
   */
  public FigureReport read(String name) throws IOException, Failure {
    List<String> names = names();
    if (!names.contains(name)) {
      throw new Failure(
          "Expected a kept report %s in docs/benchmarks, but there are: %s"
              .formatted(name, String.join(", ", names)));
    }
    return ReportReader.read(folder.resolve(name + END));
  }

  private List<String> names() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(END))
          .map(file -> file.substring(0, file.length() - END.length()))
          .sorted()
          .toList();
    }
  }
}
