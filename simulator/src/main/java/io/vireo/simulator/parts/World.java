package io.vireo.simulator.parts;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.vireo.simulator.engine.Engine;
import io.vireo.simulator.engine.Network;
import io.vireo.simulator.kafka.SimBroker;
import io.vireo.simulator.kubernetes.SimApi;
import io.vireo.simulator.kubernetes.SimApiServer;

/**
 * What the parts share: time, network, Kafka and Kubernetes.
 *
 * @param registry takes meters and keeps nothing
 */
public record World(
    Engine engine,
    Network network,
    SimBroker broker,
    SimApiServer server,
    SimApi.Trouble trouble,
    MeterRegistry registry) {

  /** Partitions of every topic that is keyed by VMI: enough that faults cross them. */
  public static final int PARTITIONS = 3;

  /** A world at the beginning of a life. */
  public static World of(long seed, long startMs) {
    Engine engine = new Engine(seed, startMs);
    return new World(
        engine,
        new Network(),
        new SimBroker(),
        new SimApiServer(engine),
        new SimApi.Trouble(),
        new CompositeMeterRegistry());
  }
}
