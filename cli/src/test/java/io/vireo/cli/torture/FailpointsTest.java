package io.vireo.cli.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FailpointsTest {

  private static final List<String> MODULES =
      List.of("ingest", "scheduler", "cluster-executor", "node-executor");
  private static final Pattern PASSED = Pattern.compile("Failpoint\\.pass\\(\"([a-z.]+)\"\\)");
  // Names of effects that are handed to who passes both of their places.
  private static final Pattern HANDS_OVER =
      Pattern.compile("Failpoint\\.pass\\([a-z]+ \\+|Acknowledged\\.send\\(");
  private static final Pattern NAME =
      Pattern.compile("\"((?:ingest|scheduler|dispatcher|cluster|node)(?:\\.[a-z]+)+)\"");

  @Test
  void shouldListExactlyThePlacesThatTheSourcesPass() throws IOException {
    Set<String> passed = new TreeSet<>();
    for (String module : MODULES) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        for (Path file :
            (Iterable<Path>) files.filter(f -> f.toString().endsWith(".java"))::iterator) {
          String text = Files.readString(file);
          PASSED.matcher(text).results().map(found -> found.group(1)).forEach(passed::add);
          if (HANDS_OVER.matcher(text).find()) {
            NAME.matcher(text).results().map(FailpointsTest::places).forEach(passed::addAll);
          }
        }
      }
    }

    assertThat(Failpoints.ALL.stream().map(Failpoints.Point::name).collect(Collectors.toSet()))
        .isEqualTo(passed);
  }

  private static Set<String> places(MatchResult literal) {
    String name = literal.group(1);
    return name.endsWith(".before") || name.endsWith(".after")
        ? Set.of(name)
        : Set.of(name + ".before", name + ".after");
  }

  @Test
  void shouldHaveNoNameTwice() {
    assertThat(Torture.names()).doesNotHaveDuplicates();
  }
}
