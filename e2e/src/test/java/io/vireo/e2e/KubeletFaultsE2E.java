package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.vireo.dev.kafka.KafkaUsers;
import io.vireo.schemas.KafkaAccess;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What fails on a node with a real kubelet, and what becomes of the guests. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KubeletFaultsE2E {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration AGAIN_MAX = Duration.ofSeconds(120);
  private static final int LAST = Integer.MAX_VALUE;
  private static final String EXECUTOR = "io.vireo.node.NodeExecutorMain";
  private static final String NAME = "app.kubernetes.io/name";
  private static final String AWAY = "vireo.io/test-away";

  private static Set<String> before;
  private static Stack stack;
  private static Cluster cluster;
  private static NodeProcesses node;
  private static Records records;

  @BeforeAll
  static void start() throws Exception {
    before = Traces.now();
    stack = Stack.startKubelet("kubelet-faults");
    cluster = new Cluster(stack.state().kubeconfig());
    cluster.enforceRestricted();
    node = new NodeProcesses(stack);
    records = new Records(stack.kafka(KafkaAccess.OPERATOR), stack.kafka(KafkaUsers.ADMIN));
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

  private static void awaitRunning(String name) throws Exception {
    Await.until(
        name + " to be Running",
        AGAIN_MAX,
        () -> cluster.describe(name),
        text -> text.startsWith("Running"));
    assertThat(Cluster.qemus(name)).as("created once").hasSize(1);
  }

  @Test
  void shouldKeepTheGuestOverRestartsOfWhatRunsItsNode() throws Exception {
    cluster.apply(Manifests.tiny("steady"));
    cluster.awaitPhase("steady", "Running");
    List<String> qemu = Cluster.qemus("steady");
    String pod = cluster.pods("steady").getFirst();
    for (String part : List.of("kubelet", "containerd", EXECUTOR)) {
      (part.equals(EXECUTOR) ? node.inPod(part) : node.program(part)).destroyForcibly();
      String name = "after-" + part.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
      cluster.apply(Manifests.tiny(name));
      awaitRunning(name);
      assertThat(Cluster.qemus("steady")).as("pid and start time").isEqualTo(qemu);
      assertThat(cluster.pods("steady")).containsExactly(pod);
      cluster.deleteAll(name);
    }
    try (Console console = console("steady")) {
      console.logIn();
    }
    cluster.deleteAll("steady");
  }

  @Test
  void shouldReplaceAPodThatItsNodeCouldNotAdmit() throws Exception {
    ProcessHandle executor = node.inPod(EXECUTOR);
    NodeProcesses.pause(executor);
    cluster.apply(Manifests.tiny("unadmitted"));
    Pod first =
        Await.until(
                "the pod to be bound",
                SOON,
                () -> cluster.findPod("unadmitted"),
                pod -> pod.isPresent() && pod.get().getSpec().getNodeName() != null)
            .orElseThrow();
    // The kubelet waits for an answer now.
    Thread.sleep(1500);
    executor.destroyForcibly();
    awaitRunning("unadmitted");
    assertThat(cluster.livePods("unadmitted"))
        .singleElement()
        .isNotEqualTo(first.getMetadata().getName());
    assertThat(cluster.eventReasons("unadmitted")).contains("LauncherFailed");
    cluster.deleteAll("unadmitted");
  }

  @Test
  void shouldShutAGuestDownAndStartNoneWhileTheExecutorIsAway() throws Exception {
    cluster.apply(Manifests.tiny("alone"));
    cluster.awaitPhase("alone", "Running");
    try (Console console = console("alone")) {
      console.logIn();
    }
    executorAway(true);
    try {
      Await.until(
          "the executor to be away",
          SOON,
          () ->
              cluster.client().pods().inNamespace("vireo").withLabel(NAME, "node-executor").list(),
          pods -> pods.getItems().isEmpty());
      cluster.apply(Manifests.tiny("waiting"));
      cluster.awaitUnschedulable("waiting", "devices.vireo.io/launcher");
      long begun = System.nanoTime();
      cluster.client().resource(cluster.pod("alone")).delete();
      Await.until("QEMU to have ended", SOON, () -> Cluster.qemus("alone"), List::isEmpty);
      // The guest listened to its power button: nobody had to wait for its grace period.
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
    } finally {
      executorAway(false);
    }
    awaitRunning("waiting");
    cluster.awaitPhase("alone", "Succeeded");
    cluster.deleteAll("alone", "waiting");
  }

  private static void executorAway(boolean away) {
    cluster
        .client()
        .apps()
        .daemonSets()
        .inNamespace("vireo")
        .withName("node-executor")
        .edit(
            set -> {
              Map<String, String> selector =
                  new HashMap<>(set.getSpec().getTemplate().getSpec().getNodeSelector());
              if (away) {
                selector.put(AWAY, "true");
              } else {
                selector.remove(AWAY);
              }
              set.getSpec().getTemplate().getSpec().setNodeSelector(selector);
              return set;
            });
  }

  @Test
  void shouldProveTheEndOfAGuestWhosePodWasForcedAway() throws Exception {
    cluster.apply(Manifests.tiny("forced"));
    cluster.awaitPhase("forced", "Running");
    cluster.client().resource(cluster.pod("forced")).withGracePeriod(0).delete();
    // The next is given a device while the old processes may still live.
    cluster.apply(Manifests.tiny("heir"));
    awaitRunning("heir");
    Await.until(
        "the forced one to have ended",
        AGAIN_MAX,
        () -> cluster.describe("forced"),
        text -> text.startsWith("Failed") || text.startsWith("Succeeded"));
    assertThat(Cluster.qemus("forced")).isEmpty();
    cluster.deleteAll("forced", "heir");
  }

  /** Two at the same time, since both take what a launcher and a node are given to answer. */
  @Test
  void shouldEndAVmiWhoseLibvirtdHangsAndHarmNoOther() throws Exception {
    cluster.apply(
        Manifests.tiny("hung").replace("GracePeriodSeconds: 20", "GracePeriodSeconds: 5"));
    cluster.awaitPhase("hung", "Running");
    List<String> qemu = Cluster.qemus("hung");
    Set<Long> libvirtds = node.libvirtds();
    assertThat(libvirtds).hasSize(1);
    NodeProcesses.pause(ProcessHandle.of(libvirtds.iterator().next()).orElseThrow());
    String unborn = applyWithALibvirtdThatNeverListens(libvirtds);
    cluster.apply(Manifests.tiny("unharmed"));
    awaitRunning("unharmed");
    assertThat(Cluster.qemus("hung")).as("lives on without libvirtd").isEqualTo(qemu);
    assertThat(cluster.describe("hung")).startsWith("Running");

    cluster.delete("hung");
    Await.until(
        "the reason why its end takes so long",
        AGAIN_MAX,
        () -> cluster.describe("hung"),
        text -> text.contains("EndNotProven") && text.contains("node1"));
    cluster.awaitPhase(unborn, "Failed");
    assertThat(cluster.condition(unborn, "Synchronized").orElseThrow().toString())
        .contains("LauncherFailed", "Expected libvirtd to answer within 60 s");
    assertThat(cluster.eventReasons(unborn)).contains("LauncherFailed");
    cluster.awaitGone("hung");
    assertThat(Cluster.qemus("hung")).isEmpty();
    assertThat(cluster.eventReasons("hung")).contains("ShuttingDown", "Stopped");
    assertThat(Cluster.qemus("unharmed")).hasSize(1);
    cluster.deleteAll(unborn, "unharmed");
    assertThat(node.libvirtds()).isEmpty();
  }

  /** One that listens already would hang in another way. */
  private static String applyWithALibvirtdThatNeverListens(Set<Long> others) throws Exception {
    for (int i = 0; i < 5; i++) {
      String name = "unborn" + i;
      cluster.apply(Manifests.tiny(name));
      ProcessHandle libvirtd = awaitAnother(others);
      NodeProcesses.pause(libvirtd);
      if (!NodeProcesses.listens(libvirtd)) {
        return name;
      }
      NodeProcesses.resume(libvirtd);
      cluster.deleteAll(name);
    }
    throw new AssertionError("Expected to pause a libvirtd before it listens, but was too late");
  }

  private static ProcessHandle awaitAnother(Set<Long> others) throws Exception {
    long deadline = System.nanoTime() + SOON.toNanos();
    while (System.nanoTime() < deadline) {
      for (long pid : node.libvirtds()) {
        if (!others.contains(pid)) {
          return ProcessHandle.of(pid).orElseThrow();
        }
      }
      Thread.sleep(2);
    }
    throw new AssertionError("Expected another libvirtd within " + SOON.toSeconds() + " s");
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
    // Its launcher dials in, is told apart by the pod that it is in, and is sent away.
    Await.until(
        "the stranger to have been dismissed",
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
        "Failed"::equals);
    String uid =
        cluster
            .client()
            .pods()
            .inNamespace(Cluster.NAMESPACE)
            .withName("stranger")
            .get()
            .getMetadata()
            .getUid();
    Await.until(
        "a dead letter that tells of the stranger",
        SOON,
        () -> records.deadLetters(uid),
        letters ->
            letters.size() == 1
                && letters.getFirst().getReason().equals("PodNotOfVmi")
                && letters.getFirst().getMessage().contains("default/stranger"));
    for (Topic<?> topic : List.of(Topics.POD_OBSERVED, Topics.CLUSTER_COMMANDS)) {
      assertThat(records.all(topic.name()))
          .as(topic.name())
          .noneMatch(record -> contains(record, uid));
    }
    assertThat(cluster.describe("mine")).startsWith("Running");
    assertThat(Cluster.qemus("mine")).hasSize(1);
    cluster.client().pods().inNamespace(Cluster.NAMESPACE).withName("stranger").delete();
    cluster.deleteAll("mine");
  }

  private static boolean contains(ConsumerRecord<String, byte[]> record, String text) {
    return record.value() != null
        && new String(record.value(), StandardCharsets.ISO_8859_1).contains(text);
  }

  @Test
  @Order(LAST)
  void shouldLeaveNothingBehindWhenAllOfItIsKilled() throws Exception {
    cluster.apply(Manifests.tiny("left"));
    cluster.awaitPhase("left", "Running");
    String network = node.network();
    assertThat(Traces.processes(network)).isNotEmpty();
    ProcessHandle.of(stack.file().supervisorPid()).orElseThrow().destroyForcibly();
    node.program("kubelet").destroyForcibly();

    stack.down();

    assertThat(Traces.processes(network)).isEmpty();
    assertThat(Cluster.qemus("left")).isEmpty();
    assertThat(before).containsAll(Traces.now());
  }
}
