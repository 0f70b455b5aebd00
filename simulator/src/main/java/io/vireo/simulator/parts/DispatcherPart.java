package io.vireo.simulator.parts;

import io.vireo.scheduler.dispatch.CommandCopies;
import io.vireo.scheduler.dispatch.NodeTopics;
import io.vireo.schemas.Topic;
import io.vireo.simulator.engine.Network;
import io.vireo.simulator.engine.SimProcess;
import io.vireo.simulator.kafka.SimConsumer;
import io.vireo.simulator.kafka.SimProducer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.TimeoutException;

/** The dispatcher, in a process of its own so that it can be struck alone. */
public final class DispatcherPart extends Part {

  private static final String GROUP = "vireo.dispatcher";
  private static final long DELIVERY_MAX_MS = 30_000;

  /** A dispatcher. */
  public DispatcherPart(World world, String name) {
    super(world, name);
  }

  @Override
  protected void begin(SimProcess process) {
    Producer<String, byte[]> producer =
        SimProducer.of(process, world.broker(), world.network(), DELIVERY_MAX_MS);
    NodeTopics.Directory directory = new NodeTopics.Directory();
    Turns[] turns = new Turns[2];
    NodeTopics nodes =
        new NodeTopics(
            SimConsumer.of(process, world.broker(), world.network(), null, true, waking(turns, 0)),
            producer,
            topics -> make(process, topics),
            process,
            directory);
    CommandCopies copies =
        new CommandCopies(
            SimConsumer.of(process, world.broker(), world.network(), GROUP, true, waking(turns, 1)),
            producer,
            process,
            directory,
            world.registry());
    turns[0] = new Turns(process, () -> nodes.turn(Duration.ZERO), 500);
    turns[1] = new Turns(process, () -> copies.turn(Duration.ZERO), 300);
    turns[0].wake();
    turns[1].wake();
  }

  private CompletableFuture<Void> make(SimProcess process, List<Topic<?>> topics) {
    CompletableFuture<Void> made = new CompletableFuture<>();
    process.within(
        5,
        40,
        () -> {
          if (world.network().connects(name(), Network.KAFKA)) {
            world.broker().provision(topics, World.PARTITIONS);
            made.complete(null);
          } else {
            made.completeExceptionally(new TimeoutException("The broker does not answer"));
          }
        });
    return made;
  }
}
