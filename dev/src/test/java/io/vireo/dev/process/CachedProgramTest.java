package io.vireo.dev.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedProgramTest {

  @TempDir private Path folder;

  @Test
  void shouldTakeThePathFirst() throws IOException {
    Path onPath = program("bin/ctr");
    program("cache/containerd/2.1/bin/ctr");

    assertThat(find("/no/such/folder:" + folder.resolve("bin"))).contains(onPath);
  }

  @Test
  void shouldTakeTheNewestOfTheCacheButNoneOfAnImage() throws IOException {
    program("cache/containerd/2.1/bin/ctr");
    Path newest = program("cache/containerd/2.2/bin/ctr");
    program("cache/images/unpacked/ctr");

    assertThat(find("/no/such/folder")).contains(newest);
  }

  @Test
  void shouldFindNothingThatCannotRun() throws IOException {
    Files.createFile(Files.createDirectories(folder.resolve("cache/containerd")).resolve("ctr"));
    Files.createDirectories(folder.resolve("bin/ctr"));

    assertThat(find(folder.resolve("bin").toString())).isEmpty();
    assertThat(CachedProgram.find("ctr", "", folder.resolve("no-cache"))).isEmpty();
  }

  private java.util.Optional<Path> find(String path) throws IOException {
    return CachedProgram.find("ctr", path, folder.resolve("cache"));
  }

  private Path program(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
