package io.vireo.cli.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A plain QEMU with its console. It ends when it is closed, and by itself after an hour. */
final class PlainQemu implements AutoCloseable {

  private static final Duration LIFE_MAX = Duration.ofHours(1);
  private static final long END_SECONDS = 10;
  private static final int READ_BYTES = 4096;

  private final Process process;
  private final GuestShell shell;

  private PlainQemu(Process process) {
    this.process = process;
    OutputStream in = process.getOutputStream();
    this.shell =
        new GuestShell(
            bytes -> {
              in.write(bytes);
              in.flush();
            });
  }

  static PlainQemu start(List<String> command) throws IOException {
    List<String> words =
        new ArrayList<>(List.of("timeout", "--kill-after=5", Long.toString(LIFE_MAX.toSeconds())));
    words.addAll(command);
    PlainQemu qemu = new PlainQemu(new ProcessBuilder(words).redirectErrorStream(true).start());
    Thread.ofVirtual().name("plain-qemu").start(qemu::listen);
    return qemu;
  }

  GuestShell shell() {
    return shell;
  }

  /** QEMU's own number, not that of the program that bounds its life. */
  long pid() throws IOException {
    return process
        .descendants()
        .findFirst()
        .orElseThrow(() -> new IOException("Expected a plain QEMU that runs"))
        .pid();
  }

  private void listen() {
    byte[] bytes = new byte[READ_BYTES];
    try (InputStream out = process.getInputStream()) {
      for (int n = out.read(bytes); n >= 0; n = out.read(bytes)) {
        shell.take(java.util.Arrays.copyOf(bytes, n));
      }
    } catch (IOException e) {
      // It ended; whoever waits for an answer says what was last heard.
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
