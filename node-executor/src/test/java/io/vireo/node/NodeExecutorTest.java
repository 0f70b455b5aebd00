package io.vireo.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vireo.node.NodeFakes.TestDisk;
import io.vireo.node.NodeFakes.TestLauncher;
import io.vireo.node.NodeFakes.TestLibvirt;
import io.vireo.node.NodeFakes.TestLoop;
import io.vireo.node.core.LaneState.DomainView;
import io.vireo.node.launcher.Message;
import io.vireo.node.launcher.PodName;
import io.vireo.node.network.GuestNetworks;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.CommandReport;
import io.vireo.schemas.avro.DestroyDomain;
import io.vireo.schemas.avro.DomainReport;
import io.vireo.schemas.avro.DomainSnapshot;
import io.vireo.schemas.avro.NodeCommand;
import io.vireo.schemas.avro.NodeReport;
import io.vireo.schemas.avro.StartDomain;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The executor as it is wired, on one thread. */
class NodeExecutorTest {

  private static final String UID = "6d1c0bb0-0000-4000-8000-000000000001";
  private static final TopicPartition PARTITION =
      new TopicPartition(Topics.nodeCommands("a").name(), 0);

  private final TestDisk disk = new TestDisk();
  private final TestLoop loop = new TestLoop();
  private final Set<PodName> pods = new HashSet<>();
  private final Map<Long, DomainView> domains = new HashMap<>();
  private final List<NodeReport> reports = new ArrayList<>();
  private final List<ProducerRecord<String, byte[]>> topic = new ArrayList<>();
  private MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
  private MockProducer<String, byte[]> producer = producer();
  private NodeExecutor executor;
  private long session = 100;
  private long offset;
  private final List<ConsumerRecord<String, byte[]>> commands = new ArrayList<>();

  private static MockProducer<String, byte[]> producer() {
    return new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
  }

  @BeforeEach
  void completeRoster() throws IOException {
    disk.begun = true;
    disk.complete = true;
    boot();
  }

  private void boot() throws IOException {
    loop.ready.clear();
    loop.later.clear();
    consumer = new MockConsumer<>("earliest");
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    producer = producer();
    topic.clear();
    executor =
        new NodeExecutor(
            "a",
            session++,
            null,
            new NodeExecutor.Ports(
                disk,
                disk,
                name -> CompletableFuture.completedFuture("id"),
                consumer,
                producer,
                loop,
                loop,
                name ->
                    new Workers.Worker() {
                      @Override
                      public void execute(Runnable work) {
                        work.run();
                      }

                      @Override
                      public void close() {}
                    },
                (launcher, uuid, changed) -> new TestLibvirt(domains, launcher.id()),
                GuestNetworks.none(),
                () -> CompletableFuture.completedFuture(Set.copyOf(pods))),
            new SimpleMeterRegistry());
    executor.start();
    loop.run();
  }

  /** Commands are read and taken; Kafka holds what is reported. */
  private void turns() throws Exception {
    CompletableFuture<?> last = executor.commandTurn(Duration.ZERO);
    for (int i = 0; i < 6; i++) {
      loop.run();
      kafkaTakes(record -> true);
      if (last.isDone()) {
        feed();
        last = executor.commandTurn(Duration.ZERO);
      }
    }
  }

  /** One turn that finds what was added; nothing is sent to Kafka. */
  private CompletableFuture<?> read() throws IOException {
    executor.commandTurn(Duration.ZERO);
    executor.commandTurn(Duration.ZERO);
    feed();
    CompletableFuture<?> taken = executor.commandTurn(Duration.ZERO);
    loop.run();
    return taken;
  }

  private void feed() {
    if (!consumer.assignment().isEmpty()) {
      for (ConsumerRecord<String, byte[]> record : commands) {
        if (record.offset() >= consumer.position(PARTITION)) {
          consumer.addRecord(record);
        }
      }
    }
  }

  private void kafkaTakes(Predicate<NodeReport> takes)
      throws InterruptedException, UndecodableRecordException {
    executor.reportTurn(Duration.ZERO);
    List<ProducerRecord<String, byte[]>> sent = List.copyOf(producer.history());
    for (ProducerRecord<String, byte[]> record : sent.subList(topic.size(), sent.size())) {
      topic.add(record);
      NodeReport report = Topics.nodeReports("a").decode(record.value());
      if (takes.test(report)) {
        reports.add(report);
        producer.completeNext();
      } else {
        producer.errorNext(new TimeoutException("away"));
      }
    }
    loop.run();
  }

  private NodeCommand command(String uid, String name, long epoch, long seq, Object body) {
    return NodeCommand.newBuilder()
        .setCommandId(uid + "/" + epoch + "/" + seq)
        .setIssuedAt(loop.nowMs)
        .setCause("test")
        .setVmiUid(uid)
        .setNamespace("default")
        .setName(name)
        .setNode("a")
        .setNodeUid("node-uid")
        .setEpoch(epoch)
        .setSeq(seq)
        .setGeneration(1)
        .setBody(body)
        .build();
  }

  private void add(@Nullable NodeCommand command) {
    addBytes(command == null ? null : AvroCodec.encode(command));
  }

  private void addBytes(byte @Nullable [] value) {
    commands.add(
        new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), offset++, UID, value));
  }

  private static StartDomain start() {
    return new StartDomain(
        "default",
        "pod-1",
        "pod-uid",
        io.vireo.schemas.avro.DomainSpec.newBuilder()
            .setName("default_tiny")
            .setUuid(UID)
            .setEmulated(true)
            .setMachine("q35")
            .setMemoryKiB(65536)
            .setSockets(1)
            .setCores(1)
            .setThreads(1)
            .setDisks(List.of())
            .setInterfaces(List.of())
            .setSerialSocket("/s")
            .setGracePeriodSeconds(10)
            .setRng(false)
            .setMemBalloon(true)
            .setTcgCacheMiB(64)
            .build());
  }

  private TestLauncher dial(long id, String state) {
    TestLauncher launcher =
        new TestLauncher(id, UID, 1, new PodName("default", "pod-1"), new ArrayList<>());
    pods.add(launcher.pod());
    executor
        .launchers()
        .connected(launcher, Message.of("HELLO", "state", state, "prepared", "done"));
    loop.run();
    return launcher;
  }

  private List<String> ends() {
    return reports.stream()
        .map(NodeReport::getBody)
        .filter(CommandReport.class::isInstance)
        .map(CommandReport.class::cast)
        .map(r -> r.getCommandType() + " " + r.getResult() + " " + r.getReason())
        .toList();
  }

  private List<String> told() {
    return reports.stream()
        .map(NodeReport::getBody)
        .filter(DomainReport.class::isInstance)
        .map(body -> ((DomainReport) body).getDomain())
        .map(d -> d.getState() + " " + d.getReason() + (d.getProven() ? " proven" : ""))
        .toList();
  }

  private void running() throws Exception {
    add(command(UID, "tiny", 1, 1, start()));
    turns();
    TestLauncher launcher = dial(1, "fresh");
    assertThat(launcher.told()).contains("MARK");
    executor.launchers().received(launcher, Message.of("MARKED"));
    turns();
    assertThat(told()).contains("running running");
  }

  @Test
  void shouldStartADomain() throws Exception {
    running();

    assertThat(ends()).containsExactly("StartDomain Done null");
    assertThat(disk.position).isEqualTo(1);
  }

  @Test
  void shouldMoveItsPositionOnlyPastWhatIsOnDisk() throws Exception {
    disk.refuses = true;
    add(command(UID, "tiny", 1, 1, start()));
    turns();
    assertThat(disk.position).isZero();
    assertThat(executor.loopProblem()).isPresent();

    disk.refuses = false;
    turns();
    turns();
    assertThat(disk.position).isEqualTo(1);
    assertThat(disk.lanes).containsKey(UID);
  }

  @Test
  void shouldMoveItsPositionPastARefusalOnlyOnceItIsOnRecord() throws Exception {
    NodeCommand here = command(UID, "tiny", 1, 1, start());
    add(NodeCommand.newBuilder(here).setNode("b").build());
    CompletableFuture<?> taken = read();
    assertThat(taken).isNotDone();
    assertThat(disk.position).isZero();

    kafkaTakes(report -> true);
    assertThat(taken).isDone();
    executor.commandTurn(Duration.ZERO);
    assertThat(disk.position).isEqualTo(1);
    assertThat(ends()).containsExactly("StartDomain Refused WrongNode");
  }

  @Test
  void shouldRefuseACommandForANodeThatWasHereBefore() throws Exception {
    add(command(UID, "tiny", 1, 1, start()));
    loop.nowMs += 1000;
    NodeCommand again = command(UID, "tiny", 1, 2, start());
    add(NodeCommand.newBuilder(again).setNodeUid("registered-anew").build());
    loop.nowMs += 1000;
    add(command(UID, "tiny", 1, 3, start()));
    turns();

    assertThat(ends()).contains("StartDomain Refused WrongNode");
    assertThat(disk.node.retired()).containsExactly("node-uid");
  }

  @Test
  void shouldTellOfRecordsThatItCannotUse() throws Exception {
    add(null);
    addBytes(new byte[] {1, 2, 3});
    add(command("../../etc", "tiny", 1, 1, start()));
    add(command(UID, "tiny", 1, 1, start()));
    turns();

    assertThat(
            reports.stream()
                .filter(r -> r.getUnusable() != null)
                .map(r -> r.getUnusable().getOffset()))
        .containsExactly(0L, 1L, 2L);
    assertThat(disk.position).isEqualTo(4);
    assertThat(disk.lanes).containsOnlyKeys(UID);
  }

  @Test
  void shouldRefuseANameWhoseDomainHasNotDialledIn() throws Exception {
    running();
    boot();
    add(command("another", "tiny", 1, 1, start()));
    turns();

    assertThat(ends()).contains("StartDomain Refused NameTaken");
  }

  @Test
  void shouldTellAnEndAgainThatKafkaDidNotTake() throws Exception {
    running();
    add(command(UID, "tiny", 1, 2, new DestroyDomain("test")));
    assertThat(read()).isDone();
    assertThat(domains.get(1L).state()).isEqualTo("shutoff");
    disk.position = 2;
    assertThat(ends()).doesNotContain("DestroyDomain Done null");

    boot();
    turns();
    assertThat(ends()).contains("DestroyDomain Done null");
    assertThat(told()).contains("ended destroyed-at-once proven");
    reports.clear();
    loop.pass(1000);
    turns();
    assertThat(ends()).isEmpty();
  }

  @Test
  void shouldSayOfAVmThatHasNotDialledInThatItIsUnknownInEverySnapshot() throws Exception {
    running();
    boot();
    turns();
    pods.clear();
    pods.add(new PodName("default", "pod-1"));
    loop.pass(Duration.ofMinutes(6).toMillis());
    turns();

    assertThat(
            reports.stream()
                .map(NodeReport::getBody)
                .filter(DomainSnapshot.class::isInstance)
                .flatMap(body -> ((DomainSnapshot) body).getDomains().stream())
                .map(d -> d.getState() + " " + d.getReason()))
        .hasSizeGreaterThanOrEqualTo(2)
        .containsOnly("unknown NotDialledIn");
  }

  @ParameterizedTest
  @CsvSource({"fresh, ended never-started proven", "marked, running running"})
  void shouldNotSayThatNothingRunsWhenItsRosterIsLost(String state, String word) throws Exception {
    pods.add(new PodName("default", "pod-1"));
    disk.lose();
    boot();
    add(command(UID, "tiny", 1, 5, new DestroyDomain("test")));
    turns();
    assertThat(ends()).isEmpty();
    assertThat(told()).containsExactly("unknown RosterLost");

    if (state.equals("marked")) {
      domains.put(7L, new DomainView("running", "running", null, List.of()));
    }
    dial(7, state);
    turns();
    assertThat(told()).contains(word);
    assertThat(ends()).contains("DestroyDomain Done null");
    assertThat(domains.values()).noneMatch(view -> view.state().equals("running"));
  }

  @Test
  void shouldNotKnowWhatBecameOfALauncherThatNeverDialsIn() throws Exception {
    pods.add(new PodName("default", "pod-1"));
    disk.lose();
    boot();
    add(command(UID, "tiny", 1, 5, new DestroyDomain("test")));
    turns();
    loop.pass(70_000);
    turns();

    assertThat(ends()).containsExactly("DestroyDomain Unknown NotDialledIn");
    assertThat(told()).noneMatch(t -> t.contains("proven"));
  }

  @Test
  void shouldBelieveTheKubeletThatAPodIsGone() throws Exception {
    disk.lose();
    boot();
    add(command(UID, "tiny", 1, 5, new DestroyDomain("test")));
    turns();
    assertThat(ends()).isEmpty();
    loop.pass(40_000);
    turns();

    assertThat(ends()).containsExactly("DestroyDomain Done null");
    assertThat(told()).contains("ended unknown proven");
    assertThat(disk.complete).isTrue();
  }

  @Test
  void shouldReadItsCommandsAnewOnANewDisk() throws Exception {
    running();
    disk.lose();
    boot();
    assertThat(disk.position).isZero();
    turns();

    assertThat(disk.lanes.get(UID).doubted()).isTrue();
    domains.put(2L, new DomainView("running", "running", null, List.of()));
    dial(2, "marked");
    turns();
    assertThat(told()).endsWith("running running");
    assertThat(disk.lanes.get(UID).doubted()).isFalse();
  }

  @Test
  void shouldKeepTheOrderOfWhatItSaysOfOneVm() throws Exception {
    add(command(UID, "tiny", 1, 1, start()));
    add(command(UID, "tiny", 1, 2, new DestroyDomain("test")));
    assertThat(read()).isDone();
    kafkaTakes(report -> !(report.getBody() instanceof CommandReport));
    assertThat(told()).isEmpty();
    for (int i = 0; i < 4; i++) {
      kafkaTakes(report -> true);
    }

    assertThat(ends())
        .containsExactly("StartDomain Superseded DestroyDomain", "DestroyDomain Done null");
    assertThat(reports.stream().filter(r -> !(r.getBody() instanceof DomainSnapshot)))
        .extracting(NodeReport::getSequence)
        .isSorted();
    assertThat(executor.reportProblem()).isEmpty();
  }

  @Test
  void shouldTellEverythingAgainAfterReportsWereHeldUp() throws Exception {
    kafkaTakes(report -> false);
    reports.clear();
    turns();
    loop.pass(3000);
    turns();

    assertThat(reports.stream().map(NodeReport::getBody).filter(DomainSnapshot.class::isInstance))
        .hasSizeGreaterThanOrEqualTo(2);
  }
}
