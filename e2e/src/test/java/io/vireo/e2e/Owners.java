package io.vireo.e2e;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** VirtualMachines and ReplicaSets as a user of kubectl sees them, and asks things of them. */
final class Owners {

  private static final Duration MAX = Duration.ofSeconds(90);
  private static final JsonMapper JSON = new JsonMapper();

  private final Cluster cluster;
  private final Kubectl kubectl;

  Owners(Cluster cluster, Path kubeconfig) throws IOException {
    this.cluster = cluster;
    this.kubectl = new Kubectl(kubeconfig);
  }

  Kubectl kubectl() {
    return kubectl;
  }

  /** A VirtualMachine with the smallest guest. */
  static String vm(String name, String runStrategy) {
    return """
    apiVersion: kubevirt.io/v1
    kind: VirtualMachine
    metadata:
      name: %1$s
    spec:
      runStrategy: %2$s
      template:
        metadata:
          labels: {app: %1$s}
        spec:
    %3$s
    """
        .formatted(name, runStrategy, template());
  }

  /** A ReplicaSet of the smallest guest. */
  static String replicaSet(String name, int replicas) {
    return """
    apiVersion: kubevirt.io/v1
    kind: VirtualMachineInstanceReplicaSet
    metadata:
      name: %1$s
    spec:
      replicas: %2$d
      selector:
        matchLabels: {app: %1$s}
      template:
        metadata:
          labels: {app: %1$s}
        spec:
    %3$s
    """
        .formatted(name, replicas, template());
  }

  private static String template() {
    return """
          terminationGracePeriodSeconds: 3
          domain:
            cpu: {cores: 1}
            memory: {guest: 128Mi}
            devices:
              disks:
              - {name: root, disk: {bus: virtio}}
              interfaces:
              - {name: default, masquerade: {}}
          networks:
          - {name: default, pod: {}}
          volumes:
          - name: root
            containerDisk: {image: "localhost/vireo/tiny:1"}
    """
        .stripTrailing();
  }

  void apply(String yaml) throws Exception {
    kubectl.runWith(yaml, Map.of(), "apply", "-f", "-").ok();
  }

  /** The object as JSON; empty if there is none. */
  Optional<JsonNode> get(String kind, String name) throws Exception {
    String text = kubectl.run("get", kind, name, "--ignore-not-found", "-o", "json").ok();
    return text.isBlank() ? Optional.empty() : Optional.of(JSON.readTree(text));
  }

  JsonNode status(String name) throws Exception {
    return get("vm", name).orElseThrow().path("status");
  }

  void awaitStatus(String name, String printable) throws Exception {
    Await.until(
        name + " to be " + printable,
        MAX,
        () -> get("vm", name).map(vm -> vm.path("status")).orElseThrow(),
        status -> printable.equals(status.path("printableStatus").asString("")));
  }

  /** Waits until another VMI than this runs; gives its uid. */
  String awaitRunningAfter(String name, String uid) throws Exception {
    Await.until(
        "another VMI of " + name + " to run",
        MAX,
        () -> cluster.describe(name) + " " + uidOf(name).orElse(""),
        text -> text.startsWith("Running") && !(" " + text).endsWith(" " + uid));
    awaitStatus(name, "Running");
    return cluster.uid(name);
  }

  Optional<String> uidOf(String vmi) {
    return Optional.ofNullable(cluster.vmi(vmi)).map(each -> each.getMetadata().getUid());
  }

  /** The controlling owner of a VMI. */
  Optional<OwnerReference> ownerOf(String vmi) {
    GenericKubernetesResource object = cluster.vmi(vmi);
    return object == null
        ? Optional.empty()
        : object.getMetadata().getOwnerReferences().stream()
            .filter(OwnerReference::getController)
            .findFirst();
  }

  /** Asks for state changes as virtctl's server side does: in the status of the object. */
  void request(String name, String... requests) throws Exception {
    kubectl
        .run(
            "patch",
            "vm",
            name,
            "--subresource=status",
            "--type=merge",
            "-p",
            "{\"status\":{\"stateChangeRequests\":[" + String.join(",", requests) + "]}}")
        .ok();
  }

  static String start() {
    return "{\"action\":\"Start\"}";
  }

  static String stop(String uid) {
    return "{\"action\":\"Stop\",\"uid\":\"" + uid + "\"}";
  }

  void awaitNoRequests(String name) throws Exception {
    Await.until(
        name + "'s requests to be carried out",
        MAX,
        () -> status(name).path("stateChangeRequests"),
        JsonNode::isEmpty);
  }

  void patchSpec(String name, String spec) throws Exception {
    kubectl.run("patch", "vm", name, "--type=merge", "-p", "{\"spec\":" + spec + "}").ok();
  }

  /** A condition's status of a VirtualMachine. */
  Optional<String> condition(String name, String type) throws Exception {
    for (JsonNode each : status(name).path("conditions")) {
      if (type.equals(each.path("type").asString(""))) {
        return Optional.of(each.path("status").asString(""));
      }
    }
    return Optional.empty();
  }

  void awaitCondition(String name, String type, String status) throws Exception {
    Await.until(
        name + "'s condition " + type,
        MAX,
        () -> condition(name, type),
        Optional.of(status)::equals);
  }

  /** VMIs of a ReplicaSet that run. */
  List<String> running(String app) {
    return cluster.named(app).stream()
        .filter(vmi -> "Running".equals(Cluster.status(vmi, "phase")))
        .filter(vmi -> vmi.getMetadata().getDeletionTimestamp() == null)
        .map(vmi -> vmi.getMetadata().getName())
        .sorted()
        .toList();
  }

  List<String> awaitRunning(String app, int count) throws Exception {
    return Await.until(
        count + " VMIs of " + app, MAX, () -> running(app), names -> names.size() == count);
  }

  /** Deletes VirtualMachines and waits until nothing of them is left. */
  void deleteAll(String... names) throws Exception {
    for (String name : names) {
      kubectl.run("delete", "vm", name, "--wait=false").ok();
    }
    for (String name : names) {
      Await.until(name + " to be gone", MAX, () -> get("vm", name), Optional::isEmpty);
      cluster.awaitGone(name);
      Await.until(name + "'s QEMU to have ended", MAX, () -> Cluster.qemus(name), List::isEmpty);
    }
  }
}
