package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code -Dvireo.docs.update=true} writes the page and its pictures anew. */
class PerformanceDocTest {

  private static final Path HOME = Path.of("..");
  private static final Path PAGE = HOME.resolve("docs/performance.md");
  private static final String WRITE_ANEW =
      "; to write it anew: ./mvnw -Dquick -pl cli -am test -Dtest=PerformanceDocTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dvireo.docs.update=true";

  private final KeptReports kept = KeptReports.of(HOME);

  @Test
  void shouldBeWhatTemplateAndKeptReportsGive() throws Exception {
    String template = Files.readString(kept.folder().resolve(PerformancePage.TEMPLATE));
    PerformancePage.Written expected = PerformancePage.write(template, kept);
    if (Boolean.getBoolean("vireo.docs.update")) {
      for (Path old : pictures()) {
        Files.delete(old);
      }
      for (Map.Entry<String, String> picture : expected.pictures().entrySet()) {
        Files.writeString(kept.folder().resolve(picture.getKey()), picture.getValue());
      }
      Files.writeString(PAGE, expected.page());
    }

    assertThat(Files.readString(PAGE))
        .as("docs/performance.md" + WRITE_ANEW)
        .isEqualTo(expected.page());
    Map<String, String> there = new TreeMap<>();
    for (Path picture : pictures()) {
      there.put(picture.getFileName().toString(), Files.readString(picture));
    }
    assertThat(there).as("docs/benchmarks/*.svg" + WRITE_ANEW).isEqualTo(expected.pictures());
  }

  private List<Path> pictures() throws IOException {
    try (Stream<Path> files = Files.list(kept.folder())) {
      return files.filter(file -> file.toString().endsWith(".svg")).toList();
    }
  }
}
