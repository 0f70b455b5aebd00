package io.vireo.dev.manifests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.vireo.api.ApiConfig;
import io.vireo.dev.controlplane.Binaries;
import io.vireo.dev.manifests.Shipped.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What kustomize makes of {@code k8s/}. */
class KustomizeIT {

  private static final Path OVERLAY = Shipped.FOLDER.resolve("overlays/dev");

  @TempDir Path folder;

  @Test
  void shouldRenderTheBaseAsTheFilesHaveIt() throws Exception {
    Shipped base = render(Shipped.FOLDER.resolve("base"));

    assertThat(PodRules.problems(base)).isEmpty();
    assertThat(base.settings()).isEqualTo(Shipped.base().settings());
    assertThat(base.workloads())
        .extracting(Workload::toString)
        .hasSameElementsAs(Shipped.base().workloads().stream().map(Workload::toString).toList());
    assertThat(base.of(Secret.class))
        .as("whoever installs it makes the secrets, but for one that the api fills")
        .allMatch(secret -> secret.getData() == null || secret.getData().isEmpty())
        .extracting(secret -> secret.getMetadata().getName())
        .containsExactly("vireo-api-tls");
  }

  @Test
  void shouldTakeImagesThatWereBuiltHere() throws Exception {
    Shipped dev = render(OVERLAY);

    assertThat(PodRules.problems(dev)).isEmpty();
    assertThat(dev.workloads())
        .extracting(it -> it.template().getSpec().getContainers().getFirst().getImage())
        .allMatch(image -> image.startsWith("localhost/vireo/"));
    assertThat(dev.settings().get("vireo-scheduler").get("VIREO_SCHEDULER_LAUNCHER_IMAGE"))
        .startsWith("localhost/vireo/launcher:");
    assertThat(dev.workloads())
        .extracting(it -> it.template().getSpec().getDnsPolicy())
        .containsOnly("Default");
    assertThat(((StatefulSet) dev.workload("scheduler").owner()).getSpec().getReplicas())
        .isEqualTo(1);
    assertThat(dev.settings().get("vireo-kafka"))
        .containsEntry("VIREO_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT")
        .containsEntry("VIREO_REPLICATION_FACTOR", "1");
  }

  @Test
  void shouldLetTheNodePartBeAppliedAlone() throws Exception {
    Shipped node = render(OVERLAY.resolve("node"));

    assertThat(node.workloads()).extracting(Workload::name).containsExactly("node-executor");
  }

  /** As a stack or an installer does: settings and secrets on top, by the names in the base. */
  @Test
  void shouldTakeSettingsAndSecretsOnTop() throws Exception {
    Files.writeString(folder.resolve("word"), "secret word");
    Files.writeString(
        folder.resolve("kustomization.yaml"),
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        namespace: vireo
        resources:
        - %s
        configMapGenerator:
        - name: vireo-kafka
          behavior: merge
          literals:
          - VIREO_KAFKA_BOOTSTRAP_SERVERS=192.0.2.1:9092
        - name: vireo-scheduler
          behavior: merge
          literals:
          - VIREO_SCHEDULER_USE_EMULATION=false
        secretGenerator:
        - name: kafka-ingest
          files: [password=word]
        generatorOptions:
          disableNameSuffixHash: true
        """
            .formatted(
                folder.toRealPath().relativize(OVERLAY.toAbsolutePath().normalize().toRealPath())));

    Shipped stack = render(folder);

    assertThat(stack.settings().get("vireo-kafka"))
        .isEqualTo(
            Map.of(
                "VIREO_KAFKA_BOOTSTRAP_SERVERS", "192.0.2.1:9092",
                "VIREO_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT",
                "VIREO_REPLICATION_FACTOR", "1",
                "VIREO_PARTITIONS", "12"));
    assertThat(stack.settings().get("vireo-scheduler"))
        .containsEntry("VIREO_SCHEDULER_USE_EMULATION", "false");
    assertThat(stack.of(Secret.class))
        .extracting(secret -> secret.getMetadata().getName())
        .containsExactlyInAnyOrder("kafka-ingest", "vireo-api-tls");
    assertThat(
            stack.of(Secret.class).stream()
                .filter(secret -> secret.getMetadata().getName().equals("kafka-ingest"))
                .findFirst()
                .orElseThrow()
                .getData())
        .containsEntry("password", Base64.getEncoder().encodeToString("secret word".getBytes()));
    assertThat(stack.objects())
        .extracting(HasMetadata::getKind)
        .contains("Namespace", "DaemonSet", "StatefulSet", "Deployment");
  }

  /** Kafka of docker-compose.yml knows no names, so nobody may bring one. */
  @ParameterizedTest
  @CsvSource({
    "ingest, io.vireo.ingest.IngestConfig",
    "scheduler, io.vireo.scheduler.SchedulerConfig",
    "cluster-executor, io.vireo.cluster.ClusterExecutorConfig",
    "node-executor, io.vireo.node.NodeExecutorConfig",
  })
  void shouldLetEachPartGoWithoutAName(String name, String config) throws Exception {
    Shipped compose = render(Shipped.FOLDER.resolve("overlays/compose"));

    assertThat(PodRules.problems(compose)).isEmpty();
    assertThat(
            SettingsOf.read(
                config,
                SettingsOf.environment(compose.workload(name), compose.settings()),
                new HashSet<>()))
        .asString()
        .contains("[172.30.77.10:9092, PLAINTEXT]");
  }

  /** Where cert-manager keeps the certificate the api has no right to, and no setting to. */
  @Test
  void shouldLeaveTheCertificateToCertManager() throws Exception {
    Path root = folder.toRealPath();
    Files.writeString(
        folder.resolve("kustomization.yaml"),
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources: [%s]
        components: [%s]
        """
            .formatted(
                root.relativize(Shipped.FOLDER.resolve("base").toRealPath()),
                root.relativize(Shipped.FOLDER.resolve("components/cert-manager").toRealPath())));

    Shipped managed = render(folder);

    assertThat(PodRules.problems(managed)).isEmpty();
    ApiConfig config =
        (ApiConfig)
            SettingsOf.read(
                "io.vireo.api.ApiConfig",
                SettingsOf.environment(managed.workload("api"), managed.settings()),
                new HashSet<>());
    assertThat(config.certificateFolder()).contains(Path.of("/etc/vireo-api"));
    assertThat(managed.of(Secret.class)).isEmpty();
    assertThat(managed.of(Role.class)).isEmpty();
    assertThat(managed.of(RoleBinding.class)).isEmpty();
    assertThat(managed.of(ClusterRole.class))
        .filteredOn(role -> role.getMetadata().getName().equals("vireo-api"))
        .singleElement()
        .satisfies(
            role ->
                assertThat(role.getRules())
                    .noneMatch(
                        rule -> rule.getApiGroups().contains("admissionregistration.k8s.io")));
    assertThat(
            Stream.concat(
                managed.of(MutatingWebhookConfiguration.class).stream(),
                managed.of(ValidatingWebhookConfiguration.class).stream()))
        .hasSize(2)
        .allMatch(
            it ->
                "vireo/vireo-api"
                    .equals(
                        it.getMetadata().getAnnotations().get("cert-manager.io/inject-ca-from")));
  }

  private static Shipped render(Path folder) throws IOException, InterruptedException {
    Process kubectl =
        new ProcessBuilder(kubectl().toString(), "kustomize", folder.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(kubectl.getInputStream().readAllBytes());
    assertThat(kubectl.waitFor(30, TimeUnit.SECONDS)).as("kubectl kustomize ends").isTrue();
    assertThat(kubectl.exitValue()).as(output).isZero();
    return Shipped.rendered(output);
  }

  private static Path kubectl() throws IOException {
    Path kubectl =
        new Binaries(Binaries.defaultCache(), System.getenv()).folder().resolve("kubectl");
    assumeTrue(
        Files.isExecutable(kubectl), "kubectl is not in " + kubectl + "; ./vireo doctor --fix");
    return kubectl;
  }
}
