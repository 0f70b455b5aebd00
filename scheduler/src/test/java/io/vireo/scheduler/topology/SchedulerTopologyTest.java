package io.vireo.scheduler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vireo.scheduler.core.Decider;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.ControlKeys;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.ClusterCommand;
import io.vireo.schemas.avro.CommandResult;
import io.vireo.schemas.avro.CreateLauncherPod;
import io.vireo.schemas.avro.DeadLetter;
import io.vireo.schemas.avro.LabelNode;
import io.vireo.schemas.avro.LauncherPod;
import io.vireo.schemas.avro.LauncherPods;
import io.vireo.schemas.avro.NodeCommand;
import io.vireo.schemas.avro.NodeState;
import io.vireo.schemas.avro.NodeTransition;
import io.vireo.schemas.avro.Outcome;
import io.vireo.schemas.avro.PodListComplete;
import io.vireo.schemas.avro.PodsObserved;
import io.vireo.schemas.avro.StartDomain;
import io.vireo.schemas.avro.Vmi;
import io.vireo.schemas.avro.VmiDeleted;
import io.vireo.schemas.avro.VmiDesired;
import io.vireo.schemas.avro.VmiEnded;
import io.vireo.schemas.avro.VmiEvent;
import io.vireo.schemas.avro.VmiListComplete;
import io.vireo.schemas.avro.WriteStatus;
import io.vireo.spec.SpecSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SchedulerTopologyTest {

  private static final String UID = "6d1c0bb0-0000-4000-8000-000000000001";
  private static final long START_MS = 1_700_000_000_000L;
  private static final String SPEC = "{\"domain\":{\"memory\":{\"guest\":\"64Mi\"}}}";

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Map<Topic<?>, TestInputTopic<String, byte[]>> inputs = new HashMap<>();
  private TopologyTestDriver driver;

  @BeforeEach
  void start() {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
    Decider decider =
        new Decider(new SpecSettings("masquerade", true, "example.org/launcher:1"), new CoreJson());
    driver =
        new TopologyTestDriver(
            SchedulerTopology.build(decider, 1, new SchedulerMetrics(meters)),
            settings,
            Instant.ofEpochMilli(START_MS));
    for (Topic<?> topic : SchedulerTopology.inputs()) {
      inputs.put(
          topic,
          driver.createInputTopic(topic.name(), new StringSerializer(), new ByteArraySerializer()));
    }
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  private void send(Topic<?> topic, String key, SpecificRecord value) {
    inputs.get(topic).pipeInput(key, AvroCodec.encode(value));
  }

  private void lists() {
    send(
        Topics.VMI_DESIRED,
        ControlKeys.of("Vmi", 0),
        new VmiDesired(1L, START_MS, new VmiListComplete("Vmi")));
    send(
        Topics.POD_OBSERVED,
        ControlKeys.of("Pod", 0),
        new PodsObserved(1L, START_MS, new PodListComplete("Pod")));
  }

  private static VmiDesired vmi(long version, List<String> finalizers, Long epoch) {
    return vmi(version, finalizers, epoch, null);
  }

  private static VmiDesired vmi(
      long version, List<String> finalizers, Long epoch, String nodeName) {
    return new VmiDesired(
        1L,
        START_MS,
        new Vmi(
            UID,
            "default",
            "tiny",
            1L,
            version,
            START_MS,
            null,
            Map.of(),
            Map.of(),
            finalizers,
            "[]",
            SPEC,
            null,
            "none",
            epoch,
            nodeName,
            List.of(),
            null));
  }

  private <V extends SpecificRecord> List<V> read(Topic<V> topic) {
    List<V> values = new ArrayList<>();
    for (TestRecord<String, byte[]> record :
        driver
            .createOutputTopic(topic.name(), new StringDeserializer(), new ByteArrayDeserializer())
            .readRecordsToList()) {
      try {
        values.add(topic.decode(record.value()));
      } catch (UndecodableRecordException e) {
        throw new AssertionError(e);
      }
      assertThat(record.headers().lastHeader("ce_id")).isNotNull();
    }
    return values;
  }

  private static Outcome done(ClusterCommand command, Long version, String objectUid) {
    return Outcome.newBuilder()
        .setCommandId(command.getCommandId())
        .setVmiUid(UID)
        .setCommandType(command.getBody().getClass().getSimpleName())
        .setResult(CommandResult.Done)
        .setExecutor("cluster-executor")
        .setResourceVersion(version)
        .setObjectUid(objectUid)
        .setObservedAt(START_MS)
        .build();
  }

  private ClusterCommand firstWrite() {
    lists();
    send(Topics.VMI_DESIRED, UID, vmi(10, List.of(), null));
    return read(Topics.CLUSTER_COMMANDS).getFirst();
  }

  @Test
  void shouldAnswerAnObjectWithACommand() {
    ClusterCommand write = firstWrite();

    assertThat(write.getVmiUid()).isEqualTo(UID);
    assertThat(write.getNamespace()).isEqualTo("default");
    assertThat(write.getCause()).contains(Topics.VMI_DESIRED.name());
    assertThat(write.getBody())
        .isInstanceOfSatisfying(
            WriteStatus.class,
            status ->
                assertThat(status.getAddFinalizers())
                    .containsExactly("kubevirt.io/foregroundDeleteVirtualMachine"));
    List<VmiEvent> events = read(Topics.VMI_EVENTS);
    assertThat(events).isNotEmpty();
    assertThat(events)
        .allSatisfy(
            event -> {
              assertThat(event.getCause().getTopic()).isEqualTo(Topics.VMI_DESIRED.name());
              assertThat(event.getVmiUid()).isEqualTo(UID);
            });
    assertThat(events).extracting(VmiEvent::getId).doesNotHaveDuplicates();
  }

  @Test
  void shouldDoNothingBeforeTheLists() {
    send(Topics.VMI_DESIRED, UID, vmi(10, List.of(), null));
    assertThat(read(Topics.CLUSTER_COMMANDS)).isEmpty();

    lists();
    assertThat(read(Topics.CLUSTER_COMMANDS)).hasSize(1);
  }

  /** The end of a list makes all VMIs due, and their events have the same numbers. */
  @Test
  void shouldGiveEachEventAnIdOfItsOwn() {
    send(Topics.VMI_DESIRED, UID, vmi(10, List.of(), null));
    Vmi other =
        Vmi.newBuilder((Vmi) vmi(10, List.of(), null).getBody())
            .setUid("6d1c0bb0-0000-4000-8000-000000000002")
            .setName("other")
            .build();
    send(Topics.VMI_DESIRED, other.getUid(), new VmiDesired(1L, START_MS, other));
    lists();

    List<VmiEvent> events = read(Topics.VMI_EVENTS);
    assertThat(events).extracting(VmiEvent::getVmiUid).contains(UID, other.getUid());
    assertThat(events).extracting(VmiEvent::getId).doesNotHaveDuplicates();
  }

  @Test
  void shouldWaitForTheListsOfEachStartOfIngest() {
    lists();
    send(
        Topics.POD_OBSERVED,
        ControlKeys.of("Pod", 0),
        new PodsObserved(2L, START_MS, new PodListComplete("Pod")));
    send(Topics.VMI_DESIRED, UID, vmi(10, List.of(), null));
    assertThat(read(Topics.CLUSTER_COMMANDS)).isEmpty();

    send(
        Topics.VMI_DESIRED,
        ControlKeys.of("Vmi", 0),
        new VmiDesired(2L, START_MS, new VmiListComplete("Vmi")));
    assertThat(read(Topics.CLUSTER_COMMANDS)).hasSize(1);
  }

  @Test
  void shouldSendACommandToTheNodeThatThePodIsBoundTo() {
    ClusterCommand write = firstWrite();
    send(
        Topics.NODE_TRANSITIONS,
        "node-a",
        new NodeTransition(
            "node-a",
            "uid-a",
            1L,
            NodeState.Eligible,
            "Heartbeat",
            null,
            START_MS,
            START_MS,
            null,
            null));
    assertThat(read(Topics.CLUSTER_COMMANDS))
        .singleElement()
        .satisfies(c -> assertThat(c.getBody()).isInstanceOf(LabelNode.class));
    send(Topics.OUTCOMES, UID, done(write, 11L, null));
    ClusterCommand create = read(Topics.CLUSTER_COMMANDS).getFirst();
    CreateLauncherPod body = (CreateLauncherPod) create.getBody();
    send(Topics.OUTCOMES, UID, done(create, 12L, "uid-of-pod"));

    send(
        Topics.POD_OBSERVED,
        UID,
        new PodsObserved(
            1L,
            START_MS,
            new LauncherPods(
                UID,
                List.of(
                    LauncherPod.newBuilder()
                        .setName(body.getPodName())
                        .setNamespace("default")
                        .setUid("uid-of-pod")
                        .setEpoch(1)
                        .setResourceVersion(12)
                        .setNodeName("node-a")
                        .setPhase("Pending")
                        .setPodIps(List.of())
                        .setScheduled(true)
                        .setContainersReady(false)
                        .setReady(false)
                        .setContainers(List.of())
                        .build()),
                List.of())));

    assertThat(read(Topics.NODE_COMMANDS)).as("the object names no node yet").isEmpty();
    send(Topics.VMI_DESIRED, UID, vmi(13, List.of(), 1L, "node-a"));

    NodeCommand start = read(Topics.NODE_COMMANDS).getFirst();
    assertThat(start.getNode()).isEqualTo("node-a");
    assertThat(start.getNodeUid()).isEqualTo("uid-a");
    assertThat(start.getEpoch()).isEqualTo(1);
    assertThat(start.getBody())
        .isInstanceOfSatisfying(
            StartDomain.class,
            domain -> assertThat(domain.getPodName()).isEqualTo(body.getPodName()));
  }

  @Test
  void shouldGoOnAfterBytesThatDoNotDecode() {
    lists();
    byte[][] bad = {
      new byte[0],
      {1, 2, 3},
      {0, 0, 0, 0, 1, 42},
      AvroCodec.encode(new VmiEnded(UID, "", "", "", 0L, "")),
    };
    for (byte[] bytes : bad) {
      inputs.get(Topics.VMI_DESIRED).pipeInput(UID, bytes);
      inputs.get(Topics.OUTCOMES).pipeInput(UID, bytes);
    }
    send(Topics.VMI_DESIRED, UID, vmi(10, List.of(), null));

    List<DeadLetter> letters = read(Topics.DEAD_LETTERS);
    assertThat(letters).hasSize(2 * bad.length);
    assertThat(letters.get(2).getTopic()).isEqualTo(Topics.VMI_DESIRED.name());
    assertThat(read(Topics.CLUSTER_COMMANDS)).hasSize(1);
  }

  @Test
  void shouldGoOnAfterASpecThatIsNoJson() {
    lists();
    VmiDesired whole = vmi(10, List.of(), null);
    VmiDesired broken =
        VmiDesired.newBuilder(whole)
            .setBody(Vmi.newBuilder((Vmi) whole.getBody()).setSpecJson("{").build())
            .build();
    send(Topics.VMI_DESIRED, UID, broken);

    assertThat(read(Topics.DEAD_LETTERS))
        .singleElement()
        .satisfies(letter -> assertThat(letter.getReason()).isEqualTo("DecisionFailed"));
    send(Topics.VMI_DESIRED, UID, vmi(11, List.of(), null));
    assertThat(read(Topics.CLUSTER_COMMANDS)).hasSize(1);
  }

  @Test
  void shouldForgetAVmiThatIsGone() {
    ClusterCommand write = firstWrite();
    send(
        Topics.VMI_DESIRED,
        UID,
        new VmiDesired(1L, START_MS, new VmiDeleted(UID, "default", "tiny")));
    assertThat(read(Topics.VMI_ENDED)).isEmpty();

    send(Topics.OUTCOMES, UID, done(write, 11L, null));
    assertThat(read(Topics.VMI_ENDED))
        .singleElement()
        .satisfies(e -> assertThat(e.getVmiUid()).isEqualTo(UID));
    assertThat(stored(UID).state()).as("nothing but that it has ended").isNull();

    send(Topics.OUTCOMES, UID, done(write, 11L, null));
    assertThat(read(Topics.CLUSTER_COMMANDS)).isEmpty();
    assertThat(stored(UID).state()).isNull();
  }

  @Test
  void shouldNotBeginTheHistoryOfAVmiAnewForARecordThatComesLate() {
    ClusterCommand write = firstWrite();
    send(
        Topics.VMI_DESIRED,
        UID,
        new VmiDesired(1L, START_MS, new VmiDeleted(UID, "default", "tiny")));
    send(Topics.OUTCOMES, UID, done(write, 11L, null));
    read(Topics.VMI_EVENTS);

    send(Topics.VMI_DESIRED, UID, vmi(12, List.of(), null));
    assertThat(read(Topics.VMI_EVENTS)).isEmpty();
    assertThat(read(Topics.CLUSTER_COMMANDS)).isEmpty();

    driver.advanceWallClockTime(java.time.Duration.ofDays(1).plusMinutes(1));
    assertThat(driver.getKeyValueStore("vmis").get(UID)).as("forgotten after a day").isNull();
  }

  private StateCodec.Stored stored(String uid) {
    return StateCodec.decode(driver.<String, byte[]>getKeyValueStore("vmis").get(uid));
  }

  @Test
  void shouldKeepItsStateInTheStore() {
    firstWrite();

    byte[] stored = (byte[]) driver.getKeyValueStore("vmis").get(UID);
    StateCodec.Stored state = StateCodec.decode(stored);
    assertThat(StateCodec.encode(state)).isEqualTo(stored);
    assertThat(state.state().shown().phase()).isEqualTo("Scheduling");
  }

  @Test
  void shouldIgnoreTombstones() {
    lists();
    inputs.get(Topics.VMI_DESIRED).pipeInput(UID, (byte[]) null);

    assertThat(read(Topics.DEAD_LETTERS)).isEmpty();
  }
}
