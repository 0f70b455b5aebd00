package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * VMIs in pods of a real kubelet, with Vireo's own parts as the manifests that ship have them. The
 * namespace of the VMIs enforces the Pod Security level <em>restricted</em>, so each launcher pod
 * here has passed the real admission.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KubeletE2E {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration END_MAX = Duration.ofSeconds(90);
  private static final int LAST = Integer.MAX_VALUE;
  private static final int FAILED = 1;

  private static Stack stack;
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    BadImages.build();
    BadImages.buildMisshapen();
    stack = Stack.startKubelet("kubelet");
    cluster = new Cluster(stack.state().kubeconfig());
    cluster.enforceRestricted();
  }

  @AfterAll
  static void stop() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
    if (stack != null) {
      stack.close();
    }
  }

  private static Console console(String vmi) throws Exception {
    return new Console(stack.file(), "node1", cluster.uid(vmi));
  }

  private static String log(Pod pod) {
    return cluster
        .client()
        .pods()
        .inNamespace(Cluster.NAMESPACE)
        .withName(pod.getMetadata().getName())
        .getLog();
  }

  @Test
  void shouldRunTheExampleWithoutAnyPrivilege() throws Exception {
    cluster.apply(Files.readString(Path.of("..", "examples", "tiny.yaml")));
    cluster.awaitPhase("tiny", "Running");
    Pod pod = cluster.pod("tiny");
    assertThat(pod.getSpec().getVolumes())
        .allSatisfy(
            volume -> {
              assertThat(volume.getHostPath()).isNull();
              assertThat(volume.getName()).doesNotStartWith("kube-api-access");
            });
    String qemu = Cluster.qemus("tiny").getFirst().split("@", 2)[0];
    assertThat(Files.readAllLines(Path.of("/proc", qemu, "status")))
        .contains(
            "Uid:\t107\t107\t107\t107",
            "Gid:\t107\t107\t107\t107",
            "CapEff:\t0000000000000000",
            "CapBnd:\t0000000000000000",
            "NoNewPrivs:\t1",
            "Seccomp:\t2");
    try (Stream<String> mounts = Files.lines(Path.of("/proc", qemu, "mountinfo"))) {
      assertThat(mounts.filter(line -> line.split(" ", 7)[4].equals("/")).toList())
          .singleElement()
          .satisfies(root -> assertThat(root.split(" ", 7)[5]).startsWith("ro"));
    }
    try (Console console = console("tiny")) {
      console.logIn();
      console.type("poweroff");
      cluster.awaitPhase("tiny", "Succeeded");
    }
    Pod ended =
        Await.until(
            "the pod to have ended",
            SOON,
            () -> cluster.pod("tiny"),
            seen -> "Succeeded".equals(seen.getStatus().getPhase()));
    assertThat(log(ended))
        .contains("Launcher of default/tiny, epoch 1")
        .contains("QEMU runs")
        .contains("The guest ended");
    cluster.deleteAll("tiny");
  }

  private static String onClaim(String name, String claim, String more) {
    return Manifests.tiny(
        name,
        "",
        "      - {name: data, disk: {bus: virtio}%s}".formatted(more),
        "  - {name: data, persistentVolumeClaim: {claimName: %s}}".formatted(claim));
  }

  @Test
  void shouldKeepDataOnClaimsWithAFileSystemAndWithABlockDevice() throws Exception {
    cluster.applyExample("persistent-disk");
    cluster.applyExample("block-disk");
    for (String name : List.of("persistent-disk", "block-disk")) {
      cluster.awaitPhase(name, "Running");
      try (Console console = console(name)) {
        console.logIn();
        console.type("echo first-\"\"life > /dev/vdb; sync; head -n 1 /dev/vdb");
        console.await("first-life");
      }
    }
    // Two pods on one volume: the second is refused, by QEMU's lock on a file, by the kernel's
    // claim
    // on a device; also where it would share what the first has for itself.
    cluster.apply(onClaim("thief", "data", ""));
    cluster.apply(onClaim("block-thief", "block-data", ""));
    cluster.apply(onClaim("block-sharer", "block-data", ", shareable: true"));
    for (String name : List.of("thief", "block-thief", "block-sharer")) {
      cluster.awaitPhase(name, "Failed");
      assertThat(cluster.describe(name)).contains("DiskInUse").contains("Volume data");
      assertThat(cluster.eventReasons(name)).contains("DiskInUse");
    }
    try (Console console = console("block-disk")) {
      console.type("");
      console.type("echo it-goes-\"\"on; head -n 1 /dev/vdb");
      console.await("it-goes-on");
      console.await("first-life");
    }
    cluster.deleteAll("thief", "block-thief", "block-sharer", "persistent-disk", "block-disk");
    for (String claim : List.of("data", "block-data")) {
      String name = "again-" + claim;
      cluster.apply(onClaim(name, claim, ""));
      cluster.awaitPhase(name, "Running");
      try (Console console = console(name)) {
        console.logIn();
        console.type("head -n 1 /dev/vdb");
        console.await("first-life");
      }
    }
    cluster.deleteAll("again-data", "again-block-data");
  }

  @Test
  void shouldSayThatASecretIsMissingAndGoOnWhenItIsThere() throws Exception {
    cluster.apply(
        Manifests.tiny(
            "keyless",
            "",
            "      - {name: keys, disk: {bus: virtio}}",
            "  - {name: keys, secret: {secretName: absent}}"));
    Await.until(
        "the missing Secret's name",
        END_MAX,
        () -> cluster.describe("keyless"),
        text -> text.contains("FailedMount") && text.contains("secret \"absent\" not found"));
    cluster.secret("absent", Map.of("k", "v"));
    cluster.awaitPhase("keyless", "Running");
    cluster.deleteAll("keyless");
  }

  @Test
  void shouldHaveTheRealAdmission() {
    assertThatThrownBy(
            () ->
                cluster
                    .client()
                    .resource(
                        new PodBuilder()
                            .withNewMetadata()
                            .withName("privileged")
                            .endMetadata()
                            .withNewSpec()
                            .addNewContainer()
                            .withName("c")
                            .withImage("localhost/none:1")
                            .endContainer()
                            .endSpec()
                            .build())
                    .inNamespace(Cluster.NAMESPACE)
                    .create())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("restricted");
  }

  @Test
  void shouldEndThePodWithTheGuestThatCrashed() throws Exception {
    cluster.apply(Manifests.tiny("crash"));
    cluster.awaitPhase("crash", "Running");
    long pid = Long.parseLong(Cluster.qemus("crash").getFirst().split("@", 2)[0]);
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    cluster.awaitPhase("crash", "Failed");
    Pod pod =
        Await.until(
            "the pod to have failed",
            SOON,
            () -> cluster.pod("crash"),
            seen -> "Failed".equals(seen.getStatus().getPhase()));
    ContainerStateTerminated end =
        pod.getStatus().getContainerStatuses().getFirst().getState().getTerminated();
    assertThat(end.getExitCode()).isEqualTo(FAILED);
    cluster.deleteAll("crash");
  }

  @Test
  void shouldSayWhatIsWrongWithAnImageAndNotDelayTheNext() throws Exception {
    cluster.apply(Manifests.tiny("noimage").replace("vireo/tiny:1", "vireo/none:1"));
    cluster.apply(Manifests.tiny("empty").replace("vireo/tiny:1", BadImages.EMPTY));
    cluster.apply(Manifests.tiny("two").replace("vireo/tiny:1", BadImages.TWO));
    cluster.apply(Manifests.tiny("linked").replace("vireo/tiny:1", BadImages.LINKED));
    cluster.apply(Manifests.tiny("backed").replace("vireo/tiny:1", BadImages.BACKED));
    cluster.apply(
        Manifests.tiny("dots").replace("tiny:1\"}", "tiny:1\", path: \"/disk/../etc/passwd\"}"));
    cluster.apply(Manifests.tiny("next"));
    cluster.awaitPhase("next", "Running");
    Await.until(
        "the missing image's name",
        SOON,
        () -> cluster.describe("noimage"),
        text -> text.contains("vireo/none:1"));
    invalid("empty", "exactly one file in /disk");
    invalid("two", "exactly one file in /disk");
    invalid("linked", "link");
    invalid("backed", "backing file");
    cluster.awaitPhase("dots", "Failed");
    assertThat(cluster.describe("dots")).contains("spec.volumes[0].containerDisk.path");
    cluster.deleteAll("noimage", "empty", "two", "linked", "backed", "dots", "next");
  }

  private static void invalid(String name, String words) throws Exception {
    cluster.awaitPhase(name, "Failed");
    assertThat(cluster.describe(name)).contains("ImageInvalid").contains(words);
  }

  /** ADR 0025: what libvirt would ask QEMU anew it finds, and its answers select the node. */
  @Test
  void shouldAskLibvirtOnceForTheNode() throws Exception {
    assertThat(cluster.client().nodes().withName("node1").get().getMetadata().getLabels())
        .containsEntry("machine-type.node.kubevirt.io/q35", "true")
        .containsEntry("machine-type.node.kubevirt.io/pc", "true")
        .containsEntry("cpu-model.node.kubevirt.io/qemu64", "true")
        .doesNotContainKey("cpu-model.node.kubevirt.io/host");
    cluster.apply(
        Manifests.tiny("named").replace("cpu: {cores: 1}", "cpu: {cores: 1, model: qemu64}"));
    cluster.apply(
        Manifests.tiny("unknown").replace("cpu: {cores: 1}", "cpu: {cores: 1, model: EPYC-Ten}"));
    cluster.awaitPhase("named", "Running");
    cluster.awaitUnschedulable("unknown", "node affinity/selector");

    Path pod = Path.of("/proc", Cluster.qemus("named").getFirst().split("@", 2)[0], "root");
    Path given = pod.resolve("run/vireo-capabilities");
    Path kept = pod.resolve("run/kubevirt-private/cache/libvirt/qemu/cache/capabilities");
    try (Stream<Path> files = Files.list(given)) {
      assertThat(files)
          .isNotEmpty()
          .allSatisfy(
              file -> {
                Path copy = kept.resolve(file.getFileName().toString());
                assertThat(copy).hasSameBinaryContentAs(file);
                // What libvirt asks QEMU itself it keeps for nobody else.
                assertThat(Files.getPosixFilePermissions(copy))
                    .contains(PosixFilePermission.OTHERS_READ);
              });
    }
    cluster.deleteAll("named", "unknown");
  }

  @Test
  void shouldSayThatNoNodeHasTheMemory() throws Exception {
    cluster.apply(Manifests.tiny("huge").replace("guest: 128Mi", "guest: 2Ti"));
    cluster.awaitUnschedulable("huge", "Insufficient memory");
    cluster.deleteAll("huge");
  }

  @Test
  void shouldWaitForANodeThatIsCordoned() throws Exception {
    cordon(true);
    try {
      cluster.apply(Manifests.tiny("cordoned"));
      cluster.awaitUnschedulable("cordoned", "unschedulable");
    } finally {
      cordon(false);
    }
    cluster.awaitPhase("cordoned", "Running");
    cluster.deleteAll("cordoned");
  }

  private static void cordon(boolean cordoned) {
    cluster
        .client()
        .nodes()
        .withName("node1")
        // Without a version: the kubelet writes the same object every second.
        .patch(
            PatchContext.of(PatchType.STRATEGIC_MERGE),
            "{\"spec\":{\"unschedulable\":%s}}".formatted(cordoned));
  }

  @Test
  void shouldShutTheGuestDownWhenItsPodIsEvicted() throws Exception {
    cluster.apply(Manifests.tiny("evicted"));
    cluster.awaitPhase("evicted", "Running");
    try (Console console = console("evicted")) {
      console.logIn();
    }
    cluster
        .client()
        .pods()
        .inNamespace(Cluster.NAMESPACE)
        .withName(cluster.pod("evicted").getMetadata().getName())
        .evict(
            new EvictionBuilder()
                .withNewMetadata()
                .withName(cluster.pod("evicted").getMetadata().getName())
                .withNamespace(Cluster.NAMESPACE)
                .endMetadata()
                .build());
    cluster.awaitPhase("evicted", "Succeeded");
    cluster.deleteAll("evicted");
  }

  @Test
  @Order(LAST)
  void shouldUseEachOfItsRightsAndMissNone() throws Exception {
    cluster.apply(
        Manifests.tiny(
            "rights",
            "",
            "      - {name: seed, disk: {bus: virtio}}",
            "  - name: seed\n    cloudInitNoCloud: {userData: \"#!/bin/sh\\necho hello\\n\"}"));
    cluster.awaitPhase("rights", "Running");
    cluster.deleteAll("rights");
    useTheRightsOverOwners();
    Path log = stack.state().root().resolve("audit/audit.log");

    assertThat(RightsAudit.requested(log, false)).as("denied").isEmpty();
    Set<String> unused = new TreeSet<>(RightsAudit.granted(cluster.client()));
    unused.removeAll(RightsAudit.requested(log, true));
    // Used only where something is in the way: the name of a Secret or pod is taken, a node or VMI
    // was replaced by another of its name, or an admission plugin asks that is off here.
    assertThat(unused)
        .isSubsetOf(
            "cluster-executor get /nodes",
            "cluster-executor get /pods",
            "cluster-executor get /secrets",
            "cluster-executor get kubevirt.io/virtualmachineinstances",
            "cluster-executor update kubevirt.io/virtualmachineinstances/finalizers",
            "cluster-executor update kubevirt.io/virtualmachineinstancereplicasets/finalizers",
            "cluster-executor update kubevirt.io/virtualmachines/finalizers");
  }

  /** A VirtualMachine and a ReplicaSet get a VMI each, and go. */
  private static void useTheRightsOverOwners() throws Exception {
    String template = Manifests.tiny("owned", "", "", "");
    String spec = template.substring(template.indexOf("spec:")).indent(4);
    cluster.apply(
        """
        apiVersion: kubevirt.io/v1
        kind: VirtualMachine
        metadata: {name: owned}
        spec:
          runStrategy: Always
          template:
        """
            + spec);
    cluster.awaitPhase("owned", "Running");
    owner("VirtualMachine", "owned").delete();
    Await.until(
        "the VirtualMachine to be gone",
        SOON,
        () -> owner("VirtualMachine", "owned").get(),
        seen -> seen == null);
    cluster.apply(
        """
        apiVersion: kubevirt.io/v1
        kind: VirtualMachineInstanceReplicaSet
        metadata: {name: owned}
        spec:
          replicas: 1
          selector: {matchLabels: {app: owned}}
          template:
            metadata: {labels: {app: owned}}
        """
            + spec);
    scaled(1);
    owner("VirtualMachineInstanceReplicaSet", "owned")
        .edit(
            set -> {
              set.<Map<String, Object>>get("spec").put("replicas", 0);
              return set;
            });
    scaled(0);
    owner("VirtualMachineInstanceReplicaSet", "owned").delete();
  }

  private static void scaled(int ready) throws Exception {
    Await.until(
        ready + " VMIs of the ReplicaSet to be ready",
        SOON,
        () -> owner("VirtualMachineInstanceReplicaSet", "owned").get(),
        seen ->
            Objects.equals(
                Objects.requireNonNullElse(Cluster.status(seen, "readyReplicas"), 0), ready));
  }

  private static Resource<GenericKubernetesResource> owner(String kind, String name) {
    return cluster
        .client()
        .genericKubernetesResources("kubevirt.io/v1", kind)
        .inNamespace(Cluster.NAMESPACE)
        .withName(name);
  }
}
