package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.vireo.cli.docs.Block;
import io.vireo.cli.docs.PageReader;
import io.vireo.schemas.CanonicalJson;
import io.vireo.spec.ContainerDisks;
import io.vireo.spec.SpecReader;
import io.vireo.spec.SpecSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example is valid, and some test applies it. */
class ExamplesTest {

  private static final Path EXAMPLES = Path.of("..", "examples");
  private static final Path PAGES = Path.of("..", "docs");
  private static final Path TESTS = Path.of("src", "test", "java", "io", "vireo", "e2e");

  static Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .map(name -> name.substring(0, name.length() - ".yaml".length()))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldBeAccepted(String name) throws IOException {
    SpecSettings settings =
        new SpecSettings(
            "masquerade", true, "example.org/launcher:1", new ContainerDisks.ImageVolumes(), true);
    String[] documents = Files.readString(EXAMPLES.resolve(name + ".yaml")).split("\n---\n", -1);
    List<?> vmis =
        Stream.of(documents)
            .<Map<?, ?>>map(document -> Serialization.unmarshal(document, Map.class))
            .<Object>mapMulti((object, out) -> specOf(object).ifPresent(out))
            .toList();

    assertThat(vmis).isNotEmpty();
    for (Object spec : vmis) {
      assertThat(new SpecReader(settings).read(CanonicalJson.read(CanonicalJson.write(spec))))
          .isInstanceOf(SpecReader.Result.Accepted.class);
    }
  }

  /** The spec of a VMI, or of those that an object makes. */
  private static Optional<Object> specOf(Map<?, ?> object) {
    Object spec = object.get("spec");
    return switch (String.valueOf(object.get("kind"))) {
      case "VirtualMachineInstance" -> Optional.ofNullable(spec);
      case "VirtualMachine", "VirtualMachineInstanceReplicaSet" ->
          spec instanceof Map<?, ?> map && map.get("template") instanceof Map<?, ?> template
              ? Optional.ofNullable(template.get("spec"))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  @Test
  void shouldBeAppliedByATest() throws Exception {
    StringBuilder tests = new StringBuilder();
    try (Stream<Path> files = Files.list(TESTS)) {
      for (Path file : files.filter(f -> f.toString().endsWith("E2E.java")).toList()) {
        tests.append(Files.readString(file));
      }
    }

    // DocsE2E runs the commands of the pages, but for those that are marked.
    try (Stream<Path> pages = Files.list(PAGES)) {
      for (Path page : pages.filter(p -> p.toString().endsWith(".md")).toList()) {
        PageReader.read(page.toString(), Files.readString(page)).stream()
            .filter(block -> !(block.mark() instanceof Block.Mark.NotRun))
            .forEach(block -> tests.append(block.commands()));
      }
    }

    assertThat(names())
        .allSatisfy(
            name ->
                assertThat(tests.toString())
                    .containsAnyOf(
                        "\"" + name + "\")",
                        "\"" + name + ".yaml\"",
                        "vireo kubectl apply -f examples/" + name + ".yaml\n"));
  }
}
