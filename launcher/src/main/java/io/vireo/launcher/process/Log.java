package io.vireo.launcher.process;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Lines for {@code kubectl logs}: what happened to this VM. */
public final class Log {

  private Log() {}

  /** Says one thing. */
  public static void say(String text) {
    System.out.println(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + text);
  }
}
