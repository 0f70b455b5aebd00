package io.vireo.dev.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.api.ApiConfig;
import io.vireo.dev.kafka.KafkaUsers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VireoComponentsTest {

  private static final Path FAILPOINTS = Path.of("/failpoints");

  @TempDir private Path folder;
  private KafkaUsers users;

  @BeforeEach
  void makeUsers() throws IOException {
    users = new KafkaUsers(new StateDir(folder).kafkaUsers());
    users.create(KafkaUsers.of(List.of("node1")));
  }

  private VireoComponents components(Optional<Path> failpoints) throws IOException {
    StateDir state = new StateDir(folder);
    return new VireoComponents(
        state,
        Ports.load(state.portsFile()),
        folder.resolve("images"),
        "localhost/launcher:1",
        true,
        false,
        failpoints);
  }

  private List<ComponentSpec> parts(Optional<Path> failpoints) throws IOException {
    VireoComponents components = components(failpoints);
    return List.of(
        components.ingest(folder),
        components.scheduler(0),
        components.scheduler(1),
        components.clusterExecutor(folder),
        components.nodeExecutor("node1"));
  }

  static Stream<Arguments> users() {
    return Stream.of(
        Arguments.of("ingest", "ingest"),
        Arguments.of("scheduler", "scheduler"),
        Arguments.of("scheduler-1", "scheduler"),
        Arguments.of("cluster-executor", "cluster-executor"),
        Arguments.of("node-executor-node1", "node-node1"));
  }

  @ParameterizedTest
  @MethodSource("users")
  void shouldGoToKafkaAsItsOwnUser(String name, String user) throws IOException {
    ComponentSpec part = part(name, Optional.empty());

    assertThat(part.environment())
        .containsEntry("VIREO_KAFKA_USERNAME", user)
        .containsEntry("VIREO_KAFKA_PASSWORD_FILE", users.passwordFile(user).toString())
        .containsEntry("VIREO_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT");
    assertThat(users.passwordFile(user)).exists();
  }

  @ParameterizedTest
  @MethodSource("users")
  void shouldPassOnFailpointsOnlyWhenAsked(String name, String user) throws IOException {
    assertThat(part(name, Optional.of(FAILPOINTS)).environment())
        .containsEntry("VIREO_FAILPOINTS_DIR", "/failpoints");
    assertThat(part(name, Optional.empty()).environment())
        .doesNotContainKey("VIREO_FAILPOINTS_DIR");
  }

  @Test
  void shouldTellNoPasswordInAnEnvironment() throws IOException {
    List<ComponentSpec> all = new java.util.ArrayList<>(parts(Optional.empty()));
    all.add(components(Optional.empty()).kafka(List.of("node1"), Optional.empty()));

    for (String user : KafkaUsers.of(List.of("node1"))) {
      String password = users.password(user);
      assertThat(all)
          .allSatisfy(
              part ->
                  assertThat(part.environment().values())
                      .noneMatch(value -> value.contains(password)));
    }
  }

  @Test
  void shouldLetAdmissionAndSchedulerReadAManifestAlike() throws IOException {
    Map<String, String> api =
        components(Optional.empty()).api(folder, List.of("a", "b")).environment();
    Map<String, String> scheduler = part("scheduler", Optional.empty()).environment();

    for (String name : List.of("DEFAULT_NETWORK_INTERFACE", "POD_NETWORK", "USE_EMULATION")) {
      assertThat(api.get("VIREO_API_" + name)).isEqualTo(scheduler.get("VIREO_SCHEDULER_" + name));
    }
    ApiConfig config = ApiConfig.fromEnv(api);
    assertThat(config.host()).isEqualTo("127.0.0.1");
    assertThat(config.names()).contains("a", "b");
    assertThat(api.keySet()).as("it knows nothing of Kafka").noneMatch(it -> it.contains("KAFKA"));
  }

  @Test
  void shouldKeepSchedulersApart() throws IOException {
    ComponentSpec first = part("scheduler", Optional.empty());
    ComponentSpec second = part("scheduler-1", Optional.empty());

    assertThat(first.environment()).containsEntry("VIREO_SCHEDULER_INSTANCE_ID", "scheduler-0");
    assertThat(second.environment()).containsEntry("VIREO_SCHEDULER_INSTANCE_ID", "scheduler-1");
    for (String own : List.of("VIREO_SCHEDULER_STATE_DIR", "VIREO_HEALTH_ADDRESS")) {
      assertThat(first.environment().get(own)).isNotEqualTo(second.environment().get(own));
    }
  }

  @Test
  void shouldRefuseWhatNoStackCanBe() {
    assertThatThrownBy(() -> new StackOptions(folder, 1, 4, true, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--schedulers");
    assertThatThrownBy(() -> new StackOptions(folder, 1, 1, false, Optional.of(FAILPOINTS)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--separate");
  }

  private ComponentSpec part(String name, Optional<Path> failpoints) throws IOException {
    return parts(failpoints).stream()
        .filter(part -> part.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
