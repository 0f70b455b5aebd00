package io.vireo.simulator.parts;

import io.vireo.cluster.ClusterExecutor;
import io.vireo.simulator.engine.SimProcess;
import io.vireo.simulator.kafka.SimConsumer;
import io.vireo.simulator.kafka.SimProducer;
import io.vireo.simulator.kubernetes.SimApi;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The cluster-executor. */
public final class ClusterPart extends Part {

  private static final String GROUP = "vireo.cluster-executor";

  /** A cluster-executor. */
  public ClusterPart(World world, String name) {
    super(world, name);
  }

  @Override
  protected void begin(SimProcess process) {
    SimApi api = new SimApi(process, world.server(), world.network(), world.trouble());
    Turns[] turns = new Turns[1];
    ClusterExecutor executor =
        new ClusterExecutor(
            SimConsumer.of(process, world.broker(), world.network(), GROUP, true, waking(turns, 0)),
            SimProducer.of(process, world.broker(), world.network()),
            api::send,
            millis -> pause(process, millis),
            Runnable::run,
            process,
            world.registry(),
            Duration.ZERO);
    turns[0] =
        new Turns(
            process,
            () -> {
              executor.turn(Duration.ZERO);
              return CompletableFuture.completedFuture(null);
            },
            300);
    turns[0].wake();
  }

  private static CompletableFuture<?> pause(SimProcess process, long millis) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    process.within(millis, millis, () -> over.complete(null));
    return over;
  }
}
