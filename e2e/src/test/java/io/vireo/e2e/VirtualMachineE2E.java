package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.vireo.dev.kafka.KafkaUsers;
import io.vireo.schemas.KafkaAccess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import tools.jackson.databind.JsonNode;

/** Lives of VirtualMachines and ReplicaSets with real guests, on a stack of two nodes. */
class VirtualMachineE2E {

  private static final Duration SOON = Duration.ofSeconds(30);

  private static Stack stack;
  private static Cluster cluster;
  private static Owners vms;
  private static Records records;

  @BeforeAll
  static void start() throws Exception {
    stack = Stack.start("vms", 2, false);
    cluster = new Cluster(stack.state().kubeconfig());
    vms = new Owners(cluster, stack.state().kubeconfig());
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

  private static void powerOff(String vmi) throws Exception {
    GenericKubernetesResource object = cluster.vmi(vmi);
    String node = String.valueOf(Cluster.status(object, "nodeName"));
    try (Console console = new Console(stack.file(), node, object.getMetadata().getUid())) {
      console.logIn();
      console.type("poweroff");
      String uid = object.getMetadata().getUid();
      Await.until(
          vmi + " to be off",
          SOON,
          () -> vms.uidOf(vmi).equals(Optional.of(uid)) ? cluster.describe(vmi) : "Succeeded",
          text -> text.startsWith("Succeeded"));
    }
  }

  private static void killQemu(String vmi) throws Exception {
    long pid = Long.parseLong(Cluster.qemus(vmi).getFirst().split("@", 2)[0]);
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
  }

  @BesideAnotherTest
  void shouldKeepAVmRunningWhateverEnds() throws Exception {
    vms.apply(Owners.vm("always", "Always"));
    String first = vms.awaitRunningAfter("always", "");
    OwnerReference owner = vms.ownerOf("always").orElseThrow();
    JsonNode vm = vms.get("vm", "always").orElseThrow();
    String vmUid = vm.path("metadata").path("uid").asString();
    assertThat(owner.getKind()).isEqualTo("VirtualMachine");
    assertThat(owner.getUid()).isEqualTo(vmUid);
    String revision = "revision-start-vm-" + vmUid + "-1";
    assertThat(Cluster.status(cluster.vmi("always"), "virtualMachineRevisionName"))
        .isEqualTo(revision);
    vms.kubectl().run("get", "controllerrevision", revision).ok();
    vms.awaitCondition("always", "Ready", "True");
    assertThat(vms.status("always").path("created").asBoolean()).isTrue();
    assertThat(vms.status("always").path("ready").asBoolean()).isTrue();

    killQemu("always");
    String second = vms.awaitRunningAfter("always", first);
    powerOff("always");
    String third = vms.awaitRunningAfter("always", second);

    vms.request("always", Owners.stop(third), Owners.start());
    String fourth = vms.awaitRunningAfter("always", third);
    vms.awaitNoRequests("always");
    assertThat(vms.condition("always", "RestartRequired")).isNotEqualTo(Optional.of("True"));

    vms.patchSpec(
        "always", "{\"template\":{\"spec\":{\"domain\":{\"memory\":{\"guest\":\"160Mi\"}}}}}");
    vms.awaitCondition("always", "RestartRequired", "True");
    vms.request("always", Owners.stop(fourth), Owners.start());
    vms.awaitRunningAfter("always", fourth);
    Await.until(
        "no more restart to be wanted",
        SOON,
        () -> vms.condition("always", "RestartRequired"),
        seen -> !seen.equals(Optional.of("True")));
    assertThat(String.valueOf(cluster.vmi("always").getAdditionalProperties().get("spec")))
        .contains("160Mi");
    assertThat(Cluster.qemus("always")).hasSize(1);

    vms.deleteAll("always");
    assertThat(cluster.eventReasons("always")).contains("SuccessfulCreate", "SuccessfulDelete");
    VmRecord.check(records, vmUid);
  }

  @BesideAnotherTest
  void shouldDoWhatEachRunStrategySays() throws Exception {
    vms.apply(Owners.vm("rerun", "RerunOnFailure"));
    vms.apply(Owners.vm("manual", "Manual"));
    vms.apply(Owners.vm("halted", "Halted"));
    vms.apply(Owners.vm("once", "Once"));
    String rerun = vms.awaitRunningAfter("rerun", "");
    String once = vms.awaitRunningAfter("once", "");
    vms.awaitStatus("manual", "Stopped");
    vms.awaitStatus("halted", "Stopped");
    assertThat(vms.uidOf("manual")).isEmpty();
    assertThat(vms.uidOf("halted")).isEmpty();

    powerOff("rerun");
    powerOff("once");
    vms.awaitStatus("rerun", "Stopped");
    vms.awaitStatus("once", "Stopped");
    assertThat(vms.uidOf("rerun")).contains(rerun);
    assertThat(vms.uidOf("once")).contains(once);

    vms.request("rerun", Owners.stop(rerun), Owners.start());
    vms.request("manual", Owners.start());
    vms.patchSpec("halted", "{\"runStrategy\":\"Always\"}");
    cluster.delete("once");
    String again = vms.awaitRunningAfter("rerun", rerun);
    String manual = vms.awaitRunningAfter("manual", "");
    vms.awaitRunningAfter("halted", "");
    vms.awaitNoRequests("rerun");
    vms.awaitNoRequests("manual");

    killQemu("rerun");
    vms.request("manual", Owners.stop(manual));
    vms.patchSpec("halted", "{\"runStrategy\":\"Halted\"}");
    vms.awaitRunningAfter("rerun", again);
    vms.awaitStatus("manual", "Stopped");
    vms.awaitStatus("halted", "Stopped");
    cluster.awaitGone("manual");
    cluster.awaitGone("halted");
    vms.awaitNoRequests("manual");
    cluster.awaitGone("once");
    vms.awaitStatus("once", "Stopped");
    assertThat(vms.uidOf("once")).isEmpty();
    vms.deleteAll("rerun", "manual", "halted", "once");
  }

  @BesideAnotherTest
  void shouldLeaveTheGuestAloneWhenItIsOrphanedAndTakeItBack() throws Exception {
    vms.apply(Owners.vm("orphan", "Always"));
    String uid = vms.awaitRunningAfter("orphan", "");
    List<String> qemu = Cluster.qemus("orphan");

    vms.kubectl().run("delete", "vm", "orphan", "--cascade=orphan").ok();
    Await.until("the owner to be gone", SOON, () -> vms.ownerOf("orphan"), Optional::isEmpty);
    assertThat(cluster.describe("orphan")).startsWith("Running");

    vms.apply(Owners.vm("orphan", "Always"));
    Await.until("an owner again", SOON, () -> vms.ownerOf("orphan"), Optional::isPresent);
    vms.awaitStatus("orphan", "Running");
    assertThat(vms.uidOf("orphan")).contains(uid);
    assertThat(Cluster.qemus("orphan")).isEqualTo(qemu);
    vms.deleteAll("orphan");
  }

  @BesideAnotherTest
  void shouldWaitLongerAfterEachStartThatFails() throws Exception {
    BadImages.build();
    vms.apply(
        Owners.vm("broken", "Always")
            .replace("localhost/vireo/tiny:1", "localhost/" + BadImages.NOT_QCOW2));
    vms.awaitStatus("broken", "CrashLoopBackOff");
    JsonNode failure = vms.status("broken").path("startFailure");
    assertThat(failure.path("consecutiveFailCount").asInt()).isEqualTo(1);
    assertThat(failure.path("retryAfterTimestamp").asString()).matches("20.*Z");
    assertThat(failure.path("lastFailedVMIUID").asString()).isNotBlank();

    vms.patchSpec(
        "broken",
        "{\"template\":{\"spec\":{\"volumes\":[{\"name\":\"root\",\"containerDisk\":"
            + "{\"image\":\"localhost/vireo/tiny:1\"}}]}}}");
    vms.awaitRunningAfter("broken", "");
    Await.until(
        "the failures to be forgotten",
        SOON,
        () -> vms.status("broken").path("startFailure"),
        JsonNode::isMissingNode);
    vms.deleteAll("broken");
  }

  @BesideAnotherTest
  void shouldKeepAsManyReplicasAsAreWanted() throws Exception {
    vms.apply(Owners.replicaSet("web", 2));
    List<String> both = vms.awaitRunning("web", 2);
    Await.until(
        "its status",
        SOON,
        () -> vms.get("vmirs", "web").orElseThrow().path("status"),
        status ->
            status.path("replicas").asInt() == 2 && status.path("readyReplicas").asInt() == 2);

    killQemu(both.getFirst());
    List<String> others =
        Await.until(
            "another in its place",
            SOON,
            () -> vms.running("web"),
            names -> names.size() == 2 && !names.contains(both.getFirst()));
    assertThat(others).contains(both.getLast());

    vms.kubectl().run("scale", "vmirs", "web", "--replicas=1").ok();
    vms.awaitRunning("web", 1);
    vms.kubectl()
        .run("patch", "vmirs", "web", "--type=merge", "-p", "{\"spec\":{\"paused\":true}}")
        .ok();
    Await.until(
        "it to be paused",
        SOON,
        () -> vms.get("vmirs", "web").orElseThrow().path("status").path("conditions").toString(),
        text -> text.contains("ReplicaPaused"));
    vms.kubectl().run("scale", "vmirs", "web", "--replicas=2").ok();
    vms.kubectl()
        .run("patch", "vmirs", "web", "--type=merge", "-p", "{\"spec\":{\"paused\":false}}")
        .ok();
    vms.awaitRunning("web", 2);

    vms.kubectl().run("delete", "vmirs", "web").ok();
    Await.until("its VMIs to be gone", SOON, () -> cluster.named("web"), List::isEmpty);
  }

  @BesideAnotherTest
  void shouldDoWithKubectlWhatABuiltInKindDoes() throws Exception {
    Kubectl kubectl = vms.kubectl();
    String manifest = Owners.vm("words", "Halted");
    String dry = kubectl.runWith(manifest, Map.of(), "apply", "--dry-run=server", "-f", "-").ok();
    assertThat(dry).contains("created (server dry run)");
    assertThat(vms.get("vm", "words")).isEmpty();

    kubectl
        .runWith(manifest, Map.of(), "apply", "--server-side", "--field-manager=one", "-f", "-")
        .ok();
    Kubectl.Answer conflict =
        kubectl.runWith(
            manifest.replace("Halted", "Manual"),
            Map.of(),
            "apply",
            "--server-side",
            "--field-manager=two",
            "-f",
            "-");
    assertThat(conflict.code()).isEqualTo(1);
    assertThat(conflict.text()).contains("conflict with \"one\"", ".spec.runStrategy");

    kubectl
        .runWith("", Map.of("KUBE_EDITOR", "sed -i s/Halted/Manual/"), "edit", "vm", "words")
        .ok();
    assertThat(kubectl.run("get", "vm", "words", "-o=jsonpath={.spec.runStrategy}").ok())
        .isEqualTo("Manual");
    vms.awaitStatus("words", "Stopped");
    assertThat(kubectl.run("get", "vm", "words").ok())
        .containsPattern("NAME +AGE +STATUS +READY")
        .containsPattern("words +\\d+s +Stopped +False");
    assertThat(kubectl.run("explain", "vm.spec.runStrategy").ok()).contains("FIELD: runStrategy");
    String watched =
        kubectl
            .run("get", "vm", "words", "-w", "--request-timeout=2s", "--output-watch-events")
            .text();
    assertThat(watched).contains("ADDED", "words");
    vms.deleteAll("words");
  }
}
