package io.vireo.cli.docs;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The shell of one page: what a block sets, the next one has. It ends with the first command that
 * fails. Commands have nothing to read. Used by one thread.
 */
final class Shell implements AutoCloseable {

  private static final int OUTPUT_MAX = 1 << 20;
  private static final Duration STOP_MAX = Duration.ofSeconds(30);
  private static final Duration ENTER_EVERY = Duration.ofSeconds(2);

  private static final int BUFFER_CHARS = 8192;

  /** The end of what was printed. */
  private static final String END = "";

  private final Path folder;
  private final Path work;
  private final Running session;

  /**
   * Starts it.
   *
   * @param folder where commands run
   * @param work for files of this shell; its maker removes it
   */
  Shell(Path folder, Path work) throws IOException {
    this.folder = folder;
    this.work = work;
    this.session = new Running(folder, List.of("bash", "--noprofile", "--norc", "-e"));
  }

  /**
   * What came of commands.
   *
   * @param problem why they did not do what they should; null if they did
   */
  record Result(String output, @Nullable String problem) {}

  /** Runs commands to their end. */
  Result run(String commands, Duration max) throws IOException, InterruptedException {
    Path file = Files.writeString(work.resolve("commands"), commands);
    String token = "docs-test-" + UUID.randomUUID();
    session.write(". '" + file + "' </dev/null\nprintf '\\n%s\\n' '" + token + "'\n");
    return session.read(
        max,
        max.plus(max),
        "\n" + token + "\n",
        "ended with a command that failed",
        "did not end within " + max.toSeconds() + " s");
  }

  /**
   * Runs commands, in a shell of their own, until a text is printed, and stops them as Ctrl-C. As
   * who waits at a console would, it presses Enter now and then: a prompt may have been printed
   * before.
   */
  Result runUntil(String commands, String text, Duration max)
      throws IOException, InterruptedException {
    Path file = Files.writeString(work.resolve("commands"), commands);
    List<String> words = List.of("bash", "--noprofile", "--norc", "-e", file.toString());
    try (Running own = new Running(folder, words)) {
      return own.read(
          max,
          ENTER_EVERY,
          text,
          "ended before it printed '" + text + "'",
          "did not print '" + text + "' within " + max.toSeconds() + " s");
    }
  }

  @Override
  public void close() {
    session.close();
  }

  /** A process in a session of its own, whose group is ended with it. */
  private static final class Running implements AutoCloseable {
    private final Process process;
    private final BlockingQueue<String> printed = new LinkedBlockingQueue<>();

    Running(Path folder, List<String> command) throws IOException {
      // setsid has the pid that it was started with: it forks only as the leader of a group.
      ProcessBuilder builder =
          new ProcessBuilder("setsid").directory(folder.toFile()).redirectErrorStream(true);
      builder.command().addAll(command);
      builder.environment().put("VIREO_BUILD", "never");
      builder.environment().put("TERM", "dumb");
      process = builder.start();
      Thread.ofVirtual().name("docs-output").start(this::follow);
    }

    private void follow() {
      char[] buffer = new char[BUFFER_CHARS];
      try (Reader reader =
          new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
        for (int read = reader.read(buffer); read >= 0; read = reader.read(buffer)) {
          printed.add(new String(buffer, 0, read));
        }
      } catch (IOException e) {
        // It was ended.
      } finally {
        printed.add(END);
      }
    }

    void write(String text) throws IOException {
      OutputStream input = process.getOutputStream();
      input.write(text.getBytes(StandardCharsets.UTF_8));
      input.flush();
    }

    /**
     * Collects what is printed until a text is.
     *
     * @param between after how much silence to press Enter
     * @param last the text, which is no part of the result
     * @param ended the problem if all has ended before
     * @param late the problem if it takes too long
     */
    Result read(Duration max, Duration between, String last, String ended, String late)
        throws InterruptedException {
      long deadline = System.nanoTime() + max.toNanos();
      StringBuilder output = new StringBuilder();
      while (true) {
        long left = deadline - System.nanoTime();
        String piece = printed.poll(Math.min(left, between.toNanos()), TimeUnit.NANOSECONDS);
        if (piece == null) {
          if (left < between.toNanos()) {
            return new Result(output.toString(), late);
          }
          pressEnter();
          continue;
        }
        if (piece.isEmpty()) {
          return new Result(output.toString(), ended + exitCode());
        }
        int from = Math.max(0, output.length() - last.length());
        output.append(piece);
        int found = output.indexOf(last, from);
        if (found >= 0) {
          return new Result(output.substring(0, found), null);
        }
        if (output.length() > OUTPUT_MAX) {
          output.delete(0, output.length() - OUTPUT_MAX);
        }
      }
    }

    private void pressEnter() {
      try {
        write("\n");
      } catch (IOException e) {
        // It reads nothing, or has ended, which its output tells.
      }
    }

    private String exitCode() throws InterruptedException {
      return process.waitFor(1, TimeUnit.SECONDS) ? " (exit code " + process.exitValue() + ")" : "";
    }

    @Override
    public void close() {
      try {
        signal("INT");
        process.getOutputStream().close();
        if (!process.waitFor(STOP_MAX.toSeconds(), TimeUnit.SECONDS)) {
          signal("KILL");
          process.waitFor();
        }
      } catch (IOException e) {
        process.destroyForcibly();
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }

    private void signal(String name) throws IOException, InterruptedException {
      new ProcessBuilder("kill", "-" + name, "--", "-" + process.pid())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    }
  }
}
