package io.vireo.simulator.parts;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.vireo.ingest.Ingest;
import io.vireo.ingest.core.SecretHash;
import io.vireo.ingest.kafka.Outbox;
import io.vireo.ingest.kafka.Past;
import io.vireo.simulator.engine.Network;
import io.vireo.simulator.engine.SimProcess;
import io.vireo.simulator.kafka.SimConsumer;
import io.vireo.simulator.kafka.SimProducer;
import io.vireo.simulator.kubernetes.SimApiServer.Kind;
import io.vireo.simulator.kubernetes.SimInformer;
import io.vireo.simulator.kubernetes.Tree;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;

/** Ingest: five informers, the inbox and the event loop. */
public final class IngestPart extends Part {

  private static final String GROUP = "vireo.ingest";
  private static final int DELIVERIES_A_TURN = 20;
  private static final Ingest.Silence SILENCE =
      new Ingest.Silence(Duration.ofSeconds(10), Duration.ofSeconds(40));

  private final SecretHash hash =
      new SecretHash("a key of the simulator".getBytes(StandardCharsets.UTF_8));
  private List<SimInformer<?>> informers = List.of();

  /** An ingest. */
  public IngestPart(World world, String name) {
    super(world, name);
  }

  @Override
  protected void begin(SimProcess process) {
    if (!world.network().connects(name(), Network.KAFKA)
        || !world.broker().exists("vireo.ingest.incarnation.v1")) {
      process.within(200, 400, () -> guarded(process, () -> begin(process)));
      return;
    }
    var producer = SimProducer.of(process, world.broker(), world.network());
    String instance = name() + "-" + world.engine().steps();
    var unused =
        Outbox.open(producer, instance, world.registry(), process.millis())
            .whenComplete(
                (outbox, problem) -> {
                  if (problem != null) {
                    failed(process, problem);
                  } else {
                    guarded(process, () -> run(process, outbox));
                  }
                });
  }

  private void run(SimProcess process, Outbox opened) {
    Past past =
        Past.read(
            SimConsumer.of(process, world.broker(), world.network(), GROUP, true, () -> {}),
            Duration.ofSeconds(1));
    Outbox outbox = opened.since(past);
    Turns[] turns = new Turns[2];
    Consumer<String, byte[]> consumer =
        SimConsumer.of(process, world.broker(), world.network(), GROUP, false, waking(turns, 0));
    Ingest parts = new Ingest(outbox, past, consumer, hash, SILENCE, process, world.registry());
    turns[1] =
        new Turns(
            process,
            () -> {
              for (int i = 0; i < DELIVERIES_A_TURN && parts.loop().turn(); i++) {
                // The next delivery.
              }
              return CompletableFuture.completedFuture(null);
            },
            250);
    turns[0] =
        new Turns(
            process,
            () -> {
              parts.inbox().turn(Duration.ZERO);
              turns[1].wake();
              return CompletableFuture.completedFuture(null);
            },
            500);
    var unused = outbox.failure().thenAccept(problem -> failed(process, problem));
    Runnable told = turns[1]::wake;
    List<SimInformer<?>> started = new ArrayList<>();
    started.add(
        informer(
            process,
            Kind.VMI,
            GenericKubernetesResource.class,
            tree -> true,
            parts.handlers().vmis(),
            told));
    started.add(
        informer(
            process,
            Kind.VM,
            GenericKubernetesResource.class,
            tree -> true,
            parts.handlers().vms(),
            told));
    started.add(
        informer(
            process,
            Kind.REPLICA_SET,
            GenericKubernetesResource.class,
            tree -> true,
            parts.handlers().replicaSets(),
            told));
    started.add(
        informer(
            process,
            Kind.POD,
            Pod.class,
            tree -> "virt-launcher".equals(Tree.text(tree, "metadata", "labels", "kubevirt.io")),
            parts.handlers().pods(),
            told));
    started.add(
        informer(process, Kind.NODE, Node.class, tree -> true, parts.handlers().nodes(), told));
    informers = List.copyOf(started);
    // No VMI of the world has a claim: there is nothing to watch.
    parts.handlers().claims().onBeforeList(null);
    parts.handlers().claims().onList("0", true);
  }

  private <T extends HasMetadata> SimInformer<T> informer(
      SimProcess process,
      Kind kind,
      Class<T> type,
      Predicate<Map<String, Object>> selector,
      ResourceEventHandler<T> handler,
      Runnable told) {
    SimInformer<T> informer =
        new SimInformer<>(
            process, world.server(), world.network(), kind, type, selector, handler, told);
    informer.start();
    return informer;
  }

  /** Its watches. */
  public List<SimInformer<?>> informers() {
    return informers;
  }
}
