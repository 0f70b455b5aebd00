package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.vireo.dev.kafka.KafkaUsers;
import io.vireo.dev.stack.StackFile;
import io.vireo.schemas.KafkaAccess;
import io.vireo.schemas.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Lives of VMIs, good and bad, on a stack of two nodes. */
class VmiLifeE2E {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration HEARTBEAT_MAX = Duration.ofSeconds(75);

  private static Stack stack;
  private static Cluster cluster;
  private static Records records;

  @BeforeAll
  static void start() throws Exception {
    stack = Stack.start("life", 2, false);
    cluster = new Cluster(stack.state().kubeconfig());
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
    GenericKubernetesResource object = cluster.vmi(vmi);
    String node = String.valueOf(Cluster.status(object, "nodeName"));
    return new Console(stack.file(), node, object.getMetadata().getUid());
  }

  @Test
  void shouldLabelEachNodeAndRefreshItsHeartbeat() throws Exception {
    for (String name : List.of("node1", "node2")) {
      ObjectMeta first = cluster.client().nodes().withName(name).get().getMetadata();
      assertThat(first.getLabels())
          .containsEntry("kubevirt.io/schedulable", "true")
          .containsEntry("machine-type.node.kubevirt.io/q35", "true")
          .containsEntry("cpu-model.node.kubevirt.io/qemu64", "true");
      Instant heartbeat = heartbeat(first);
      ObjectMeta later =
          Await.until(
              name + " to have another heartbeat",
              HEARTBEAT_MAX,
              () -> cluster.client().nodes().withName(name).get().getMetadata(),
              seen -> heartbeat(seen).isAfter(heartbeat));
      assertThat(later.getLabels()).containsEntry("kubevirt.io/schedulable", "true");
    }
  }

  private static Instant heartbeat(ObjectMeta node) {
    return Instant.parse(node.getAnnotations().get("kubevirt.io/heartbeat"));
  }

  @Test
  void shouldBootAGuestAndLeaveNothingBehind() throws Exception {
    cluster.apply(Manifests.tiny("life"));
    cluster.awaitPhase("life", "Running");
    String uid = cluster.uid("life");
    GenericKubernetesResource vmi = cluster.vmi("life");
    assertThat(vmi.getMetadata().getFinalizers())
        .containsExactly("kubevirt.io/foregroundDeleteVirtualMachine");
    assertThat(vmi.getMetadata().getLabels()).containsKey("kubevirt.io/nodeName");
    assertThat(Cluster.status(vmi, "nodeName")).isIn("node1", "node2");
    assertThat((Map<?, ?>) Cluster.status(vmi, "activePods")).hasSize(1);
    assertThat(Cluster.status(vmi, "interfaces").toString()).contains("ipAddress", "mac");
    assertThat(phases(vmi)).containsExactly("Pending", "Scheduling", "Scheduled", "Running");
    assertThat(cluster.condition("life", "Ready").orElseThrow().get("status")).isEqualTo("True");
    Await.until(
        "the pod to be ready",
        SOON,
        () -> cluster.pod("life").getStatus().getConditions().toString(),
        text -> text.contains("status=True, type=Ready"));
    try (Console console = console("life")) {
      console.logIn();
      seeTheAgentComeAndGo(console, "life");
    }
    cluster.delete("life");
    cluster.awaitGone("life");
    assertThat(Cluster.qemus("life")).isEmpty();
    assertThat(cluster.eventReasons("life"))
        .contains("SuccessfulCreate", "Started", "ShuttingDown", "Stopped", "SuccessfulDelete");
    WholeLife.check(
        Await.until(
            "the end of the VMI on record",
            SOON,
            () -> records.events(uid),
            all -> all.stream().anyMatch(e -> e.getType().equals("VmiEnded"))));
  }

  private static void seeTheAgentComeAndGo(Console console, String vmi) throws Exception {
    Await.until(
        "the guest's agent",
        SOON,
        () -> cluster.condition(vmi, "AgentConnected"),
        seen -> seen.isPresent() && "True".equals(seen.get().get("status")));
    GenericKubernetesResource object = cluster.vmi(vmi);
    Map<?, ?> os = (Map<?, ?>) Cluster.status(object, "guestOSInfo");
    assertThat(os.get("id")).isEqualTo("vireo-tiny");
    assertThat(os.get("machine")).isEqualTo("x86_64");
    assertThat(String.valueOf(os.get("kernelRelease"))).endsWith("-cloud-amd64");
    assertThat(Cluster.status(object, "interfaces").toString())
        .contains("interfaceName=eth0", "infoSource=domain, guest-agent", "queueCount=1");
    console.type("killall qemu-ga");
    Await.until(
        "the agent to be away",
        SOON,
        () -> cluster.condition(vmi, "AgentConnected"),
        Optional::isEmpty);
    object = cluster.vmi(vmi);
    assertThat(Cluster.status(object, "guestOSInfo")).isNull();
    assertThat(Cluster.status(object, "interfaces").toString()).doesNotContain("guest-agent");
  }

  private static List<String> phases(GenericKubernetesResource vmi) {
    List<?> times = (List<?>) Cluster.status(vmi, "phaseTransitionTimestamps");
    return times.stream().map(time -> String.valueOf(((Map<?, ?>) time).get("phase"))).toList();
  }

  @Test
  void shouldCallAGuestThatPoweredOffSucceeded() throws Exception {
    cluster.apply(Manifests.tiny("off"));
    cluster.awaitPhase("off", "Running");
    try (Console console = console("off")) {
      console.logIn();
      console.type("poweroff");
      cluster.awaitPhase("off", "Succeeded");
    }
    Await.until(
        "the pod to be completed",
        SOON,
        () -> cluster.pod("off").getStatus().getPhase(),
        "Succeeded"::equals);
    cluster.delete("off");
    cluster.awaitGone("off");
  }

  @Test
  void shouldCallAGuestWhoseQemuWasKilledFailed() throws Exception {
    cluster.apply(Manifests.tiny("crash"));
    cluster.awaitPhase("crash", "Running");
    long pid = Long.parseLong(Cluster.qemus("crash").getFirst().split("@", 2)[0]);
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    cluster.awaitPhase("crash", "Failed");
    assertThat(Cluster.status(cluster.vmi("crash"), "reason")).isEqualTo("Crashed");
    cluster.delete("crash");
    cluster.awaitGone("crash");
  }

  @Test
  void shouldShutTheGuestDownWhenItsPodIsDeletedByHand() throws Exception {
    cluster.apply(Manifests.tiny("hand"));
    cluster.awaitPhase("hand", "Running");
    try (Console console = console("hand")) {
      console.logIn();
    }
    cluster.client().resource(cluster.pod("hand")).delete();
    cluster.awaitPhase("hand", "Succeeded");
    cluster.delete("hand");
    cluster.awaitGone("hand");
  }

  @Test
  void shouldDestroyAGuestThatIgnoresTheShutdown() throws Exception {
    cluster.apply(
        Manifests.tiny("deaf").replace("GracePeriodSeconds: 20", "GracePeriodSeconds: 3"));
    cluster.awaitPhase("deaf", "Running");
    // The firmware is still loading: nobody listens to the power button yet.
    long begun = System.nanoTime();
    cluster.delete("deaf");
    cluster.awaitGone("deaf");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
    assertThat(Cluster.qemus("deaf")).isEmpty();
  }

  @Test
  void shouldTakeDeletionsAtAnyTime() throws Exception {
    for (int pause = 0; pause < 4; pause++) {
      cluster.apply(Manifests.tiny("early"));
      Thread.sleep(pause * 300L);
      cluster.delete("early");
      cluster.delete("early");
      cluster.awaitGone("early");
      assertThat(Cluster.qemus("early")).isEmpty();
    }
  }

  @Test
  void shouldStartTheSameNameAgainAtOnce() throws Exception {
    cluster.apply(Manifests.tiny("again"));
    cluster.awaitPhase("again", "Running");
    String first = cluster.uid("again");
    cluster.delete("again");
    Await.until("the object to be gone", SOON, () -> cluster.describe("again"), "gone"::equals);
    cluster.apply(Manifests.tiny("again"));
    cluster.awaitPhase("again", "Running");
    assertThat(cluster.uid("again")).isNotEqualTo(first);
    assertThat(Cluster.qemus("again")).hasSize(1);
    cluster.delete("again");
    cluster.awaitGone("again");
  }

  @Test
  void shouldKeepAVmiThatNoNodeCanTakeSchedulingWithTheReason() throws Exception {
    cluster.apply(
        Manifests.tiny("nowhere", "  nodeSelector: {disktype: \"unobtainable\"}", "", ""));
    Map<?, ?> condition =
        Await.until(
                "the scheduler's reason",
                SOON,
                () -> cluster.condition("nowhere", "PodScheduled"),
                found -> found.isPresent())
            .orElseThrow();
    assertThat(condition.get("reason")).isEqualTo("Unschedulable");
    assertThat(String.valueOf(condition.get("message"))).contains("node affinity");
    assertThat(cluster.describe("nowhere")).startsWith("Scheduling");
    cluster.delete("nowhere");
    cluster.awaitGone("nowhere");
  }

  @Test
  void shouldBringCloudInitDataIntoTheGuestAndOnNoTopic() throws Exception {
    String inline = "inline-secret-4711";
    cluster.secret("ci-data", Map.of("userdata", "#!/bin/sh\necho FROM-A-SECRET\n"));
    cluster.apply(
        Manifests.tiny(
            "inline",
            "",
            "      - {name: seed, disk: {bus: virtio}}\n      - {name: empty, disk: {bus: virtio}}",
            """
              - name: seed
                cloudInitNoCloud: {userData: "#!/bin/sh\\necho FROM-%s\\n"}
              - name: empty
                emptyDisk: {capacity: 64Mi}\
            """
                .formatted(inline)));
    cluster.awaitPhase("inline", "Running");
    try (Console console = console("inline")) {
      console.await("FROM-" + inline);
      console.logIn();
      console.type("cat /sys/block/vdc/size");
      console.await("131072");
    }
    // Applied only now: what is printed before somebody listens is lost.
    cluster.apply(
        Manifests.tiny(
            "named",
            "",
            "      - {name: seed, disk: {bus: virtio}}",
            "  - name: seed\n    cloudInitNoCloud: {secretRef: {name: ci-data}}"));
    cluster.awaitPhase("named", "Running");
    try (Console console = console("named")) {
      console.await("FROM-A-SECRET");
    }
    for (var topic : Topics.all()) {
      for (ConsumerRecord<String, byte[]> record : records.all(topic.name())) {
        String text =
            record.value() == null ? "" : new String(record.value(), StandardCharsets.ISO_8859_1);
        assertThat(text).as(topic.name()).doesNotContain(inline).doesNotContain("FROM-A-SECRET");
      }
    }
    cluster.delete("inline");
    cluster.delete("named");
    cluster.awaitGone("inline");
    cluster.awaitGone("named");
  }

  @Test
  void shouldSpreadOverBothNodes() throws Exception {
    Set<String> nodes = new HashSet<>();
    List<String> names = List.of("spread1", "spread2", "spread3");
    for (String name : names) {
      cluster.apply(Manifests.tiny(name));
    }
    for (String name : names) {
      cluster.awaitPhase(name, "Running");
      nodes.add(String.valueOf(Cluster.status(cluster.vmi(name), "nodeName")));
    }
    assertThat(nodes).containsExactlyInAnyOrder("node1", "node2");
    for (String name : names) {
      cluster.delete(name);
    }
    for (String name : names) {
      cluster.awaitGone(name);
    }
  }

  @Test
  void shouldRefuseWhatIsWrongWhenItIsApplied() throws Exception {
    assertThat(
            cluster.refused(
                Manifests.tiny("wrong").replace("cores: 1", "cores: 0").replace("128Mi", "1Ei")))
        .contains("spec.domain.cpu.cores: ", "spec.domain.memory.guest: ");
    assertThat(cluster.refused(Manifests.tiny("wrong", "", "      - {name: nobody, disk: {}}", "")))
        .contains("spec.domain.devices.disks[1].name: ");
    assertThat(
            cluster.refused(
                Manifests.tiny("wrong", "  evictionStrategy: LiveMigrate", "", "")
                    .replace("cpu: {cores: 1}", "cpu: {cores: 1, dedicatedCpuPlacement: true}")))
        .contains("spec.evictionStrategy: ", "spec.domain.cpu.dedicatedCpuPlacement: ")
        .contains("not supported by Vireo yet");
    assertThat(cluster.describe("wrong")).isEqualTo("gone");
  }

  @Test
  void shouldSayThatAnImageIsNotThere() throws Exception {
    cluster.apply(Manifests.tiny("noimage").replace("vireo/tiny:1", "vireo/none:1"));
    cluster.apply(Manifests.tiny("next"));
    Map<?, ?> condition =
        Await.until(
                "the reason",
                SOON,
                () -> cluster.condition("noimage", "Synchronized"),
                found -> found.isPresent())
            .orElseThrow();
    assertThat(String.valueOf(condition.get("message"))).contains("vireo/none:1");
    cluster.awaitPhase("next", "Running");
    cluster.delete("noimage");
    cluster.delete("next");
    cluster.awaitGone("noimage");
    cluster.awaitGone("next");
  }

  @Test
  void shouldRefuseADiskThatIsNotWhatItSays() throws Exception {
    BadImages.build();
    cluster.apply(Manifests.tiny("liar").replace("vireo/tiny:1", BadImages.NOT_QCOW2));
    cluster.awaitPhase("liar", "Failed");
    Map<?, ?> condition = cluster.condition("liar", "Synchronized").orElseThrow();
    assertThat(condition.get("reason")).isEqualTo("ImageInvalid");
    assertThat(String.valueOf(condition.get("message"))).contains("root", "qcow2");
    cluster.apply(Manifests.tiny("backed").replace("vireo/tiny:1", BadImages.BACKED));
    cluster.awaitPhase("backed", "Failed");
    assertThat(cluster.describe("backed")).contains("backing file");
    cluster.delete("liar");
    cluster.delete("backed");
    cluster.awaitGone("liar");
    cluster.awaitGone("backed");
  }

  @Test
  void shouldSendWhatDoesNotDecodeToTheDeadLettersAndGoOn() throws Exception {
    byte[] garbage = "no avro at all".getBytes(StandardCharsets.UTF_8);
    Set<String> topics =
        Set.of(
            Topics.VMI_DESIRED.name(),
            Topics.CLUSTER_COMMANDS.name(),
            Topics.nodeCommands("node1").name(),
            Topics.nodeReports("node1").name());
    topics.forEach(topic -> records.send(topic, "some-key", garbage));
    Await.until(
        "a dead letter of each",
        SOON,
        VmiLifeE2E::topicsOfDeadLetters,
        found -> found.containsAll(topics));
    cluster.apply(Manifests.tiny("after"));
    cluster.awaitPhase("after", "Running");
    cluster.delete("after");
    cluster.awaitGone("after");
  }

  private static Set<String> topicsOfDeadLetters() throws Exception {
    Set<String> topics = new TreeSet<>();
    for (ConsumerRecord<String, byte[]> letter : records.all(Topics.DEAD_LETTERS.name())) {
      topics.add(Topics.DEAD_LETTERS.decode(letter.value()).getTopic());
    }
    return topics;
  }

  @Test
  void shouldServeHealthAndSchemas() throws Exception {
    StackFile file = stack.file();
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (StackFile.Component component : file.components()) {
        String address = component.healthAddress();
        if (address == null) {
          continue;
        }
        assertThat(get(http, "http://" + address + "/healthz").statusCode()).isEqualTo(200);
        HttpResponse<String> ready = get(http, "http://" + address + "/readyz");
        assertThat(ready.statusCode()).as(component.name() + ready.body()).isEqualTo(200);
        assertThat(get(http, "http://" + address + "/metrics").body()).contains("jvm_memory");
      }
      ConsumerRecord<String, byte[]> record =
          records.all(Topics.NODE_TRANSITIONS.name()).getFirst();
      int id = java.nio.ByteBuffer.wrap(record.value()).getInt(1);
      HttpResponse<String> schema = get(http, file.registryUrl() + "/schemas/ids/" + id);
      assertThat(schema.body()).contains("NodeTransition");
      assertThat(record.headers().lastHeader("ce_type")).isNotNull();
    }
  }

  private static HttpResponse<String> get(HttpClient http, String uri) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString());
  }
}
