package io.vireo.launcher.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleLogTest {

  @Test
  void shouldCutWhatIsTooLongUnderAWriterThatAppends(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("log");
    ConsoleLog log = new ConsoleLog(file, 10);

    assertThat(log.cut()).as("no file yet").isFalse();
    try (OutputStream guest =
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      guest.write("0123456789".getBytes(StandardCharsets.UTF_8));
      assertThat(log.cut()).as("as long as it may be").isFalse();
      guest.write("x".getBytes(StandardCharsets.UTF_8));
      assertThat(log.cut()).as("longer").isTrue();
      guest.write("login:".getBytes(StandardCharsets.UTF_8));
    }

    assertThat(file).hasContent("login:");
  }

  @Test
  void shouldFollowNoLink(@TempDir Path folder) throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "something else");
    Path file = Files.createSymbolicLink(folder.resolve("log"), other);

    assertThatThrownBy(() -> new ConsoleLog(file, 3).cut()).isInstanceOf(IOException.class);
    assertThat(other).hasContent("something else");
  }
}
