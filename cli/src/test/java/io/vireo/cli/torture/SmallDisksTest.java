package io.vireo.cli.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallDisksTest {

  @TempDir private Path root;
  private Path first;
  private Path second;
  private SmallDisks disks;

  @BeforeEach
  void mount() throws IOException {
    first = root.resolve("kafka");
    second = root.resolve("nodes/node1/executor");
    disks =
        SmallDisks.mount(
            root.resolve("disks"),
            List.of(new SmallDisks.Disk(first, 1), new SmallDisks.Disk(second, 1)));
  }

  @AfterEach
  void close() {
    disks.close();
  }

  @Test
  void shouldTakeNothingMoreWhileItIsFull() throws IOException {
    Files.writeString(first.resolve("before"), "kept");
    disks.fill(first);

    assertThatThrownBy(() -> Files.writeString(first.resolve("file"), "x"))
        .hasMessageContaining("No space left on device");
    Files.writeString(second.resolve("file"), "x");

    disks.free(first);
    Files.writeString(first.resolve("file"), "x");
    assertThat(first.resolve("before")).hasContent("kept");
  }

  @Test
  void shouldBeEmptyWhenItWasReplaced() throws IOException {
    Files.writeString(first.resolve("file"), "x");
    Files.writeString(second.resolve("file"), "x");

    disks.replace(first);

    assertThat(first).isEmptyDirectory();
    assertThat(second.resolve("file")).exists();
  }

  @Test
  void shouldBeHiddenFromOthers() throws IOException {
    Files.writeString(first.resolve("file"), "x");

    assertThat(root.resolve("disks/0")).doesNotExist();
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(root.toString());
  }
}
