package io.vireo.api.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code -Dvireo.docs.update=true} writes the page anew. */
class CompatibilityDocTest {

  private static final Path PAGE = Path.of("..", "docs", "compatibility.md");

  @Test
  void shouldBeWhatReadersAndRulesSay() throws IOException {
    String expected = CompatibilityPage.write();
    if (Boolean.getBoolean("vireo.docs.update")) {
      Files.writeString(PAGE, expected);
    }

    assertThat(Files.readString(PAGE))
        .as("docs/compatibility.md; -Dvireo.docs.update=true writes it anew")
        .isEqualTo(expected);
  }

  @Test
  void shouldKnowRanks() {
    assertThat(CompatibilityPage.readFeatures())
        .isNotEmpty()
        .allMatch(feature -> List.of("A", "B", "C").contains(feature.rank()));
  }
}
