package io.vireo.dev.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagedProcessTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir Path folder;

  @Test
  void isFoundAgainByItsPidFileAndStopped() throws Exception {
    ProcessSpec spec = spec("sleep 60");
    ManagedProcess started = ManagedProcess.start(spec);

    ManagedProcess adopted = ManagedProcess.adopt(spec).orElseThrow();

    assertThat(adopted.pid()).isEqualTo(started.pid());
    assertThatThrownBy(() -> ManagedProcess.start(spec)).isInstanceOf(IllegalStateException.class);
    adopted.stop(SOON);
    assertThat(started.isAlive()).isFalse();
    assertThat(spec.pidFile()).doesNotExist();
  }

  @Test
  void leadsASessionOfItsOwn() throws Exception {
    ManagedProcess process = ManagedProcess.start(spec("cut -d' ' -f6 /proc/self/stat; sleep 60"));
    try {
      long deadline = System.nanoTime() + SOON.toNanos();
      while (process.tail(1).isEmpty() && System.nanoTime() < deadline) {
        Thread.sleep(20);
      }
      assertThat(process.tail(1)).isEqualTo(Long.toString(process.pid()));
    } finally {
      process.kill();
    }
  }

  @Test
  void isKilledWhenItIgnoresSigterm() throws Exception {
    ManagedProcess process =
        ManagedProcess.start(spec("trap '' TERM; echo ready; while :; do sleep 0.1; done"));
    long deadline = System.nanoTime() + SOON.toNanos();
    while (process.tail(1).isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }

    process.stop(Duration.ofMillis(300));

    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void isNotMistakenForALaterProcessWithItsPid() throws Exception {
    ProcessSpec spec = spec("sleep 60");
    ManagedProcess process = ManagedProcess.start(spec);
    try {
      Files.writeString(spec.pidFile(), process.pid() + " 1\n");

      assertThat(ManagedProcess.adopt(spec)).isEmpty();
    } finally {
      process.kill();
    }
  }

  @Test
  void savesAndLoadsASpec() throws Exception {
    ProcessSpec spec = spec("true");
    Path file = folder.resolve("spec.json");

    spec.save(file);

    assertThat(ProcessSpec.load(file)).isEqualTo(spec);
  }

  @Test
  void removesAFolderWithoutFollowingLinks() throws Exception {
    Path kept = Files.createDirectory(folder.resolve("kept"));
    Files.writeString(kept.resolve("file"), "x");
    Path removed = Files.createDirectories(folder.resolve("removed/deep"));
    Files.createSymbolicLink(removed.resolve("link"), kept);

    FolderRemoval.remove(folder.resolve("removed"));

    assertThat(folder.resolve("removed")).doesNotExist();
    assertThat(kept.resolve("file")).exists();
  }

  private ProcessSpec spec(String script) {
    return new ProcessSpec(
        "test",
        List.of("/bin/sh", "-c", script),
        folder,
        Map.of("VIREO_TEST", "1"),
        folder.resolve("test.log"),
        folder.resolve("test.pid"));
  }
}
