package io.vireo.scheduler.topology;

import io.micrometer.core.instrument.MeterRegistry;
import io.vireo.scheduler.core.Decider;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.ClusterCommands;
import io.vireo.schemas.ControlKeys;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.ClusterCommand;
import io.vireo.schemas.avro.CommandResult;
import io.vireo.schemas.avro.NodeState;
import io.vireo.schemas.avro.NodeTransition;
import io.vireo.schemas.avro.Outcome;
import io.vireo.schemas.avro.PodListComplete;
import io.vireo.schemas.avro.PodsObserved;
import io.vireo.schemas.avro.VmDesired;
import io.vireo.schemas.avro.Vmi;
import io.vireo.schemas.avro.VmiDesired;
import io.vireo.schemas.avro.VmiListComplete;
import io.vireo.schemas.avro.VmiOwner;
import io.vireo.schemas.avro.VmiOwnerListComplete;
import io.vireo.spec.SpecSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.InMemoryKeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/**
 * One task of the topology, for a partition of choice, that may begin with the stores of another.
 */
final class TaskDriver implements AutoCloseable {

  static final String UID = "6d1c0bb0-0000-4000-8000-000000000001";
  static final String VM_UID = "0b1c0bb0-0000-4000-8000-00000000000a";
  static final long START_MS = 1_700_000_000_000L;
  static final String SPEC = "{\"domain\":{\"memory\":{\"guest\":\"64Mi\"}}}";

  private final TopologyTestDriver driver;
  private final int partition;
  private final Map<Topic<?>, TestInputTopic<String, byte[]>> inputs = new HashMap<>();
  private Origin inHand = new Origin("", 0, 0);
  private long clockMs;
  long offset = 40;

  private record Origin(String topic, int partition, long offset) implements RecordMetadata {}

  /** A store that has its content from the moment that its task begins. */
  private static final class KeptStore extends InMemoryKeyValueStore {
    private final Map<Bytes, byte[]> content;

    KeptStore(String name, Map<Bytes, byte[]> content) {
      super(name);
      this.content = content;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
      super.init(context, root);
      content.forEach(this::put);
    }
  }

  private record Kept(String name, Map<Bytes, byte[]> content)
      implements KeyValueBytesStoreSupplier {
    @Override
    public KeyValueStore<Bytes, byte[]> get() {
      return new KeptStore(name, content);
    }

    @Override
    public String metricsScope() {
      return "in-memory";
    }
  }

  TaskDriver(
      MeterRegistry meters,
      int partition,
      int partitions,
      Map<String, Map<String, byte[]>> stores,
      long nowMs) {
    this.partition = partition;
    this.clockMs = nowMs;
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    TaskOrigin origin =
        new TaskOrigin() {
          @Override
          public int partition() {
            return partition;
          }

          @Override
          public RecordMetadata record() {
            return inHand;
          }

          @Override
          public long nowMs() {
            return clockMs;
          }
        };
    driver =
        new TopologyTestDriver(
            SchedulerTopology.build(
                new Decider(
                    new SpecSettings("masquerade", true, "example.org/launcher:1"), new CoreJson()),
                partitions,
                new SchedulerMetrics(meters),
                name -> new Kept(name, bytes(stores.getOrDefault(name, Map.of()))),
                context -> origin,
                TaskDriver::readAs),
            settings,
            Instant.ofEpochMilli(nowMs));
    for (Topic<?> topic : SchedulerTopology.inputs()) {
      inputs.put(
          topic,
          driver.createInputTopic(
              readAs(topic), new StringSerializer(), new ByteArraySerializer()));
    }
  }

  /** What a task writes comes back to it only if a test sends it. */
  private static String readAs(Topic<?> topic) {
    return topic == Topics.VMI_STATE ? topic.name() + ".read" : topic.name();
  }

  private static Map<Bytes, byte[]> bytes(Map<String, byte[]> content) {
    Map<Bytes, byte[]> all = new TreeMap<>();
    content.forEach((key, value) -> all.put(Bytes.wrap(key.getBytes()), value));
    return all;
  }

  /** What the stores hold. */
  Map<String, Map<String, byte[]>> stores() {
    Map<String, Map<String, byte[]>> all = new HashMap<>();
    for (String name : List.of(VmiProcessor.VMIS, VmiProcessor.NODES, Owners.STORE)) {
      Map<String, byte[]> content = new TreeMap<>();
      KeyValueStore<String, byte[]> store = driver.getKeyValueStore(name);
      try (var entries = store.all()) {
        entries.forEachRemaining(entry -> content.put(entry.key, entry.value));
      }
      all.put(name, content);
    }
    return all;
  }

  void send(Topic<?> topic, String key, SpecificRecord value) {
    send(topic, key, AvroCodec.encode(value));
  }

  void send(Topic<?> topic, String key, byte[] value) {
    inHand = new Origin(topic.name(), partition, ++offset);
    inputs.get(topic).pipeInput(key, value);
  }

  /** The clock is set, and no time passes. */
  void setClock(Duration by) {
    clockMs += by.toMillis();
  }

  void advance(Duration time) {
    clockMs += time.toMillis();
    driver.advanceWallClockTime(time);
  }

  List<byte[]> readBytes(Topic<?> topic) {
    return readRecords(topic).stream().map(TestRecord::value).toList();
  }

  List<TestRecord<String, byte[]>> readRecords(Topic<?> topic) {
    return driver
        .createOutputTopic(topic.name(), new StringDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  <V extends SpecificRecord> List<V> read(Topic<V> topic) {
    List<V> values = new ArrayList<>();
    for (byte[] bytes : readBytes(topic)) {
      try {
        values.add(topic.decode(bytes));
      } catch (UndecodableRecordException e) {
        throw new AssertionError(e);
      }
    }
    return values;
  }

  @Override
  public void close() {
    driver.close();
  }

  // -- records

  void lists(long incarnation) {
    send(
        Topics.VMI_DESIRED,
        ControlKeys.of("Vmi", partition),
        new VmiDesired(incarnation, START_MS, new VmiListComplete("Vmi")));
    send(
        Topics.POD_OBSERVED,
        ControlKeys.of("Pod", partition),
        new PodsObserved(incarnation, START_MS, new PodListComplete("Pod")));
  }

  static VmiDesired vmi(long incarnation, long version) {
    return new VmiDesired(
        incarnation,
        START_MS,
        new Vmi(
            UID, "default", "tiny", 1L, version, START_MS, null, Map.of(), Map.of(), List.of(),
            "[]", SPEC, null, "none", null, null, List.of(), null));
  }

  static VmDesired owner(long incarnation, VmiOwner owner) {
    return new VmDesired(incarnation, START_MS, owner);
  }

  static VmiOwner.Builder vm(long version, String strategy) {
    return VmiOwner.newBuilder()
        .setKind("VirtualMachine")
        .setUid(VM_UID)
        .setNamespace("default")
        .setName("tiny")
        .setGeneration(1)
        .setResourceVersion(version)
        .setCreationTimestamp(START_MS)
        .setLabels(Map.of())
        .setAnnotations(Map.of())
        .setFinalizers(List.of("kubevirt.io/virtualMachineControllerFinalize"))
        .setSpecJson("{\"runStrategy\":\"" + strategy + "\",\"template\":{\"spec\":" + SPEC + "}}")
        .setStateChangeRequests(List.of())
        .setStatusHash("none");
  }

  void ownersListed(long incarnation) {
    for (String kind : List.of("VirtualMachine", "VirtualMachineInstanceReplicaSet")) {
      send(
          Topics.VM_DESIRED,
          ControlKeys.of(kind, partition),
          new VmDesired(incarnation, START_MS, new VmiOwnerListComplete(kind)));
    }
  }

  static Outcome ownerEnd(ClusterCommand command, CommandResult result, String objectUid) {
    return Outcome.newBuilder()
        .setCommandId(command.getCommandId())
        .setOwnerUid(command.getOwner().getUid())
        .setCommandType(ClusterCommands.body(command).getClass().getSimpleName())
        .setResult(result)
        .setExecutor("cluster-executor")
        .setResourceVersion(11L)
        .setObjectUid(objectUid)
        .setObservedAt(START_MS)
        .build();
  }

  static NodeTransition node(String node, NodeState state, long incarnation, String actor) {
    return new NodeTransition(
        node, "uid-of-" + node, incarnation, state, "Test", null, null, START_MS, actor, null);
  }

  static Outcome end(ClusterCommand command, CommandResult result) {
    return Outcome.newBuilder()
        .setCommandId(command.getCommandId())
        .setVmiUid(UID)
        .setCommandType(command.getBody().getClass().getSimpleName())
        .setResult(result)
        .setExecutor("cluster-executor")
        .setResourceVersion(11L)
        .setObservedAt(START_MS)
        .build();
  }
}
