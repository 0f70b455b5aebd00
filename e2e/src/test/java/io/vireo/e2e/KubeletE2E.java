package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.EvictionBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private static final Duration RESTART_MAX = Duration.ofSeconds(90);
  private static final int ALMOST_LAST = Integer.MAX_VALUE - 1;
  private static final int LAST = Integer.MAX_VALUE;
  private static final int FAILED = 1;

  private static Set<String> before;
  private static Stack stack;
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    BadImages.build();
    BadImages.buildMisshapen();
    before = Traces.now();
    stack = Stack.startKubelet("kubelet");
    cluster = new Cluster(stack.state().kubeconfig());
    cluster
        .client()
        .namespaces()
        .withName(Cluster.NAMESPACE)
        .edit(
            namespace -> {
              Map<String, String> labels = new HashMap<>(namespace.getMetadata().getLabels());
              labels.put("pod-security.kubernetes.io/enforce", "restricted");
              namespace.getMetadata().setLabels(labels);
              return namespace;
            });
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

  private static void deleteAll(String... names) throws Exception {
    for (String name : names) {
      cluster.delete(name);
    }
    for (String name : names) {
      cluster.awaitGone(name);
      assertThat(Cluster.qemus(name)).isEmpty();
    }
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
    deleteAll("tiny");
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
    deleteAll("crash");
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
    deleteAll("noimage", "empty", "two", "linked", "backed", "dots", "next");
  }

  private static void invalid(String name, String words) throws Exception {
    cluster.awaitPhase(name, "Failed");
    assertThat(cluster.describe(name)).contains("ImageInvalid").contains(words);
  }

  @Test
  void shouldSayThatNoNodeHasTheMemory() throws Exception {
    cluster.apply(Manifests.tiny("huge").replace("guest: 128Mi", "guest: 2Ti"));
    unschedulable("huge", "Insufficient memory");
    deleteAll("huge");
  }

  private static void unschedulable(String name, String words) throws Exception {
    Await.until(
        "the scheduler's reason",
        SOON,
        () -> cluster.condition(name, "PodScheduled").map(Object::toString).orElse(""),
        text -> text.contains("Unschedulable") && text.contains(words));
    assertThat(cluster.describe(name)).startsWith("Scheduling");
  }

  @Test
  void shouldWaitForANodeThatIsCordoned() throws Exception {
    cordon(true);
    try {
      cluster.apply(Manifests.tiny("cordoned"));
      unschedulable("cordoned", "unschedulable");
    } finally {
      cordon(false);
    }
    cluster.awaitPhase("cordoned", "Running");
    deleteAll("cordoned");
  }

  private static void cordon(boolean cordoned) {
    cluster
        .client()
        .nodes()
        .withName("node1")
        .edit(
            node -> {
              node.getSpec().setUnschedulable(cordoned);
              return node;
            });
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
    deleteAll("evicted");
  }

  @Test
  void shouldProveTheEndOfAGuestWhosePodWasForcedAway() throws Exception {
    cluster.apply(Manifests.tiny("forced"));
    cluster.awaitPhase("forced", "Running");
    cluster.client().resource(cluster.pod("forced")).withGracePeriod(0).delete();
    // The next is given the same device while the old processes may still live.
    cluster.apply(Manifests.tiny("heir"));
    cluster.awaitPhase("heir", "Running");
    assertThat(Cluster.qemus("heir")).hasSize(1);
    Await.until(
        "the forced one to have ended",
        RESTART_MAX,
        () -> cluster.describe("forced"),
        text -> text.startsWith("Failed") || text.startsWith("Succeeded"));
    assertThat(Cluster.qemus("forced")).isEmpty();
    deleteAll("forced", "heir");
  }

  @Test
  void shouldLeaveAPodAloneThatOnlyLooksLikeOurs() throws Exception {
    cluster.apply(Manifests.tiny("mine"));
    cluster.awaitPhase("mine", "Running");
    Pod stranger =
        new PodBuilder(cluster.pod("mine"))
            .withNewMetadata()
            .withName("stranger")
            .withLabels(cluster.pod("mine").getMetadata().getLabels())
            .withAnnotations(cluster.pod("mine").getMetadata().getAnnotations())
            .endMetadata()
            .withStatus(null)
            .build();
    stranger.getSpec().setNodeName(null);
    cluster.client().resource(stranger).inNamespace(Cluster.NAMESPACE).create();
    Await.until(
        "the stranger to run",
        SOON,
        () ->
            cluster
                .client()
                .pods()
                .inNamespace(Cluster.NAMESPACE)
                .withName("stranger")
                .get()
                .getStatus()
                .getPhase(),
        "Running"::equals);
    // Long enough for its launcher to dial in and be asked for nothing.
    Thread.sleep(3000);
    assertThat(cluster.describe("mine")).startsWith("Running");
    assertThat(Cluster.qemus("mine")).hasSize(1);
    cluster.client().pods().inNamespace(Cluster.NAMESPACE).withName("stranger").delete();
    deleteAll("mine");
  }

  @Test
  void shouldKeepTheGuestOverRestartsOfWhatRunsItsNode() throws Exception {
    cluster.apply(Manifests.tiny("steady"));
    cluster.awaitPhase("steady", "Running");
    List<String> qemu = Cluster.qemus("steady");
    String pod = cluster.pods("steady").getFirst();
    for (String part : List.of("kubelet", "containerd", "io.vireo.node.NodeExecutorMain")) {
      kill(part);
      String name = "after-" + part.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z]", "");
      cluster.apply(Manifests.tiny(name));
      Await.until(
          name + " to be Running",
          RESTART_MAX,
          () -> cluster.describe(name),
          text -> text.startsWith("Running"));
      assertThat(Cluster.qemus(name)).as("created once").hasSize(1);
      assertThat(Cluster.qemus("steady")).as("pid and start time").isEqualTo(qemu);
      assertThat(cluster.pods("steady")).containsExactly(pod);
      deleteAll(name);
    }
    try (Console console = console("steady")) {
      console.logIn();
    }
    deleteAll("steady");
  }

  /** Kills the node's process with this name, or with this word on its command line. */
  private static void kill(String part) throws Exception {
    Path node = Path.of("/proc", firstOfNode());
    String mounts = Traces.namespace(node, "mnt");
    List<ProcessHandle> found;
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      found =
          all.filter(
                  process -> {
                    Path folder = Path.of("/proc", Long.toString(process.pid()));
                    return part.contains(".")
                        ? process.info().commandLine().orElse("").contains(part)
                            && !Traces.namespace(folder, "pid").equals(own())
                        : Traces.namespace(folder, "mnt").equals(mounts)
                            && process.info().command().orElse("").endsWith("/" + part);
                  })
              .toList();
    }
    assertThat(found).as(part).hasSize(1);
    found.getFirst().destroyForcibly();
  }

  private static String own() {
    return Traces.namespace(Path.of("/proc/self"), "pid");
  }

  private static String firstOfNode() throws Exception {
    return Files.readString(stack.state().pids().resolve("node1.pid")).split(" ", 2)[0];
  }

  @Test
  @Order(ALMOST_LAST)
  void shouldUseEachOfItsRightsAndMissNone() throws Exception {
    cluster.apply(
        Manifests.tiny(
            "rights",
            "",
            "      - {name: seed, disk: {bus: virtio}}",
            "  - name: seed\n    cloudInitNoCloud: {userData: \"#!/bin/sh\\necho hello\\n\"}"));
    cluster.awaitPhase("rights", "Running");
    deleteAll("rights");
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
            "cluster-executor update kubevirt.io/virtualmachineinstances/finalizers");
  }

  @Test
  @Order(LAST)
  void shouldLeaveNothingBehindWhenAllOfItIsKilled() throws Exception {
    cluster.apply(Manifests.tiny("left"));
    cluster.awaitPhase("left", "Running");
    String network = Traces.namespace(Path.of("/proc", firstOfNode()), "net");
    assertThat(Traces.processes(network)).isNotEmpty();
    ProcessHandle.of(stack.file().supervisorPid()).orElseThrow().destroyForcibly();
    kill("kubelet");

    stack.down();

    assertThat(Traces.processes(network)).isEmpty();
    assertThat(Cluster.qemus("left")).isEmpty();
    assertThat(before).containsAll(Traces.now());
  }
}
