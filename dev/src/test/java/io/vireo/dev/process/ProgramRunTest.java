package io.vireo.dev.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ProgramRunTest {

  private static final Duration MAX = Duration.ofSeconds(20);

  private static List<String> shell(String script) {
    return List.of("sh", "-c", script);
  }

  @Test
  void shouldReturnAllThatAProgramWrote() throws Exception {
    assertThat(ProgramRun.of(MAX, shell("echo out; echo err >&2"))).isEqualTo("out\nerr\n");
  }

  @Test
  void shouldGiveAProgramWhatItReads() throws Exception {
    byte[] text = "x".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);

    assertThat(ProgramRun.of(MAX, List.of("wc", "-c"), out -> out.write(text)).strip())
        .isEqualTo(Integer.toString(1 << 20));
  }

  @Test
  void shouldSayWhyAProgramFailed() {
    assertThatThrownBy(() -> ProgramRun.of(MAX, shell("echo no such disk; exit 3")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ended with 3")
        .hasMessageContaining("no such disk");
    assertThatThrownBy(() -> ProgramRun.of(MAX, List.of("no-such-program-here")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no-such-program-here");
  }

  @Test
  void shouldSayThatAProgramDidNotReadAll() {
    assertThatThrownBy(
            () ->
                ProgramRun.of(
                    MAX, shell("head -c 10 >/dev/null"), out -> out.write(new byte[1 << 22])))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("to succeed");
  }

  @Test
  void shouldEndAProgramThatTakesTooLongAlsoWhileItIsWrittenTo() {
    assertThatThrownBy(
            () ->
                ProgramRun.of(
                    Duration.ofMillis(300),
                    shell("echo slow; sleep 25"),
                    out -> out.write(new byte[1 << 22])))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("to end within")
        .hasMessageContaining("slow");
  }
}
