package io.vireo.dev.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vireo.dev.images.VireoImage;
import io.vireo.dev.kafka.KafkaUsers;
import io.vireo.dev.process.FolderRemoval;
import io.vireo.dev.process.PrivateFile;
import io.vireo.dev.process.ProgramRun;
import io.vireo.schemas.KafkaAccess;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Vireo's own pods on a stack: the manifests that ship, with what only this stack knows. */
public final class VireoPods {

  static final String NAMESPACE = "vireo";
  private static final String SHIPPED = "shipped";

  /** Where each node hands on to the api. */
  private static final int ADMISSION_PORT = 30443;

  private static final List<String> ENDED = List.of("Failed", "Succeeded");
  private static final int KEY_BYTES = 32;
  private static final Duration APPLY_MAX = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(200);

  private final Path folder;
  private final Path kubeconfig;
  private final Settings settings;

  /**
   * What only this stack knows.
   *
   * @param controlPlane Vireo's control plane runs as pods too
   * @param schedulers how many of them
   * @param host address of this machine as pods reach it
   * @param admissionNames addresses that admission may be asked by; the last is a node's
   * @param kafkaPort where Kafka serves them
   * @param hashKey ingest's key; made when missing
   * @param emulation software emulation instead of KVM
   */
  public record Settings(
      boolean controlPlane,
      int schedulers,
      String host,
      List<String> admissionNames,
      int kafkaPort,
      KafkaUsers users,
      Path hashKey,
      boolean emulation) {

    /** Copies the list. */
    public Settings {
      admissionNames = List.copyOf(admissionNames);
    }
  }

  /**
   * @param folder is written anew
   * @param kubeconfig of the administrator
   */
  public VireoPods(Path folder, Path kubeconfig, Settings settings) {
    this.folder = folder;
    this.kubeconfig = kubeconfig;
    this.settings = settings;
  }

  /** Applies them. */
  public void apply(Path kubectl) throws IOException, InterruptedException {
    write();
    ProgramRun.of(
        APPLY_MAX,
        List.of(
            kubectl.toString(),
            "--kubeconfig=" + kubeconfig,
            "apply",
            "--server-side",
            "--force-conflicts",
            "--field-manager=vireo-dev",
            "--kustomize=" + folder));
  }

  /** Writes a kustomization over those that ship. */
  void write() throws IOException {
    FolderRemoval.remove(folder);
    Files.createDirectories(folder);
    extract(folder.resolve(SHIPPED));
    if (settings.controlPlane()) {
      // Of this folder, since kustomize reads no file outside of it.
      for (String user : users()) {
        PrivateFile.write(
            folder.resolve("secrets/" + user), settings.users().password(user) + "\n");
      }
      if (Files.notExists(settings.hashKey())) {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        PrivateFile.write(settings.hashKey(), Base64.getEncoder().encodeToString(key));
      }
      PrivateFile.write(folder.resolve("secrets/hash.key"), Files.readString(settings.hashKey()));
    }
    PrivateFile.write(folder.resolve("kustomization.yaml"), kustomization());
  }

  private static List<String> users() {
    return List.of(KafkaAccess.INGEST, KafkaAccess.SCHEDULER, KafkaAccess.CLUSTER_EXECUTOR);
  }

  private String kustomization() {
    String overlay = SHIPPED + "/overlays/dev";
    String kustomization =
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        namespace: vireo
        resources: [%1$s]
        generatorOptions:
          disableNameSuffixHash: true
        patches:
        # A Kafka client asks for the name of a broker's address, which would take until the machine's
        # own resolver is given up.
        - target: {kind: DaemonSet|Deployment|StatefulSet}
          patch: |
            - op: add
              path: /spec/template/spec/hostAliases
              value: [{ip: %2$s, hostnames: [stack]}]
        %4$sconfigMapGenerator:
        - name: vireo-kafka
          behavior: merge
          literals: [VIREO_KAFKA_BOOTSTRAP_SERVERS=%2$s:%3$d]
        """;
    return settings.controlPlane()
        ? kustomization.formatted(
                overlay, settings.host(), settings.kafkaPort(), admissionPatches())
            + forControlPlane()
        : kustomization.formatted(
            overlay + "/cluster, " + overlay + "/node", settings.host(), settings.kafkaPort(), "");
  }

  private String forControlPlane() {
    return """
    - name: vireo-api
      behavior: merge
      literals: ["VIREO_API_NAMES=%s"]
    - name: vireo-scheduler
      behavior: merge
      literals:
      - VIREO_SCHEDULER_LAUNCHER_IMAGE=%s
      - VIREO_SCHEDULER_USE_EMULATION=%s
    replicas:
    - name: scheduler
      count: %d
    secretGenerator:
    - name: vireo-ingest-hash-key
      files: [hash.key=secrets/hash.key]
    """
            .formatted(
                String.join(",", settings.admissionNames()),
                VireoImage.LAUNCHER.reference(),
                settings.emulation(),
                settings.schedulers())
        + users().stream()
            .map("- name: kafka-%1$s\n  files: [password=secrets/%1$s]\n"::formatted)
            .collect(Collectors.joining());
  }

  /** The API server is outside of the nodes, where no rule leads to a Service's address. */
  private String admissionPatches() {
    return """
    - target: {kind: Service, name: vireo-api}
      patch: |
        - {op: add, path: /spec/type, value: NodePort}
        - {op: add, path: /spec/ports/0/nodePort, value: %1$d}
    - target: {kind: MutatingWebhookConfiguration, name: vireo-api}
      patch: |
        - {op: replace, path: /webhooks/0/clientConfig, value: {url: "https://%2$s:%1$d/mutate"}}
    - target: {kind: ValidatingWebhookConfiguration, name: vireo-api}
      patch: |
        - {op: replace, path: /webhooks/0/clientConfig, value: {url: "https://%2$s:%1$d/validate"}}
    """
        .formatted(ADMISSION_PORT, settings.admissionNames().getLast());
  }

  /** Copies {@code k8s/} off the class path, where it is a folder or part of a jar. */
  private static void extract(Path target) throws IOException {
    URL root = VireoPods.class.getClassLoader().getResource("k8s/base/kustomization.yaml");
    if (root == null) {
      throw new IOException("Expected k8s/ on the class path, but it is not");
    }
    try {
      URI uri = root.toURI();
      if (uri.getScheme().equals("file")) {
        copy(Path.of(uri).resolve("../..").normalize(), target);
        return;
      }
      try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
        copy(jar.getPath("/k8s"), target);
      }
    } catch (URISyntaxException e) {
      throw new IOException("Expected an address of k8s/ on the class path, but got " + root, e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(from)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path target = to.resolve(from.relativize(file).toString());
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
    }
  }

  /**
   * Waits until all of Vireo's workloads have the pods that they want, all of them ready.
   *
   * @param since when the nodes were started; what was ready before does not count
   * @throws IOException names the pods that are not, and why
   */
  public static void awaitReady(KubernetesClient client, Instant since, Duration max)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    while (!areReady(client) || !podsAreReady(client, since)) {
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(
            "Expected Vireo's pods to be ready within %d s, but: %s"
                .formatted(max.toSeconds(), problems(client)));
      }
      Thread.sleep(POLL);
    }
  }

  private static boolean areReady(KubernetesClient client) {
    List<Workload> workloads = Workload.list(client);
    return !workloads.isEmpty() && workloads.stream().allMatch(Workload::isReady);
  }

  /** Those that have not ended. */
  public static List<Pod> list(KubernetesClient client) {
    return client.pods().inNamespace(NAMESPACE).list().getItems().stream()
        .filter(pod -> !ENDED.contains(pod.getStatus().getPhase()))
        .toList();
  }

  private static boolean podsAreReady(KubernetesClient client, Instant since) {
    return list(client).stream().allMatch(pod -> isReady(pod, since));
  }

  private static String problems(KubernetesClient client) {
    String problems =
        client.pods().inNamespace(NAMESPACE).list().getItems().stream()
            .filter(pod -> !isReady(pod, Instant.MIN))
            .map(pod -> pod.getMetadata().getName() + " is " + PodHealth.of(pod))
            .collect(Collectors.joining("; "));
    return problems.isEmpty() ? "there are none" : problems;
  }

  private static boolean isReady(Pod pod, Instant since) {
    return pod.getStatus().getConditions().stream()
        .anyMatch(
            c ->
                c.getType().equals("Ready")
                    && c.getStatus().equals("True")
                    && !Instant.parse(c.getLastTransitionTime()).isBefore(since));
  }
}
