package io.vireo.scheduler.topology;

import io.vireo.scheduler.core.Decider;
import io.vireo.scheduler.owner.OwnerDecider;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * One processor between the observed topics and the command topics. All inputs have the same
 * partition count, so that everything about one VMI, and about one owner of VMIs, meets in one
 * task. What owners are told of VMIs goes from task to task by a topic that the processor writes
 * and reads.
 */
public final class SchedulerTopology {

  private static final String PROCESSOR = "vmi";

  private SchedulerTopology() {}

  /** The topics that it reads. */
  public static List<Topic<?>> inputs() {
    return List.of(
        Topics.VMI_DESIRED,
        Topics.POD_OBSERVED,
        Topics.DOMAIN_OBSERVED,
        Topics.OUTCOMES,
        Topics.NODE_TRANSITIONS,
        Topics.VM_DESIRED,
        Topics.VMI_STATE);
  }

  /** The topics that it writes. */
  public static List<Topic<?>> outputs() {
    return List.of(
        Topics.CLUSTER_COMMANDS,
        Topics.NODE_COMMANDS,
        Topics.VMI_EVENTS,
        Topics.VMI_ENDED,
        Topics.VMI_STATE,
        Topics.VM_EVENTS,
        Topics.DEAD_LETTERS);
  }

  /**
   * Builds it.
   *
   * @param partitions partition count of every topic that is keyed by VMI uid
   */
  public static Topology build(Decider decider, int partitions, SchedulerMetrics metrics) {
    // In memory: a partition's VMIs fit, and 150,000 records a second are restored.
    return build(
        decider, partitions, metrics, Stores::inMemoryKeyValueStore, TaskOrigin::of, Topic::name);
  }

  /**
   * Builds it over other stores and another sense of where records come from. A test driver knows
   * one partition, counts offsets of its own, restores no store, and gives a task at once what it
   * writes to a topic that it reads; with these three its topology can stand for any task that was
   * there before.
   *
   * @param stores makes the store of this name
   * @param origins the origin of a task's records, asked for once when the task begins
   * @param inputNames the names by which the input topics are read
   */
  public static Topology build(
      Decider decider,
      int partitions,
      SchedulerMetrics metrics,
      Function<String, KeyValueBytesStoreSupplier> stores,
      Function<ProcessorContext<?, ?>, TaskOrigin> origins,
      Function<Topic<?>, String> inputNames) {
    Topology topology = new Topology();
    String[] sources = new String[inputs().size()];
    for (int i = 0; i < sources.length; i++) {
      Topic<?> input = inputs().get(i);
      sources[i] = inputNames.apply(input);
      topology.addSource(
          sources[i], new StringDeserializer(), new ByteArrayDeserializer(), sources[i]);
    }
    OwnerDecider owners = new OwnerDecider(new CoreJson(), decider.commandRetention());
    // A commit is one of all tasks, so whether it is quiet is a matter of all of them.
    EarlyCommit earlyCommit = new EarlyCommit();
    topology.addProcessor(
        PROCESSOR,
        () -> new VmiProcessor(decider, owners, partitions, metrics, origins, earlyCommit),
        sources);
    topology.addStateStore(store(stores.apply(VmiProcessor.VMIS)), PROCESSOR);
    topology.addStateStore(store(stores.apply(VmiProcessor.NODES)), PROCESSOR);
    topology.addStateStore(store(stores.apply(Owners.STORE)), PROCESSOR);
    sink(topology, Outputs.CLUSTER_COMMANDS, Topics.CLUSTER_COMMANDS);
    sink(topology, Outputs.NODE_COMMANDS, Topics.NODE_COMMANDS);
    sink(topology, Outputs.EVENTS, Topics.VMI_EVENTS);
    sink(topology, Outputs.ENDED, Topics.VMI_ENDED);
    sink(topology, Outputs.OWNED, Topics.VMI_STATE);
    sink(topology, Outputs.OWNER_EVENTS, Topics.VM_EVENTS);
    sink(topology, Outputs.DEAD_LETTERS, Topics.DEAD_LETTERS);
    return topology;
  }

  private static void sink(Topology topology, String name, Topic<?> topic) {
    topology.addSink(
        name, topic.name(), new StringSerializer(), new ByteArraySerializer(), PROCESSOR);
  }

  private static StoreBuilder<KeyValueStore<String, byte[]>> store(
      KeyValueBytesStoreSupplier supplier) {
    return Stores.keyValueStoreBuilder(supplier, Serdes.String(), Serdes.ByteArray())
        .withCachingDisabled();
  }
}
