package io.vireo.dev.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.vireo.dev.manifests.Shipped.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Rules about what ships in {@code k8s/base}. */
class ManifestsTest {

  private static final String NAMESPACE = "vireo";
  private static final Set<String> PARTS =
      Set.of("ingest", "scheduler", "cluster-executor", "api", "node-executor");

  private final Shipped shipped;

  ManifestsTest() throws IOException {
    shipped = Shipped.base();
  }

  @Test
  void shouldShipEveryPart() {
    assertThat(shipped.workloads()).extracting(Workload::name).hasSameElementsAs(PARTS);
  }

  @Test
  void shouldNameEveryFileInAKustomization() throws IOException {
    Set<Path> named = new HashSet<>();
    for (Path file : Shipped.kustomizations(Shipped.FOLDER)) {
      named.add(file.normalize());
      for (String resource : Shipped.names(file, "resources")) {
        Path path = file.resolveSibling(resource).normalize();
        assertThat(path).as("%s names it", file).exists();
        named.add(path);
      }
      if (Shipped.kustomization(file).get("patches") instanceof List<?> patches) {
        patches.forEach(
            patch ->
                named.add(
                    file.resolveSibling(String.valueOf(((Map<?, ?>) patch).get("path")))
                        .normalize()));
      }
    }
    try (var files = Files.walk(Shipped.FOLDER)) {
      assertThat(files.filter(Files::isRegularFile).map(Path::normalize)).isSubsetOf(named);
    }
  }

  @Test
  void shouldHardenEveryPod() {
    assertThat(PodRules.problems(shipped)).isEmpty();
  }

  @Test
  void shouldMountOnTheNodeWhatTheDocumentNames() throws IOException {
    String document = Files.readString(Path.of("..", "docs", "security.md"));
    List<String> paths =
        shipped.workload(PodRules.ON_THE_NODE).template().getSpec().getVolumes().stream()
            .map(Volume::getHostPath)
            .filter(java.util.Objects::nonNull)
            .map(path -> path.getPath())
            .toList();
    assertThat(paths).isNotEmpty();
    assertThat(paths)
        .as("each folder of the node has its reason in docs/security.md")
        .allMatch(path -> document.contains("| `" + path + "` |"));
  }

  @Test
  void shouldPutEverythingIntoItsNamespace() {
    Set<String> ofTheCluster =
        Set.of(
            "Namespace",
            "CustomResourceDefinition",
            "ClusterRole",
            "ClusterRoleBinding",
            "PriorityClass",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "MutatingWebhookConfiguration",
            "ValidatingWebhookConfiguration");
    for (HasMetadata object : shipped.objects()) {
      if (!ofTheCluster.contains(object.getKind())) {
        assertThat(object.getMetadata().getNamespace())
            .as("%s %s", object.getKind(), object.getMetadata().getName())
            .isEqualTo(NAMESPACE);
      }
    }
  }

  @Test
  void shouldBindEveryRoleToAnAccountThatShips() {
    Set<String> accounts = new HashSet<>();
    shipped.of(ServiceAccount.class).forEach(a -> accounts.add(a.getMetadata().getName()));
    Set<String> bound = new HashSet<>();
    for (ClusterRoleBinding binding : shipped.of(ClusterRoleBinding.class)) {
      bound.add(binding.getRoleRef().getName());
      assertThat(binding.getSubjects())
          .allMatch(s -> accounts.contains(s.getName()) && NAMESPACE.equals(s.getNamespace()));
    }
    assertThat(bound)
        .isEqualTo(
            new HashSet<>(
                shipped.of(ClusterRole.class).stream()
                    .map(role -> role.getMetadata().getName())
                    .toList()));
  }

  @Test
  void shouldGrantNothingByWildcard() {
    for (ClusterRole role : shipped.of(ClusterRole.class)) {
      assertThat(role.getRules())
          .as(role.getMetadata().getName())
          .isNotEmpty()
          .noneMatch(
              rule ->
                  rule.getVerbs().contains("*")
                      || rule.getResources().contains("*")
                      || rule.getApiGroups().contains("*"));
    }
  }

  @Test
  void shouldGiveTokensOnlyToPodsThatAskForThem() {
    assertThat(shipped.of(ServiceAccount.class))
        .allMatch(account -> Boolean.FALSE.equals(account.getAutomountServiceAccountToken()));
  }

  @Test
  void shouldForbidWhatNoPolicyNames() {
    assertThat(shipped.of(NetworkPolicy.class))
        .anyMatch(
            policy ->
                policy.getSpec().getPodSelector().getMatchLabels().isEmpty()
                    && policy.getSpec().getPodSelector().getMatchExpressions().isEmpty()
                    && policy.getSpec().getIngress().isEmpty()
                    && policy.getSpec().getEgress().isEmpty()
                    && policy.getSpec().getPolicyTypes().equals(List.of("Ingress", "Egress")));
  }

  @Test
  void shouldSelectPodsThatShip() {
    List<Map<String, String>> labels =
        shipped.workloads().stream().map(it -> it.template().getMetadata().getLabels()).toList();
    for (Service service : shipped.of(Service.class)) {
      assertThat(labels)
          .as("Service %s", service.getMetadata().getName())
          .anyMatch(of -> of.entrySet().containsAll(service.getSpec().getSelector().entrySet()));
    }
    for (NetworkPolicy policy : shipped.of(NetworkPolicy.class)) {
      var wanted = policy.getSpec().getPodSelector().getMatchLabels();
      assertThat(labels)
          .as("NetworkPolicy %s", policy.getMetadata().getName())
          .anyMatch(of -> of.entrySet().containsAll(wanted.entrySet()));
    }
  }

  /** So that what is applied is what was built. */
  @Test
  void shouldNameImagesOfThisVersion() throws IOException {
    Matcher version =
        Pattern.compile("<artifactId>vireo</artifactId>\\s*<version>([^<]+)</version>")
            .matcher(Files.readString(Path.of("..", "pom.xml")));
    assertThat(version.find()).isTrue();
    List<String> images = new ArrayList<>();
    shipped
        .workloads()
        .forEach(it -> images.add(it.template().getSpec().getContainers().getFirst().getImage()));
    for (Path file : Shipped.kustomizations(Shipped.FOLDER)) {
      Files.readAllLines(file).stream()
          .filter(line -> line.contains("_LAUNCHER_IMAGE="))
          .forEach(line -> images.add(line.substring(line.indexOf('=') + 1)));
    }
    assertThat(images)
        .hasSizeGreaterThan(PARTS.size())
        .allMatch(image -> image.endsWith(":" + version.group(1)));
  }
}
