package io.vireo.dev.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.vireo.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What can be said of {@code docker-compose.yml} without an engine: that it names what is there,
 * and the versions that everything else is tested with.
 */
class ComposeTest {

  private static final Path FILE = Path.of("..", "docker-compose.yml");

  private final Map<?, ?> compose;

  ComposeTest() throws IOException {
    compose = new KubernetesSerialization().unmarshal(Files.readString(FILE), Map.class);
  }

  @Test
  void shouldPinEveryImage() {
    for (Map.Entry<?, ?> service : services().entrySet()) {
      assertThat(((Map<?, ?>) service.getValue()).get("image"))
          .as("image of %s", service.getKey())
          .asString()
          .matches("[a-z0-9./-]+:v?[0-9]+\\.[0-9]+\\.[0-9]+[a-z0-9.-]*");
    }
  }

  @Test
  void shouldRunTheVersionsThatAreTested() throws IOException {
    Properties programs = new Properties();
    try (var in =
        Files.newInputStream(
            Path.of("src/main/resources/io/vireo/dev/controlplane/binaries.properties"))) {
      programs.load(in);
    }
    Matcher kafka =
        Pattern.compile("<kafka.version>([^<]+)</kafka.version>")
            .matcher(Files.readString(Path.of("..", "pom.xml")));
    assertThat(kafka.find()).isTrue();

    assertThat(service("kafka").get("image")).isEqualTo("apache/kafka:" + kafka.group(1));
    assertThat(service("topics").get("image")).isEqualTo(service("kafka").get("image"));
    assertThat(service("k3s").get("image"))
        .asString()
        .startsWith("rancher/k3s:" + programs.getProperty("kubernetes.version") + "-k3s");
    assertThat(service("apply").get("image")).isEqualTo(service("k3s").get("image"));
  }

  /** InstallDocTest holds the document against the catalogue, with all settings of each topic. */
  @Test
  void shouldMakeTheTopicsAsTheDocumentDoes() throws IOException {
    List<String> documented =
        Files.readAllLines(Path.of("..", "docs", "install.md")).stream()
            .filter(line -> line.startsWith("topic "))
            .toList();
    List<String> made =
        String.valueOf(list(service("topics").get("command")).getFirst())
            .lines()
            .filter(line -> line.startsWith("topic ") && !line.contains("()"))
            .toList();

    assertThat(made).hasSameSizeAs(Topics.all()).containsExactlyElementsOf(documented);
  }

  @Test
  void shouldListenOnTheMachineItselfOnly() {
    for (Object service : services().values()) {
      assertThat(list(((Map<?, ?>) service).get("ports")))
          .allMatch(port -> String.valueOf(port).startsWith("127.0.0.1:"));
    }
  }

  @Test
  void shouldNameServicesVolumesAndFoldersThatAreThere() {
    Set<String> volumes = new HashSet<>();
    ((Map<?, ?>) compose.get("volumes"))
        .keySet()
        .forEach(name -> volumes.add(String.valueOf(name)));
    for (Map.Entry<?, ?> entry : services().entrySet()) {
      Map<?, ?> service = (Map<?, ?>) entry.getValue();
      if (service.get("depends_on") instanceof Map<?, ?> needs) {
        assertThat(services().keySet().containsAll(needs.keySet()))
            .as("what %s depends on", entry.getKey())
            .isTrue();
      }
      for (Object volume : list(service.get("volumes"))) {
        String source = String.valueOf(volume).split(":")[0];
        assertThat(
                source.startsWith("./.compose/")
                    || volumes.contains(source)
                    || Files.isDirectory(FILE.resolveSibling(source)))
            .as("%s of %s", source, entry.getKey())
            .isTrue();
      }
    }
  }

  /** Pods know Kafka by an address, since they do not know Compose's names. */
  @Test
  void shouldAdvertiseTheAddressThatTheManifestsName() throws IOException {
    Map<?, ?> networks = (Map<?, ?>) service("kafka").get("networks");
    Object address = ((Map<?, ?>) networks.get("vireo")).get("ipv4_address");
    Map<?, ?> environment = (Map<?, ?>) service("kafka").get("environment");

    assertThat(environment.get("KAFKA_ADVERTISED_LISTENERS"))
        .isEqualTo("CLIENT://" + address + ":9092");
    assertThat(Files.readString(Shipped.FOLDER.resolve("overlays/compose/kustomization.yaml")))
        .contains("VIREO_KAFKA_BOOTSTRAP_SERVERS=" + address + ":9092\n");
    assertThat(
            Integer.parseInt(String.valueOf(environment.get("KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS"))))
        .isLessThanOrEqualTo(
            Integer.parseInt(
                Shipped.base()
                    .settings()
                    .get("vireo-scheduler")
                    .get("VIREO_SCHEDULER_SESSION_TIMEOUT_MS")));
  }

  private Map<?, ?> services() {
    return (Map<?, ?>) compose.get("services");
  }

  private Map<?, ?> service(String name) {
    return (Map<?, ?>) services().get(name);
  }

  private static List<?> list(Object value) {
    return value instanceof Collection<?> items ? List.copyOf(items) : List.of();
  }
}
