package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A stack that is stopped shuts its guests down; started again it shows them as ended. */
class DownUpE2E {

  @Test
  void shouldShowGuestsAsEndedAfterDownAndUp() throws Exception {
    try (Stack stack = Stack.start("downup", 1, false)) {
      try (Cluster cluster = new Cluster(stack.state().kubeconfig())) {
        cluster.apply(Manifests.tiny("night"));
        cluster.awaitPhase("night", "Running");
        String node = String.valueOf(Cluster.status(cluster.vmi("night"), "nodeName"));
        try (Console console = new Console(stack.file(), node, cluster.uid("night"))) {
          console.logIn();
        }
      }
      stack.down();
      assertThat(Cluster.qemus("night")).isEmpty();
      stack.up();
      try (Cluster cluster = new Cluster(stack.state().kubeconfig())) {
        cluster.awaitPhase("night", "Succeeded");
        assertThat(Cluster.qemus("night")).isEmpty();
        cluster.delete("night");
        cluster.awaitGone("night");
      }
    }
  }
}
