package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each part is killed and started again, with a VM that runs and with one that is half-way. */
class RestartE2E {

  private static Stack stack;
  private static Cluster cluster;
  private static List<String> qemu;
  private static String pod;

  @BeforeAll
  static void start() throws Exception {
    stack = Stack.start("restart", 1, true);
    cluster = new Cluster(stack.state().kubeconfig());
    cluster.apply(Manifests.tiny("steady"));
    cluster.awaitPhase("steady", "Running");
    qemu = Cluster.qemus("steady");
    pod = cluster.pods("steady").getFirst();
    assertThat(qemu).hasSize(1);
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ingest",
        "scheduler",
        "cluster-executor",
        "node-executor-node1",
        "node-agent-node1",
        "kafka",
        "etcd",
        "kube-apiserver"
      })
  void shouldKeepTheGuestAndFinishWhatWasBegun(String part) throws Exception {
    String name = "half-" + part.replaceAll("[^a-z]", "");
    cluster.apply(Manifests.tiny(name));
    Thread.sleep(300);
    stack.kill(part);
    stack.startAgain(part);
    Await.until(
        name + " to be Running",
        Duration.ofSeconds(120),
        () -> describe(name),
        text -> text.startsWith("Running"));
    assertThat(Cluster.qemus(name)).as("created once").hasSize(1);
    // A pod that its node could not admit in that moment is replaced; one that ran is not.
    assertThat(cluster.livePods(name)).as("created once").hasSize(1);
    assertThat(Cluster.qemus("steady")).as("pid and start time").isEqualTo(qemu);
    assertThat(cluster.pods("steady")).containsExactly(pod);
    Await.until(
        "steady to be Running",
        Duration.ofSeconds(30),
        () -> describe("steady"),
        text -> text.startsWith("Running"));
    cluster.delete(name);
    cluster.awaitGone(name);
  }

  /** The API server may be on its way back. */
  private static String describe(String name) {
    try {
      return cluster.describe(name) + " " + cluster.describePods(name);
    } catch (RuntimeException e) {
      return "no answer: " + e.getMessage();
    }
  }

  @Test
  void shouldKeepTheBootIdOfTheGuestOverItsExecutorsRestart() throws Exception {
    GenericKubernetesResource vmi = cluster.vmi("steady");
    String node = String.valueOf(Cluster.status(vmi, "nodeName"));
    String before = bootId(node, vmi.getMetadata().getUid());
    stack.kill("node-executor-node1");
    stack.startAgain("node-executor-node1");
    // The launcher dials again within 5 s.
    Thread.sleep(6000);
    assertThat(bootId(node, vmi.getMetadata().getUid())).isEqualTo(before);
  }

  private static String bootId(String node, String uid) throws Exception {
    try (Console console = new Console(stack.file(), node, uid)) {
      console.type("");
      if (!loggedIn(console)) {
        console.logIn();
      }
      console.type("echo BOOT=$(cat /proc/sys/kernel/random/boot_id)=");
      String text =
          Await.until(
              "the boot id",
              Duration.ofSeconds(20),
              console::text,
              all -> all.matches("(?s).*BOOT=[0-9a-f-]{36}=.*"));
      return text.replaceAll("(?s).*BOOT=([0-9a-f-]{36})=.*", "$1");
    }
  }

  private static boolean loggedIn(Console console) throws InterruptedException {
    for (int i = 0; i < 20 && !console.text().contains("#"); i++) {
      Thread.sleep(100);
    }
    return console.text().contains("#");
  }
}
