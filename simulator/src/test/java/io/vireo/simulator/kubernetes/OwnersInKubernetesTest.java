package io.vireo.simulator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.simulator.engine.Engine;
import io.vireo.simulator.kubernetes.SimApiServer.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the simulated Kubernetes does with owners of VMIs, as the real one does. */
class OwnersInKubernetesTest {

  private final Engine engine = new Engine(1, 1_700_000_000_000L);
  private final SimApiServer server = new SimApiServer(engine);

  OwnersInKubernetesTest() {
    new ControlPlane(engine, server);
  }

  private Map<String, Object> vm() {
    return server.create(
        Kind.VM,
        Tree.of(
            "kind",
            "VirtualMachine",
            "metadata",
            Tree.of("namespace", "ns", "name", "vm", "finalizers", List.of("f")),
            "spec",
            Tree.of("runStrategy", "Always")));
  }

  private void vmiOf(String ownerUid) {
    server.create(
        Kind.VMI,
        Tree.of(
            "kind",
            "VirtualMachineInstance",
            "metadata",
            Tree.of(
                "namespace",
                "ns",
                "name",
                "vm",
                "finalizers",
                List.of("f"),
                "ownerReferences",
                List.of(Tree.of("uid", ownerUid, "controller", true)))));
  }

  private void release() {
    server.updateMain(
        Kind.VM,
        "ns/vm",
        tree -> {
          List<Object> kept = new ArrayList<>(Tree.list(tree, "metadata", "finalizers"));
          kept.remove("f");
          Tree.child(tree, "metadata").put("finalizers", kept);
          return tree;
        });
  }

  private void later() {
    assertThat(engine.runUntil(engine.nowMs() + 10_000, 1_000)).isTrue();
  }

  private boolean vmiIsDeleting() {
    return Tree.at(server.find(Kind.VMI, "ns/vm").orElseThrow(), "metadata", "deletionTimestamp")
        != null;
  }

  @Test
  void statusAndAllElseAreWrittenApart() {
    vm();

    server.updateStatus(
        Kind.VM,
        "ns/vm",
        tree -> {
          Tree.child(tree, "status").put("ready", true);
          Tree.child(tree, "spec").put("runStrategy", "Halted");
          return tree;
        });
    server.updateMain(
        Kind.VM,
        "ns/vm",
        tree -> {
          Tree.child(tree, "status").put("ready", false);
          Tree.child(tree, "spec").put("runStrategy", "Manual");
          return tree;
        });

    Map<String, Object> found = server.find(Kind.VM, "ns/vm").orElseThrow();
    assertThat(Tree.at(found, "status", "ready")).isEqualTo(true);
    assertThat(Tree.text(found, "spec", "runStrategy")).isEqualTo("Manual");
    assertThat(Tree.at(found, "metadata", "generation")).isEqualTo(2);
  }

  @Test
  void whatAnOwnerOwnsGoesAfterIt() {
    String uid = String.valueOf(Tree.text(vm(), "metadata", "uid"));
    vmiOf(uid);

    server.delete(Kind.VM, "ns/vm", null, null);
    later();
    assertThat(server.find(Kind.VM, "ns/vm")).isPresent();
    assertThat(vmiIsDeleting()).isFalse();

    release();
    later();
    assertThat(server.find(Kind.VM, "ns/vm")).isEmpty();
    assertThat(vmiIsDeleting()).isTrue();
  }

  @Test
  void whatAnOwnerOwnsStaysIfItIsDeletedAlone() {
    String uid = String.valueOf(Tree.text(vm(), "metadata", "uid"));
    vmiOf(uid);

    server.deleteOrphaning(Kind.VM, "ns/vm");
    release();
    later();

    assertThat(server.find(Kind.VM, "ns/vm")).isEmpty();
    assertThat(vmiIsDeleting()).isFalse();
    assertThat(
            Tree.list(server.find(Kind.VMI, "ns/vm").orElseThrow(), "metadata", "ownerReferences"))
        .isEmpty();
  }

  @Test
  void whatComesAfterItsOwnerIsGoneGoesToo() {
    vmiOf("never-was");

    later();

    assertThat(vmiIsDeleting()).isTrue();
  }
}
