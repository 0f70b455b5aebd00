package io.vireo.dev.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs a program that has to succeed; who can do without its output asks {@link ProgramOutput}. */
public final class ProgramRun {

  private static final int SAID_MAX = 2000;

  private ProgramRun() {}

  /** Writes what a program reads. */
  @FunctionalInterface
  public interface Input {
    void writeTo(OutputStream out) throws IOException;
  }

  /** A program ended otherwise than well. */
  public static final class FailedException extends IOException {
    private static final long serialVersionUID = 1L;
    private final String said;

    FailedException(List<String> words, int code, String said, @Nullable IOException input) {
      super(
          "Expected %s to succeed, but it ended with %d: %s"
              .formatted(String.join(" ", words), code, said),
          input);
      this.said = said;
    }

    /** The end of what it wrote. */
    public String said() {
      return said;
    }
  }

  /**
   * Runs a program to its end, with an empty standard input.
   *
   * @return what it wrote, standard error included
   * @throws FailedException if it fails
   * @throws IOException with the end of what it wrote, if it takes too long; or if it is not there
   */
  public static String of(Duration max, List<String> words)
      throws IOException, InterruptedException {
    return of(max, words, out -> {});
  }

  /** The same for a program that reads. */
  public static String of(Duration max, List<String> words, Input input)
      throws IOException, InterruptedException {
    // A file rather than a pipe: it may write before it has read everything.
    Path said = Files.createTempFile("vireo-run-", ".log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(said.toFile());
      builder.environment().merge("PATH", "/usr/sbin:/sbin", (had, more) -> had + ":" + more);
      builder.environment().put("LC_ALL", "C.UTF-8");
      Process process = builder.start();
      AtomicReference<@Nullable IOException> broken = new AtomicReference<>();
      Thread feeder =
          Thread.ofVirtual().name("program-input").start(() -> broken.set(feed(process, input)));
      try {
        if (!process.waitFor(max.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new IOException(
              "Expected %s to end within %s, but it said only: %s"
                  .formatted(String.join(" ", words), max, end(said)));
        }
      } finally {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroyForcibly();
        // The pipe is broken now, if it was not read to its end.
        feeder.join();
      }
      if (process.exitValue() != 0 || broken.get() != null) {
        throw new FailedException(words, process.exitValue(), end(said), broken.get());
      }
      return Files.readString(said, StandardCharsets.UTF_8);
    } finally {
      Files.deleteIfExists(said);
    }
  }

  private static @Nullable IOException feed(Process process, Input input) {
    try (OutputStream out = process.getOutputStream()) {
      input.writeTo(out);
      return null;
    } catch (IOException e) {
      return e;
    }
  }

  private static String end(Path said) throws IOException {
    String text = new String(Files.readAllBytes(said), StandardCharsets.UTF_8).strip();
    return text.length() > SAID_MAX ? "..." + text.substring(text.length() - SAID_MAX) : text;
  }
}
