package io.vireo.node.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapabilitiesFolderTest {

  @TempDir private Path from;
  @TempDir private Path parent;

  private Path target;

  @BeforeEach
  void makeCache() throws IOException {
    target = parent.resolve("c");
    Files.writeString(Files.createDirectory(from.resolve("cache")).resolve("a.xml"), "<qemuCaps/>");
  }

  @Test
  void shouldReadTheFacts() throws IOException {
    Files.writeString(from.resolve("facts"), "machine-type q35\nhost-cpu-model EPYC\n");
    assertThat(new CapabilitiesFolder(from).facts().hostCpuModels()).containsExactly("EPYC");
  }

  @Test
  void shouldSayThatThereAreNone() {
    assertThatThrownBy(() -> new CapabilitiesFolder(from).facts())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("facts");
  }

  @Test
  void shouldNameTheFileOfAWrongLine() throws IOException {
    Files.writeString(from.resolve("facts"), "q35\n");
    assertThatThrownBy(() -> new CapabilitiesFolder(from).facts())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("facts: Expected a kind and a name in line 1");
  }

  @Test
  void shouldNotReadFactsWithoutEnd() throws IOException {
    Files.write(from.resolve("facts"), new byte[100_000]);
    assertThatThrownBy(() -> new CapabilitiesFolder(from).facts())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Expected at most 65536 bytes");
  }

  @Test
  void shouldGiveTheCacheToEverybodyAgainAndAgain() throws IOException {
    CapabilitiesFolder folder = new CapabilitiesFolder(from);
    folder.publishCache(target);
    Files.writeString(from.resolve("cache/a.xml"), "<newer/>");
    folder.publishCache(target);

    assertThat(target.resolve("a.xml")).hasContent("<newer/>");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
        .isEqualTo("rwxr-xr-x");
    try (Stream<Path> files = Files.list(target)) {
      List<Path> all = files.toList();
      assertThat(all).containsExactly(target.resolve("a.xml"));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(all.getFirst())))
          .isEqualTo("rw-r--r--");
    }
  }

  @Test
  void shouldNotFollowALink() throws IOException {
    Path secret = Files.writeString(parent.resolve("secret"), "x");
    Files.createSymbolicLink(from.resolve("cache/b.xml"), secret);
    assertThatThrownBy(() -> new CapabilitiesFolder(from).publishCache(target))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("expected a regular file");
  }
}
