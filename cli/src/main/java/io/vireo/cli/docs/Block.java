package io.vireo.cli.docs;

import java.util.Optional;

/**
 * Commands of a page.
 *
 * @param page as it was named
 * @param line of the first command, from 1
 * @param commands as written
 * @param mark how to run it, if not to its end
 * @param output what it is said to print, if that is stated
 */
public record Block(String page, int line, String commands, Mark mark, Optional<String> output) {

  /** How a block is run. */
  public sealed interface Mark {

    /** To its end. */
    record ToItsEnd() implements Mark {}

    /** It cannot or must not be run where tests are. */
    record NotRun(String reason) implements Mark {}

    /** It does not end by itself, and is stopped once its output has the text. */
    record Until(String text) implements Mark {}
  }

  /** Where it stands, as editors take it. */
  public String place() {
    return page + ":" + line;
  }

  /** Its first command, for a line of progress. */
  public String summary() {
    String first = commands.lines().filter(each -> !each.isBlank()).findFirst().orElse("").strip();
    String word = first.replaceAll("\\s+#.*", "");
    long more = commands.lines().filter(each -> !each.isBlank()).count() - 1;
    return more == 0 ? word : word + " (and " + more + " more)";
  }
}
