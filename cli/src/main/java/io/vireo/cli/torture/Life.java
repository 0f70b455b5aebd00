package io.vireo.cli.torture;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vireo.cli.Cluster;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;

/** One VMI, as its owner sees it, while the API server may come and go. */
final class Life {

  static final String NAMESPACE = "default";

  /** How long any step may take when a part was away for a minute, on a slow machine. */
  static final Duration STEP_MAX = Duration.ofMinutes(3);

  private static final Duration APPLY_MAX = Duration.ofMinutes(1);

  private final KubernetesClient client;
  private final String name;
  private String uid = "";

  Life(KubernetesClient client, String name) {
    this.client = client;
    this.name = name;
  }

  String name() {
    return name;
  }

  String uid() {
    return uid;
  }

  /** Applies it; a request whose answer was lost is made again. */
  void apply(String yaml) throws Broken, InterruptedException {
    Patience.await(
        "the API server to take " + name,
        APPLY_MAX,
        () -> {
          try {
            uid = client.resource(yaml).inNamespace(NAMESPACE).create().getMetadata().getUid();
          } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
              throw e;
            }
            uid = Cluster.uid(object());
          }
          return !uid.isEmpty();
        },
        this::describe);
  }

  /** Takes the VMI of its name, which somebody else made, for its own once this one controls it. */
  void awaitOwnedBy(String ownerUid) throws Broken, InterruptedException {
    Patience.await(
        "a VMI of the VirtualMachine " + name,
        STEP_MAX,
        () -> {
          GenericKubernetesResource object = object();
          boolean owned =
              object != null
                  && object.getMetadata().getOwnerReferences().stream()
                      .anyMatch(owner -> ownerUid.equals(owner.getUid()));
          if (owned) {
            uid = Cluster.uid(object);
          }
          return owned;
        },
        this::describe);
  }

  private GenericKubernetesResource object() {
    return client
        .genericKubernetesResources(Cluster.VMI)
        .inNamespace(NAMESPACE)
        .withName(name)
        .get();
  }

  String phase() {
    return Cluster.status(object(), "phase");
  }

  String node() {
    return Cluster.status(object(), "nodeName");
  }

  String describe() {
    GenericKubernetesResource object = object();
    return object == null
        ? "no such VMI; pods " + pods()
        : "phase '%s', conditions %s, finalizers %s, pods %s"
            .formatted(
                Cluster.status(object, "phase"),
                Cluster.status(object, "conditions"),
                object.getMetadata().getFinalizers(),
                pods());
  }

  private List<String> pods() {
    return client
        .pods()
        .inNamespace(NAMESPACE)
        .withLabel("vm.kubevirt.io/name", name)
        .list()
        .getItems()
        .stream()
        .map(pod -> pod.getMetadata().getName() + " " + pod.getStatus().getPhase())
        .toList();
  }

  void awaitPhase(String... phases) throws Broken, InterruptedException {
    List<String> wanted = List.of(phases);
    Patience.await(
        name + " to be " + String.join(" or ", phases),
        STEP_MAX,
        () -> wanted.contains(phase()),
        this::describe);
  }

  /** Deletes it. */
  void delete() throws Broken, InterruptedException {
    Patience.await(
        "the API server to delete " + name,
        APPLY_MAX,
        () -> {
          client
              .genericKubernetesResources(Cluster.VMI)
              .inNamespace(NAMESPACE)
              .withName(name)
              .delete();
          return true;
        },
        this::describe);
  }

  /** Waits until there is nothing of it: no object (so no finalizer), no pod, no QEMU. */
  void awaitGone() throws Broken, InterruptedException {
    Patience.await(
        "nothing of " + name + " to be left",
        STEP_MAX,
        () -> object() == null && pods().isEmpty() && !Qemus.now().containsKey(name),
        () -> describe() + ", QEMU " + Qemus.now().get(name));
  }

  static String yaml(String name, int graceSeconds, String placement, boolean cloudInit) {
    String disk = cloudInit ? "      - {name: seed, disk: {bus: virtio}}\n" : "";
    String volume =
        cloudInit
            ? "  - {name: seed, cloudInitNoCloud: {userData: \"#!/bin/sh\\ntrue\\n\"}}\n"
            : "";
    return """
    apiVersion: kubevirt.io/v1
    kind: VirtualMachineInstance
    metadata:
      name: %s
    spec:
      terminationGracePeriodSeconds: %d
    %s  domain:
        cpu: {cores: 1}
        memory: {guest: 128Mi}
        devices:
          disks:
          - {name: root, disk: {bus: virtio}}
    %s      interfaces:
          - {name: default, masquerade: {}}
      networks:
      - {name: default, pod: {}}
      volumes:
      - {name: root, containerDisk: {image: "localhost/vireo/tiny:1"}}
    %s\
    """
        .formatted(name, graceSeconds, placement, disk, volume);
  }

  /** A line of {@link #yaml} that names the node. */
  static String onNode(String node) {
    return "  nodeSelector: {kubernetes.io/hostname: " + node + "}\n";
  }
}
