package io.vireo.cli.bench;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.vireo.cli.Cluster;
import io.vireo.cli.Failure;
import io.vireo.cli.measure.LoginWait;
import io.vireo.cli.measure.PodMemory;
import io.vireo.cli.measure.VmiWatch;
import io.vireo.dev.stack.StackFile;
import io.vireo.dev.stack.StateDir;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Several virtual machines at the same time, and what each of them uses. */
final class Together {

  private static final Duration UP_MAX = Duration.ofMinutes(10);
  private static final Duration GONE_MAX = Duration.ofMinutes(3);
  private static final Duration SETTLE = Duration.ofSeconds(5);

  private final BenchObjects objects;
  private final StackFile stack;
  private final StateDir state;

  Together(BenchObjects objects, StackFile stack, StateDir state) {
    this.objects = objects;
    this.stack = stack;
    this.state = state;
  }

  private record Guest(GenericKubernetesResource vmi, String uid, VmiWatch watch) {}

  /** Starts so many, waits until each asks for a login, and measures them. */
  List<Usage> run(int count, Consumer<String> detail) throws Exception {
    List<Guest> guests = new ArrayList<>();
    try {
      Instant until = Instant.now().plus(UP_MAX);
      for (int i = 1; i <= count; i++) {
        GenericKubernetesResource vmi = objects.vmi("together-" + i);
        VmiWatch watch =
            VmiWatch.start(objects.client(), BenchObjects.NAMESPACE, vmi.getMetadata().getName());
        try {
          guests.add(new Guest(vmi, Cluster.uid(objects.apply(vmi)), watch));
        } catch (RuntimeException e) {
          watch.close();
          throw e;
        }
      }
      for (Guest guest : guests) {
        VmiStart.awaitRunning(guest.watch(), until);
      }
      detail.accept("all are Running");
      for (Guest guest : guests) {
        LoginWait.await(node(guest.watch()), guest.uid(), until);
      }
      detail.accept("all ask for a login");
      Thread.sleep(SETTLE);
      List<Usage> usages = new ArrayList<>();
      for (Guest guest : guests) {
        usages.add(usage(guest));
      }
      end(guests);
      return usages;
    } finally {
      guests.forEach(guest -> guest.watch().close());
    }
  }

  private StackFile.Node node(VmiWatch watch) throws Failure {
    String name = watch.node().orElse("");
    return stack.nodes().stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new Failure("expected a node of this stack, but got " + name));
  }

  private Usage usage(Guest guest) throws Exception {
    String name = guest.watch().podNames().stream().findFirst().orElse("");
    Pod pod = objects.client().pods().inNamespace(BenchObjects.NAMESPACE).withName(name).get();
    if (pod == null) {
      throw new Failure(
          "the pod of the running VMI " + guest.vmi().getMetadata().getName() + " is gone");
    }
    return Usage.of(
        guest.uid(),
        pod.getMetadata().getUid(),
        PodMemory.guestKib(guest.vmi()),
        state.node(node(guest.watch()).name()));
  }

  private void end(List<Guest> guests) throws Failure, InterruptedException {
    guests.forEach(guest -> objects.delete(guest.vmi()));
    Instant until = Instant.now().plus(GONE_MAX);
    for (Guest guest : guests) {
      guest
          .watch()
          .await(
              "the end of the VMI and its pod",
              until,
              () -> guest.watch().isGone() ? Optional.of(true) : Optional.empty());
    }
  }
}
