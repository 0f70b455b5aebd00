package io.vireo.cli.bench;

import io.vireo.cli.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what {@code --report} of a benchmark wrote. */
public final class ReportReader {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private ReportReader() {}

  /**
   * Reads a file.
   *
   * @throws Failure naming the file and why it is no report of figures
   */
  public static FigureReport read(Path file) throws Failure {
    try {
      return report(MAPPER.readTree(Files.readString(file)));
    } catch (IOException | JacksonException | IllegalArgumentException e) {
      throw new Failure(
          "Expected %s to be a report that vireo bench wrote, but: %s"
              .formatted(file, firstLine(Failure.describe(e))),
          e);
    }
  }

  private static FigureReport report(JsonNode json) {
    if (!json.path("bench").isString() || !json.path("sections").isArray()) {
      throw new IllegalArgumentException("it has no bench with sections of figures");
    }
    FigureReport report = FigureReport.of(json);
    if (report.sections().stream().allMatch(section -> section.figures().isEmpty())) {
      throw new IllegalArgumentException("there is no figure in it");
    }
    return report;
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse(text);
  }
}
