package io.vireo.cli.docs;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares what commands printed with what a page says of it. A line {@code ...} stands for any
 * number of lines, {@code ...} within a line for any text. Blanks count as one, since columns of a
 * table are as wide as their widest cell.
 */
public final class StatedOutput {

  private static final String ANY = "...";
  private static final Pattern CONTROL = Pattern.compile("\u001B\\[[0-9;?]*[A-Za-z]");

  private StatedOutput() {}

  /** The first stated line that was not printed where it should be; empty if all were. */
  public static Optional<String> missing(String stated, String printed) {
    List<String> expected = lines(stated);
    List<String> actual = lines(printed);
    int[] furthest = {0};
    if (matches(expected, 0, actual, 0, furthest)) {
      return Optional.empty();
    }
    return Optional.of(
        furthest[0] < expected.size()
            ? expected.get(furthest[0])
            : "the end of the output after '" + expected.getLast() + "'");
  }

  private static boolean matches(
      List<String> expected, int from, List<String> actual, int at, int[] furthest) {
    int line = at;
    for (int i = from; i < expected.size(); i++) {
      furthest[0] = Math.max(furthest[0], i);
      if (expected.get(i).equals(ANY)) {
        for (int skip = line; skip <= actual.size(); skip++) {
          if (matches(expected, i + 1, actual, skip, furthest)) {
            return true;
          }
        }
        return false;
      }
      if (line >= actual.size() || !fits(expected.get(i), actual.get(line))) {
        return false;
      }
      line++;
    }
    furthest[0] = expected.size();
    return line == actual.size();
  }

  private static boolean fits(String expected, String actual) {
    // Between blanks it may stand for nothing, and then there is one blank.
    String pattern =
        Stream.of((" " + expected + " ").split(Pattern.quote(" " + ANY + " "), -1))
            .map(StatedOutput::pattern)
            .collect(Collectors.joining(" (?:.* )?"));
    return (" " + actual + " ").matches(pattern);
  }

  private static String pattern(String part) {
    return Stream.of(part.split(Pattern.quote(ANY), -1))
        .map(Pattern::quote)
        .collect(Collectors.joining(".*"));
  }

  private static List<String> lines(String text) {
    List<String> lines =
        CONTROL
            .matcher(text)
            .replaceAll("")
            .lines()
            .map(line -> line.strip().replaceAll("\\s+", " "))
            .toList();
    int end = lines.size();
    while (end > 0 && lines.get(end - 1).isEmpty()) {
      end--;
    }
    return lines.subList(0, end);
  }
}
