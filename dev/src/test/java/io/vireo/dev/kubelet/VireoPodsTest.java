package io.vireo.dev.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.vireo.dev.images.VireoImage;
import io.vireo.dev.kafka.KafkaUsers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VireoPodsTest {

  @TempDir private Path folder;
  private KafkaUsers users;

  @BeforeEach
  void makeUsers() throws IOException {
    users = new KafkaUsers(folder.resolve("users"));
    users.create(KafkaUsers.of(List.of("node1")));
  }

  private Map<?, ?> kustomization(boolean controlPlane) throws IOException {
    new VireoPods(
            folder.resolve("manifests"),
            folder.resolve("kubeconfig"),
            new VireoPods.Settings(
                controlPlane,
                2,
                "10.131.0.1",
                List.of("127.0.0.1", "10.131.0.2"),
                9092,
                users,
                folder.resolve("hash.key"),
                true))
        .write();
    return Serialization.unmarshal(
        Files.readString(folder.resolve("manifests/kustomization.yaml")), Map.class);
  }

  @Test
  void shouldPutWhatOnlyThisStackKnowsOverTheManifestsThatShip() throws IOException {
    Map<?, ?> kustomization = kustomization(true);

    assertThat(kustomization.get("resources")).isEqualTo(List.of("shipped/overlays/dev"));
    assertThat(folder.resolve("manifests/shipped/overlays/dev/kustomization.yaml")).exists();
    assertThat(folder.resolve("manifests/shipped/base/node/node-executor.yaml")).exists();
    assertThat(kustomization.get("configMapGenerator"))
        .asString()
        .contains("VIREO_KAFKA_BOOTSTRAP_SERVERS=10.131.0.1:9092")
        .contains("VIREO_SCHEDULER_USE_EMULATION=true")
        .contains("VIREO_SCHEDULER_LAUNCHER_IMAGE=" + VireoImage.LAUNCHER.reference());
    assertThat(kustomization.get("replicas"))
        .isEqualTo(List.of(Map.of("name", "scheduler", "count", 2)));
  }

  /** The API server is not on a node, and cannot reach the address of a Service. */
  @Test
  void shouldLetTheApiServerAskAdmissionByAPortOfANode() throws IOException {
    Map<?, ?> kustomization = kustomization(true);

    assertThat(kustomization.get("patches"))
        .asString()
        .contains("nodePort, value: 30443")
        .contains("url: \"https://10.131.0.2:30443/mutate\"")
        .contains("url: \"https://10.131.0.2:30443/validate\"");
    assertThat(kustomization.get("configMapGenerator"))
        .asString()
        .contains("VIREO_API_NAMES=127.0.0.1,10.131.0.2");
  }

  @Test
  void shouldGiveEachPartItsOwnPasswordAndNoOther() throws IOException {
    Map<?, ?> kustomization = kustomization(true);

    assertThat(kustomization.get("secretGenerator"))
        .isEqualTo(
            List.of(
                Map.of(
                    "name", "vireo-ingest-hash-key", "files", List.of("hash.key=secrets/hash.key")),
                Map.of("name", "kafka-ingest", "files", List.of("password=secrets/ingest")),
                Map.of("name", "kafka-scheduler", "files", List.of("password=secrets/scheduler")),
                Map.of(
                    "name",
                    "kafka-cluster-executor",
                    "files",
                    List.of("password=secrets/cluster-executor"))));
    assertThat(folder.resolve("manifests/secrets/ingest"))
        .hasContent(users.password("ingest") + "\n");
  }

  @Test
  void shouldKeepTheHashKeyOverStarts() throws IOException {
    kustomization(true);
    String key = Files.readString(folder.resolve("hash.key"));

    kustomization(true);

    assertThat(folder.resolve("hash.key")).hasContent(key);
    assertThat(folder.resolve("manifests/secrets/hash.key")).hasContent(key);
  }

  @Test
  void shouldLeaveTheControlPlaneOutWhereItRunsBeside() throws IOException {
    Map<?, ?> kustomization = kustomization(false);

    assertThat(kustomization.get("resources"))
        .isEqualTo(List.of("shipped/overlays/dev/cluster", "shipped/overlays/dev/node"));
    assertThat(kustomization.containsKey("secretGenerator")).isFalse();
    assertThat(kustomization.get("patches")).asString().doesNotContain("WebhookConfiguration");
    assertThat(folder.resolve("manifests/secrets")).doesNotExist();
  }
}
