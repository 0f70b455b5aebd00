package io.vireo.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A named place beside an external effect where a test may end the process. Without the variable
 * {@code VIREO_FAILPOINTS_DIR} a passage costs the test of a constant. With it, the first process
 * to pass a point for which a file {@code <name>.armed} stands in that folder takes the file away
 * and dies of SIGKILL, as a machine would lose it; {@code <name>.hit} is left behind with its pid.
 *
 * <p>Thread-safe. Names are {@code <component>.<effect>.before} and {@code .after}; {@code
 * docs/guarantees.md} lists them.
 */
public final class Failpoint {

  private static final @Nullable Path FOLDER = folder(System.getenv("VIREO_FAILPOINTS_DIR"));
  private static final boolean ENABLED = FOLDER != null;

  private Failpoint() {}

  private static @Nullable Path folder(@Nullable String value) {
    return value == null || value.isBlank() ? null : Path.of(value);
  }

  /** Passes the point, or does not come back. */
  public static void pass(String name) {
    if (ENABLED) {
      dieIfArmed(name);
    }
  }

  private static void dieIfArmed(String name) {
    Path folder = FOLDER;
    if (folder == null) {
      return;
    }
    try {
      if (!Files.deleteIfExists(folder.resolve(name + ".armed"))) {
        return;
      }
      long pid = ProcessHandle.current().pid();
      Files.writeString(folder.resolve(name + ".hit"), Long.toString(pid));
      new ProcessBuilder("kill", "-9", Long.toString(pid)).start().waitFor();
    } catch (IOException e) {
      throw new IllegalStateException("Expected to die at " + name + ", but could not", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
