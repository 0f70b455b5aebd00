package io.vireo.dev.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpansionTest {

  @ParameterizedTest
  @CsvSource({
    "$(A), 1",
    "x$(A)y$(B), x1y2",
    "$$(A), $(A)",
    "$(NONE), $(NONE)",
    "$(A, $(A",
    "a$, a$",
    "$A, $A",
  })
  void shouldPutInWhatIsKnown(String text, String expected) {
    assertThat(Expansion.expand(text, Map.of("A", "1", "B", "2"))).isEqualTo(expected);
  }

  @Test
  void shouldNotFollowLinksOutOfAnImage(@TempDir Path files) throws Exception {
    Files.createDirectories(files.resolve("var"));
    Files.createSymbolicLink(files.resolve("var/run"), Path.of("/run"));
    Files.createSymbolicLink(files.resolve("up"), Path.of("../../../etc"));
    assertThat(ImageFiles.resolve(files, "/var/run/x")).isEqualTo(Path.of("/run/x"));
    assertThat(ImageFiles.resolve(files, "/up/x/../y")).isEqualTo(Path.of("/etc/y"));
    assertThat(ImageFiles.resolve(files, "../../z")).isEqualTo(Path.of("/z"));
  }
}
