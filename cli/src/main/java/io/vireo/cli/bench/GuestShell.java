package io.vireo.cli.bench;

import io.vireo.cli.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;

/** A shell on a guest's serial console. One thread asks; any thread brings what the guest says. */
final class GuestShell {

  private static final Duration NUDGE = Duration.ofSeconds(5);
  private static final Duration PROMPT_MAX = Duration.ofSeconds(60);
  private static final int TAIL = 400;

  private final Keyboard keyboard;
  private final StringBuilder text = new StringBuilder();

  /** What types into the console. */
  @FunctionalInterface
  interface Keyboard {
    void type(byte[] bytes) throws IOException, InterruptedException;
  }

  GuestShell(Keyboard keyboard) {
    this.keyboard = keyboard;
  }

  /** Takes what the guest prints. */
  synchronized void take(byte[] bytes) {
    text.append(new String(bytes, StandardCharsets.UTF_8));
    notifyAll();
  }

  /** Waits for the login, whose prompt may have been printed before anybody listened. */
  void logIn(Duration max) throws Failure, IOException, InterruptedException {
    Instant until = Instant.now().plus(max);
    while (!await(0, output -> output.contains("login:"), NUDGE)) {
      if (Instant.now().isAfter(until)) {
        throw new Failure("no login on the console of the guest; it ends with: " + tail());
      }
      type("");
    }
    // The login throws away what is typed before there is a shell.
    ask("root", output -> output.contains("# "), PROMPT_MAX);
  }

  /** Types a line and gives what was printed since, once that is enough. */
  String ask(String line, Predicate<String> enough, Duration max)
      throws Failure, IOException, InterruptedException {
    int from;
    synchronized (this) {
      from = text.length();
    }
    type(line);
    if (!await(from, enough, max)) {
      throw new Failure("the guest does not answer \"" + line + "\"; it ends with: " + tail());
    }
    synchronized (this) {
      return text.substring(from);
    }
  }

  private void type(String line) throws IOException, InterruptedException {
    keyboard.type((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private synchronized boolean await(int from, Predicate<String> enough, Duration max)
      throws InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    while (!enough.test(text.substring(from))) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(Math.max(1, left / 1_000_000));
    }
    return true;
  }

  private synchronized String tail() {
    return text.substring(Math.max(0, text.length() - TAIL)).strip();
  }
}
