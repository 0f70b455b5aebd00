package io.vireo.e2e;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Kubernetes as a user of kubectl sees it. */
final class Cluster implements AutoCloseable {

  static final String NAMESPACE = "default";
  private static final Duration LIFE_MAX = Duration.ofSeconds(90);
  private static final int UNPROCESSABLE = 422;
  private static final ResourceDefinitionContext VMI =
      new ResourceDefinitionContext.Builder()
          .withGroup("kubevirt.io")
          .withVersion("v1")
          .withKind("VirtualMachineInstance")
          .withPlural("virtualmachineinstances")
          .withNamespaced(true)
          .build();

  private final KubernetesClient client;

  Cluster(Path kubeconfig) throws IOException {
    this.client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(Files.readString(kubeconfig)))
            .build();
  }

  KubernetesClient client() {
    return client;
  }

  void apply(String yaml) {
    client.resource(yaml).inNamespace(NAMESPACE).create();
  }

  /**
   * Applies what is to be refused.
   *
   * @return every violation as {@code field: message}, a line each
   */
  String refused(String yaml) {
    try {
      apply(yaml);
    } catch (KubernetesClientException e) {
      StatusDetails details = e.getStatus().getDetails();
      if (e.getCode() != UNPROCESSABLE || details == null) {
        throw e;
      }
      return details.getCauses().stream()
          .map(cause -> cause.getField() + ": " + cause.getMessage())
          .collect(Collectors.joining("\n"));
    }
    throw new AssertionError("Expected this to be refused when it is applied:\n" + yaml);
  }

  /** Applies each object of an example. */
  void applyExample(String name) throws IOException {
    try (InputStream yaml = Files.newInputStream(Path.of("..", "examples", name + ".yaml"))) {
      client.load(yaml).inNamespace(NAMESPACE).create();
    }
  }

  /** Whatever is in these documents. */
  void create(String yaml) {
    client
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .inNamespace(NAMESPACE)
        .create();
  }

  /** A claim on a folder of this machine, which node1 has as a volume. */
  void claimOn(Path folder, String name, String size) {
    client
        .resource(
            """
            apiVersion: v1
            kind: PersistentVolume
            metadata: {name: %1$s}
            spec:
              capacity: {storage: %3$s}
              accessModes: [ReadWriteOnce]
              persistentVolumeReclaimPolicy: Retain
              storageClassName: ""
              claimRef: {namespace: %4$s, name: %1$s}
              local: {path: "%2$s"}
              nodeAffinity:
                required:
                  nodeSelectorTerms:
                  - matchExpressions:
                    - {key: kubernetes.io/hostname, operator: In, values: [node1]}
            """
                .formatted(name, folder, size, NAMESPACE))
        .create();
    apply(
        Manifests.claim(name, size)
            .replace("spec:\n", "spec:\n  storageClassName: \"\"\n  volumeName: " + name + "\n"));
  }

  void secret(String name, Map<String, String> data) {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withStringData(data)
                .build())
        .inNamespace(NAMESPACE)
        .create();
  }

  @Nullable GenericKubernetesResource vmi(String name) {
    return client.genericKubernetesResources(VMI).inNamespace(NAMESPACE).withName(name).get();
  }

  /** VMIs with this label {@code app}. */
  List<GenericKubernetesResource> named(String app) {
    return client
        .genericKubernetesResources(VMI)
        .inNamespace(NAMESPACE)
        .withLabel("app", app)
        .list()
        .getItems();
  }

  void delete(String name) {
    client.genericKubernetesResources(VMI).inNamespace(NAMESPACE).withName(name).delete();
  }

  void awaitPhase(String name, String phase) throws Exception {
    Await.until(
        name + " to be " + phase, LIFE_MAX, () -> describe(name), text -> text.startsWith(phase));
  }

  /** Phase and conditions in one line. */
  String describe(String name) {
    GenericKubernetesResource vmi = vmi(name);
    return vmi == null ? "gone" : status(vmi, "phase") + " " + status(vmi, "conditions");
  }

  void awaitGone(String name) throws Exception {
    Await.until(name + " to be gone", LIFE_MAX, () -> describe(name), "gone"::equals);
    Await.until(name + "'s pods to be gone", LIFE_MAX, () -> pods(name), List::isEmpty);
  }

  /** Deletes VMIs and waits until nothing of them is left. */
  void deleteAll(String... names) throws Exception {
    for (String name : names) {
      delete(name);
    }
    for (String name : names) {
      awaitGone(name);
      Await.until(name + "'s QEMU to have ended", LIFE_MAX, () -> qemus(name), List::isEmpty);
    }
  }

  /** Waits until the VMI says that no node takes its pod, and why. */
  void awaitUnschedulable(String name, String words) throws Exception {
    Await.until(
        "the scheduler's reason",
        LIFE_MAX,
        () -> condition(name, "PodScheduled").map(Object::toString).orElse(""),
        text -> text.contains("Unschedulable") && text.contains(words));
    Await.until(name + " to wait", LIFE_MAX, () -> describe(name), t -> t.startsWith("Scheduling"));
  }

  /** Lets the API server admit only pods of the Pod Security level <em>restricted</em>. */
  void enforceRestricted() {
    client
        .namespaces()
        .withName(NAMESPACE)
        .edit(
            namespace -> {
              Map<String, String> labels = new HashMap<>(namespace.getMetadata().getLabels());
              labels.put("pod-security.kubernetes.io/enforce", "restricted");
              namespace.getMetadata().setLabels(labels);
              return namespace;
            });
  }

  static @Nullable Object status(GenericKubernetesResource vmi, String key) {
    return vmi.getAdditionalProperties().get("status") instanceof Map<?, ?> status
        ? status.get(key)
        : null;
  }

  /** A condition of the VMI. */
  Optional<Map<?, ?>> condition(String name, String type) {
    GenericKubernetesResource vmi = vmi(name);
    if (vmi == null || !(status(vmi, "conditions") instanceof List<?> list)) {
      return Optional.empty();
    }
    return list.stream()
        .filter(Map.class::isInstance)
        .<Map<?, ?>>map(Map.class::cast)
        .filter(condition -> type.equals(condition.get("type")))
        .findFirst();
  }

  private List<Pod> launcherPods(String vmi) {
    return client
        .pods()
        .inNamespace(NAMESPACE)
        .withLabel("vm.kubevirt.io/name", vmi)
        .list()
        .getItems();
  }

  List<String> pods(String vmi) {
    return launcherPods(vmi).stream().map(pod -> pod.getMetadata().getName()).toList();
  }

  /** Those that did not fail before they began. */
  List<String> livePods(String vmi) {
    return launcherPods(vmi).stream()
        .filter(pod -> !"Failed".equals(pod.getStatus().getPhase()))
        .map(pod -> pod.getMetadata().getName())
        .toList();
  }

  /** The pods of a VMI as their node sees them, for the message of a test that failed. */
  String describePods(String vmi) {
    return launcherPods(vmi).stream()
        .map(
            pod ->
                "%s on %s: %s %s"
                    .formatted(
                        pod.getMetadata().getName(),
                        pod.getSpec().getNodeName(),
                        pod.getStatus().getPhase(),
                        pod.getStatus().getContainerStatuses().stream()
                            .map(container -> container.getState())
                            .toList()))
        .toList()
        .toString();
  }

  Pod pod(String vmi) {
    return launcherPods(vmi).getFirst();
  }

  /** The first pod of a VMI, if there is one. */
  Optional<Pod> findPod(String vmi) {
    return launcherPods(vmi).stream().findFirst();
  }

  /** Reasons of the Events about a VMI. */
  List<String> eventReasons(String vmi) {
    return client.v1().events().inNamespace(NAMESPACE).list().getItems().stream()
        .filter(event -> vmi.equals(event.getInvolvedObject().getName()))
        .map(Event::getReason)
        .toList();
  }

  String uid(String vmi) {
    HasMetadata object = vmi(vmi);
    if (object == null) {
      throw new AssertionError("Expected VMI " + vmi + " to be there");
    }
    return object.getMetadata().getUid();
  }

  /** QEMU processes of a VMI on this machine, with their start in clock ticks. */
  static List<String> qemus(String vmi) throws IOException {
    String guest = "guest=" + NAMESPACE + "_" + vmi + ",";
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(path -> path.getFileName().toString().matches("[0-9]+"))
          .filter(path -> read(path.resolve("cmdline")).contains(guest))
          .map(
              path -> {
                String stat = read(path.resolve("stat"));
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
                return path.getFileName() + "@" + fields[19];
              })
          .toList();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      // The process has just ended.
      return ") ".repeat(25);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
