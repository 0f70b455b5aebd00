package io.vireo.cli;

import java.io.Console;
import java.util.Locale;
import java.util.Optional;

/** Whether a person sits there. */
public final class Terminal {

  private Terminal() {}

  /** Both standard input and output are a terminal's. */
  public static boolean isInteractive() {
    return console().isPresent();
  }

  /** Asks yes or no; no is the answer when nobody gives one. */
  public static boolean confirm(String question) {
    return console()
        .map(console -> console.readLine("%s [y/N] ", question))
        .filter(answer -> answer.strip().toLowerCase(Locale.ROOT).startsWith("y"))
        .isPresent();
  }

  // From Java 25 on it is null again where there is no terminal.
  @SuppressWarnings("SystemConsoleNull")
  private static Optional<Console> console() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal);
  }
}
