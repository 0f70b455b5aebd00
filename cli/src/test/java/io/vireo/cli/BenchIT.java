package io.vireo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The short forms of the benchmarks that need no stack give figures. How good is not judged. */
class BenchIT {

  @TempDir private Path folder;

  private JsonNode measure(String name) throws Exception {
    Path report = folder.resolve(name + ".json");
    int status =
        new CommandLine(new VireoMain())
            .execute("bench", name, "--short", "--report", report.toString());
    assertThat(status).isZero();
    JsonNode json = JsonMapper.shared().readTree(Files.readString(report));
    List<JsonNode> figures =
        json.path("sections")
            .valueStream()
            .flatMap(section -> section.path("figures").valueStream())
            .toList();
    assertThat(figures)
        .isNotEmpty()
        .allSatisfy(
            figure ->
                assertThat(figure.path("p50").asDouble())
                    .as(figure.path("title").asString())
                    .isPositive());
    return json;
  }

  private static List<String> keys(JsonNode json, int section) {
    return json.path("sections")
        .path(section)
        .path("figures")
        .valueStream()
        .map(figure -> figure.path("key").asString())
        .toList();
  }

  @Test
  void shouldMeasureTheCore() throws Exception {
    JsonNode json = measure("core");

    assertThat(keys(json, 0)).hasSize(9).contains("State.encode", "Decision.decide.vmi-is-new");
    assertThat(keys(json, 1)).isEqualTo(keys(json, 0));
  }

  @Test
  void shouldMeasureTheStream() throws Exception {
    JsonNode json = measure("stream");

    assertThat(keys(json, 0)).contains("1.rate", "2.rate", "1.cpu");
    assertThat(keys(json, 1)).containsExactly("rate.200");
    assertThat(keys(json, 3))
        .containsExactly(
            "restart.first",
            "restart.longest",
            "restore.1000",
            "restore.1000.rss",
            "takeover.first",
            "takeover.longest");
  }
}
