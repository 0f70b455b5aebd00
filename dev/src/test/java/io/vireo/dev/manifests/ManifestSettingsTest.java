package io.vireo.dev.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.vireo.api.ApiConfig;
import io.vireo.api.ApiMain;
import io.vireo.dev.manifests.Shipped.Workload;
import io.vireo.schemas.KafkaAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each part reads what its manifest gives it, and nothing is given that it does not read. */
class ManifestSettingsTest {

  private static final String BOOTSTRAP = "VIREO_KAFKA_BOOTSTRAP_SERVERS";
  private static final String PASSWORD_FILE = "VIREO_KAFKA_PASSWORD_FILE";

  /** Folders that a part writes to. */
  private static final Set<String> WRITTEN =
      Set.of("VIREO_NODE_STATE_DIR", "VIREO_NODE_RUN_DIR", "VIREO_SCHEDULER_STATE_DIR");

  @TempDir Path folder;

  private final Shipped shipped;

  ManifestSettingsTest() throws IOException {
    shipped = Shipped.base();
    shipped.settings().get("vireo-kafka").put(BOOTSTRAP, "kafka.example:9093");
    shipped
        .settings()
        .get("vireo-kafka")
        .put("VIREO_KAFKA_TRUSTSTORE_FILE", "/etc/vireo-kafka-ca/ca.crt");
  }

  @ParameterizedTest
  @CsvSource({
    "ingest, io.vireo.ingest.IngestConfig, ingest",
    "scheduler, io.vireo.scheduler.SchedulerConfig, scheduler",
    "cluster-executor, io.vireo.cluster.ClusterExecutorConfig, cluster-executor",
    "node-executor, io.vireo.node.NodeExecutorConfig, node-node-a",
  })
  void shouldBeReadAsItIs(String name, String config, String user) throws Exception {
    Map<String, String> env = environment(shipped.workload(name));
    Set<String> asked = new HashSet<>();

    Object settings = SettingsOf.read(config, env, asked);

    assertThat(asked).as("variables that %s reads", config).containsAll(env.keySet());
    assertThat(settings).asString().contains("kafka.example:9093, SASL_SSL, as " + user + "]");
  }

  /** What it needs of the scheduler's settings it is given from the same place. */
  @Test
  void shouldLetTheApiReadAManifestAsTheSchedulerDoes() throws Exception {
    shipped
        .settings()
        .get("vireo-scheduler")
        .put("VIREO_SCHEDULER_DEFAULT_NETWORK_INTERFACE", "masquerade");
    shipped.settings().get("vireo-scheduler").put("VIREO_SCHEDULER_USE_EMULATION", "true");
    Map<String, String> env = environment(shipped.workload("api"));
    Set<String> asked = new HashSet<>();

    ApiConfig config = (ApiConfig) SettingsOf.read("io.vireo.api.ApiConfig", env, asked);

    assertThat(asked).containsAll(env.keySet());
    assertThat(config.spec().defaultNetworkInterface()).isEqualTo("masquerade");
    assertThat(config.spec().emulation()).isTrue();
    assertThat(config.spec().podNetwork()).isTrue();
  }

  /** The name in the certificate is that of the Service that the webhook configurations name. */
  @Test
  void shouldServeAdmissionUnderTheNameThatApiServersAskFor() throws Exception {
    ApiConfig config =
        (ApiConfig)
            SettingsOf.read(
                "io.vireo.api.ApiConfig", environment(shipped.workload("api")), new HashSet<>());
    List<WebhookClientConfig> asked = new ArrayList<>();
    for (var it : shipped.of(MutatingWebhookConfiguration.class)) {
      it.getWebhooks().forEach(each -> asked.add(each.getClientConfig()));
    }
    for (var it : shipped.of(ValidatingWebhookConfiguration.class)) {
      it.getWebhooks().forEach(each -> asked.add(each.getClientConfig()));
    }

    assertThat(asked).hasSize(2);
    for (WebhookClientConfig each : asked) {
      String name = each.getService().getName();
      assertThat(config.names()).contains(name + "." + each.getService().getNamespace() + ".svc");
      assertThat(each.getCaBundle()).as("the api puts it there").isNull();
      Service service =
          shipped.of(Service.class).stream()
              .filter(it -> it.getMetadata().getName().equals(name))
              .findFirst()
              .orElseThrow();
      assertThat(service.getSpec().getPorts().getFirst().getPort())
          .isEqualTo(each.getService().getPort());
    }
    assertThat(shipped.of(Secret.class))
        .extracting(secret -> secret.getMetadata().getName())
        .containsExactly(ApiMain.SECRET);
  }

  /** An account that is exempt by name must be the one that writes, and the one that core knows. */
  @Test
  void shouldExemptTheAccountThatWrites() throws Exception {
    ApiConfig config =
        (ApiConfig)
            SettingsOf.read(
                "io.vireo.api.ApiConfig", environment(shipped.workload("api")), new HashSet<>());
    String account =
        "system:serviceaccount:vireo:"
            + shipped.workload("cluster-executor").template().getSpec().getServiceAccountName();

    assertThat(config.accounts()).containsExactly(account);
    for (var it : shipped.of(MutatingWebhookConfiguration.class)) {
      assertThat(it.getWebhooks())
          .allSatisfy(
              each ->
                  assertThat(each.getMatchConditions().toString()).contains("'" + account + "'"));
    }
    for (var it : shipped.of(ValidatingWebhookConfiguration.class)) {
      assertThat(it.getWebhooks())
          .allSatisfy(
              each ->
                  assertThat(each.getMatchConditions().toString()).contains("'" + account + "'"));
    }
  }

  @Test
  void shouldNotStartBeforeKafkaIsNamed() {
    shipped.settings().get("vireo-kafka").remove(BOOTSTRAP);

    assertThatThrownBy(() -> environment(shipped.workload("ingest")))
        .hasMessageContaining(BOOTSTRAP);
  }

  @Test
  void shouldLogInAsTheUsersOfTheTableOfRights() throws IOException {
    Map<String, String> users = new HashMap<>();
    for (Workload workload : ofKafka()) {
      users.put(workload.name(), environment(workload).get("VIREO_KAFKA_USERNAME"));
    }
    assertThat(users)
        .isEqualTo(
            Map.of(
                "ingest", KafkaAccess.INGEST,
                "scheduler", KafkaAccess.SCHEDULER,
                "cluster-executor", KafkaAccess.CLUSTER_EXECUTOR,
                "node-executor", KafkaAccess.node("node-a")));
  }

  /** A path that is not mounted would be one of the read-only root, or lost with the container. */
  @Test
  void shouldNameFilesBelowAMount() {
    for (Workload workload : shipped.workloads()) {
      PodSpec pod = workload.template().getSpec();
      SettingsOf.environment(workload, shipped.settings())
          .forEach(
              (name, value) -> {
                if (value.startsWith("/") && !name.equals("VIREO_NODE_KUBELET_DIR")) {
                  assertThat(pod.getContainers().getFirst().getVolumeMounts())
                      .as("%s: %s=%s", workload, name, value)
                      .anyMatch(
                          mount ->
                              Path.of(value).startsWith(mount.getMountPath())
                                  && (!WRITTEN.contains(name)
                                      || !Boolean.TRUE.equals(mount.getReadOnly())));
                }
              });
    }
  }

  @Test
  void shouldTakeThePasswordOfEachPartFromASecretOfItsOwn() {
    for (Workload workload : ofKafka()) {
      String file = SettingsOf.environment(workload, shipped.settings()).get(PASSWORD_FILE);
      PodSpec pod = workload.template().getSpec();
      VolumeMount mount =
          pod.getContainers().getFirst().getVolumeMounts().stream()
              .filter(it -> Path.of(file).startsWith(it.getMountPath()))
              .findFirst()
              .orElseThrow();
      Volume volume =
          pod.getVolumes().stream()
              .filter(it -> it.getName().equals(mount.getName()))
              .findFirst()
              .orElseThrow();
      if (workload.name().equals(PodRules.ON_THE_NODE)) {
        // Every pod of a DaemonSet mounts the same Secret, which would hold the words of all nodes.
        assertThat(volume.getHostPath().getPath()).isEqualTo(mount.getMountPath());
      } else {
        assertThat(volume.getSecret().getSecretName()).isEqualTo("kafka-" + workload.name());
        assertThat(Path.of(file)).isEqualTo(Path.of(mount.getMountPath(), "password"));
      }
    }
  }

  /** Two with one id fence each other; an id that changes costs a wait at each restart. */
  @Test
  void shouldGiveEachSchedulerAnIdThatItKeeps() {
    Workload scheduler = shipped.workload("scheduler");

    assertThat(scheduler.owner()).isInstanceOf(StatefulSet.class);
    assertThat(SettingsOf.environment(scheduler, shipped.settings()))
        .containsEntry("VIREO_SCHEDULER_INSTANCE_ID", "scheduler-0");
  }

  /** A start of ingest that sees a later one ends. */
  @Test
  void shouldStopOneIngestBeforeTheNextStarts() {
    Deployment ingest = (Deployment) shipped.workload("ingest").owner();

    assertThat(ingest.getSpec().getReplicas()).isEqualTo(1);
    assertThat(ingest.getSpec().getStrategy().getType()).isEqualTo("Recreate");
  }

  /** All but the api. */
  private List<Workload> ofKafka() {
    return shipped.workloads().stream().filter(it -> !it.name().equals("api")).toList();
  }

  /** What a kubelet would give, with a password file that is there. */
  private Map<String, String> environment(Workload workload) throws IOException {
    Map<String, String> env = SettingsOf.environment(workload, shipped.settings());
    Path password = folder.resolve("password");
    Files.writeString(password, "word\n");
    env.replace(PASSWORD_FILE, password.toString());
    return env;
  }
}
