package io.vireo.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/events.md} is the catalogue for people: it lists what the code has, in its words. */
class EventCatalogueDocTest {

  /** Maven runs the tests of a module in its folder. */
  private static final Path DOCUMENT = Path.of("..", "docs", "events.md");

  @Test
  void shouldListEveryEventTypeWithItsMeaning() throws IOException {
    List<String> rows = rows();
    for (VmiEventType type : VmiEventType.values()) {
      assertThat(rows)
          .as("rows of %s for the event type %s", DOCUMENT, type)
          .contains("| `" + type.wireName() + "` | " + type.meaning() + " |");
    }
    for (VmEventType type : VmEventType.values()) {
      assertThat(rows)
          .as("rows of %s for the event type %s", DOCUMENT, type)
          .contains("| `" + type.wireName() + "` | " + type.meaning() + " |");
    }
  }

  @Test
  void shouldListNoEventTypeThatTheCodeDoesNotHave() throws IOException {
    List<String> known =
        Stream.concat(
                Stream.of(VmiEventType.values()).map(VmiEventType::wireName),
                Stream.of(VmEventType.values()).map(VmEventType::wireName))
            .map(name -> "| `" + name + "` |")
            .toList();
    assertThat(rows().stream().filter(row -> row.matches("\\| `[A-Z][A-Za-z]+` \\| .*")))
        .as("rows of %s that begin like an event type", DOCUMENT)
        .allMatch(row -> known.stream().anyMatch(row::startsWith));
  }

  @Test
  void shouldListEveryTopicWithItsCleanupAndRecord() throws IOException {
    List<String> rows = rows();
    for (Topic<?> topic : topics()) {
      assertThat(rows)
          .as("rows of %s for the topic %s", DOCUMENT, topic.name())
          .anyMatch(row -> describes(row, topic));
    }
  }

  private static List<Topic<?>> topics() {
    // A node's two topics are made when it is seen; the document names them by a placeholder.
    return Stream.concat(
            Topics.all().stream(),
            Stream.of(Topics.nodeCommands("node"), Topics.nodeReports("node")))
        .toList();
  }

  private static boolean describes(String row, Topic<?> topic) {
    String name = topic.name().replace("vireo.node.node.", "vireo.node.<node>.");
    String cleanup =
        topic
            .retention()
            .map(retention -> "delete, " + retention.toDays() + " d")
            .orElse("compact");
    return row.startsWith("| `" + name + "` |")
        && row.contains("| " + cleanup + " |")
        && row.endsWith("| `" + topic.valueType().getSimpleName() + "` |");
  }

  private static List<String> rows() throws IOException {
    return Files.readAllLines(DOCUMENT).stream()
        .map(String::strip)
        .filter(line -> line.startsWith("|"))
        .toList();
  }
}
