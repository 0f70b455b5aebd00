package io.vireo.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.schemas.KafkaAccess.Grant;
import io.vireo.schemas.KafkaAccess.Operation;
import io.vireo.schemas.KafkaAccess.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An administrator who runs the commands of {@code docs/install.md} makes what the code needs. */
class InstallDocTest {

  /** Maven runs the tests of a module in its folder. */
  private static final Path DOCUMENT = Path.of("..", "docs", "install.md");

  private static final String NODE = "node1";

  @Test
  void shouldMakeTheTopicsOfTheCatalogue() throws IOException {
    List<String> expected = new ArrayList<>();
    for (Topic<?> topic : Topics.all()) {
      StringBuilder command =
          new StringBuilder("topic ")
              .append(topic.name())
              .append(" --partitions ")
              .append(topic.layout() == Topic.Layout.SINGLE ? 1 : 12);
      new TreeSet<>(topic.config().keySet())
          .forEach(
              key ->
                  command
                      .append(" --config ")
                      .append(key)
                      .append('=')
                      .append(topic.config().get(key)));
      expected.add(command.toString());
    }

    assertThat(commands("topic ")).hasSameElementsAs(expected);
  }

  @Test
  void shouldGrantTheRightsOfTheTableAndNoOthers() throws IOException {
    Set<Grant> expected = new HashSet<>();
    Stream.concat(KafkaAccess.components().stream(), KafkaAccess.forNode(NODE).stream())
        .forEach(grant -> grant.operations().forEach(one -> expected.add(with(grant, one))));

    Set<Grant> granted = new HashSet<>();
    for (String command : commands("allow ")) {
      granted.addAll(grants(command));
    }

    assertThat(granted).isEqualTo(expected);
  }

  private static Grant with(Grant grant, Operation operation) {
    return new Grant(
        grant.principal(), grant.resource(), grant.name(), grant.prefixed(), Set.of(operation));
  }

  /** As kafka-acls reads it: every operation on every resource. */
  private static List<Grant> grants(String command) {
    String[] words = command.replace("\"", "").replace("$NODE", NODE).split("\\s+");
    boolean prefixed = false;
    List<Operation> operations = new ArrayList<>();
    List<Grant> grants = new ArrayList<>();
    for (int i = 2; i < words.length; i += 2) {
      String value = words[i + 1];
      switch (words[i]) {
        case "--resource-pattern-type" -> prefixed = value.equals("prefixed");
        case "--operation" ->
            operations.add(
                Operation.valueOf(
                    value.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT)));
        default -> {
          Resource resource =
              Resource.valueOf(words[i].substring(2).replace('-', '_').toUpperCase(Locale.ROOT));
          for (Operation operation : operations) {
            grants.add(new Grant(words[1], resource, value, prefixed, Set.of(operation)));
          }
        }
      }
    }
    return grants;
  }

  private static List<String> commands(String beginning) throws IOException {
    return Files.readString(DOCUMENT)
        .replaceAll("\\\\\\n\\s*", "")
        .lines()
        .filter(line -> line.startsWith(beginning))
        .toList();
  }
}
