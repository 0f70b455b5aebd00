package io.vireo.cli.bench.standin;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * KWOK, which keeps Node objects alive and says of the pods that are bound to them what a kubelet
 * would: each runs and is ready at once, and is gone once it is deleted. It ends when it is closed,
 * and by itself after some hours.
 */
final class Kwok implements AutoCloseable {

  private static final Duration LIFE_MAX = Duration.ofHours(6);
  private static final long END_SECONDS = 10;

  private final Process process;

  private Kwok(Process process) {
    this.process = process;
  }

  /**
   * Starts it.
   *
   * @param label with its value, of the nodes that it plays
   * @param folder takes what it does and its log
   */
  static Kwok start(Path program, Path kubeconfig, String label, Path folder) throws IOException {
    Path stages = folder.resolve("kwok-stages.yaml");
    try (InputStream in = Kwok.class.getResourceAsStream("stages.yaml")) {
      if (in == null) {
        throw new IOException("Expected stages.yaml on the class path, but it is not");
      }
      Files.copy(in, stages, StandardCopyOption.REPLACE_EXISTING);
    }
    return new Kwok(
        new ProcessBuilder(
                List.of(
                    "timeout",
                    "--kill-after=5",
                    Long.toString(LIFE_MAX.toSeconds()),
                    program.toString(),
                    "--kubeconfig=" + kubeconfig,
                    "--config=" + stages,
                    "--manage-nodes-with-label-selector=" + label))
            .redirectErrorStream(true)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(folder.resolve("kwok.log").toFile())
            .start());
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Its own number, not that of the program that bounds its life. */
  long pid() {
    return process.descendants().findFirst().map(ProcessHandle::pid).orElse(process.pid());
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
