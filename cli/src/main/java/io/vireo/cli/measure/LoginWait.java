package io.vireo.cli.measure;

import io.vireo.cli.Failure;
import io.vireo.cli.console.ConsoleClient;
import io.vireo.dev.stack.StackFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** Waits on a serial console for the guest to ask who logs in. */
public final class LoginWait {

  private static final String PROMPT = "login:";
  private static final Duration SILENCE_MAX = Duration.ofSeconds(8);
  private static final Duration RETRY = Duration.ofMillis(250);
  private static final long LOOK_MS = 20;
  private static final int TAIL = 400;

  private final StringBuilder text = new StringBuilder();
  private Instant lastOutput = Instant.now();
  private Instant promptSeen = Instant.MAX;

  private LoginWait() {}

  /** When the prompt was seen. */
  public static Instant await(StackFile.Node node, String uid, Instant until)
      throws Failure, InterruptedException {
    LoginWait wait = new LoginWait();
    String problem = "the console was not asked";
    while (Instant.now().isBefore(until)) {
      try (ConsoleClient console = ConsoleClient.connect(node, uid, wait::take)) {
        while (!console.end().isDone() && Instant.now().isBefore(until)) {
          Instant seen = wait.look(console);
          if (seen.isBefore(Instant.MAX)) {
            return seen;
          }
        }
        problem = console.end().getNow("no prompt");
      } catch (IOException e) {
        // The launcher's tunnel comes up a moment after the domain.
        problem = Failure.describe(e);
      }
      Thread.sleep(RETRY);
    }
    throw new Failure(
        "no \"" + PROMPT + "\" on the console (" + problem + "); it ends with: " + wait.tail());
  }

  private synchronized void take(byte[] bytes) {
    text.append(new String(bytes, StandardCharsets.UTF_8));
    lastOutput = Instant.now();
    if (promptSeen.equals(Instant.MAX) && text.indexOf(PROMPT) >= 0) {
      promptSeen = lastOutput;
    }
  }

  private Instant look(ConsoleClient console) throws IOException, InterruptedException {
    Thread.sleep(LOOK_MS);
    synchronized (this) {
      if (promptSeen.isBefore(Instant.MAX)
          || Duration.between(lastOutput, Instant.now()).compareTo(SILENCE_MAX) <= 0) {
        return promptSeen;
      }
      lastOutput = Instant.now();
    }
    // The prompt may have been printed before anybody listened; an empty answer repeats it.
    console.send(new byte[] {'\n'});
    return Instant.MAX;
  }

  private synchronized String tail() {
    return text.substring(Math.max(0, text.length() - TAIL)).strip();
  }
}
