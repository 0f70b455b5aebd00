package io.vireo.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.containers.TestKafka;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.ControlKeys;
import io.vireo.schemas.KafkaConnection;
import io.vireo.schemas.Topic;
import io.vireo.schemas.TopicCreation;
import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.ClusterCommand;
import io.vireo.schemas.avro.PodListComplete;
import io.vireo.schemas.avro.PodsObserved;
import io.vireo.schemas.avro.Vmi;
import io.vireo.schemas.avro.VmiDesired;
import io.vireo.schemas.avro.VmiEvent;
import io.vireo.schemas.avro.VmiListComplete;
import io.vireo.schemas.avro.WriteStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Schedulers as processes that die of SIGKILL within a transaction, or whose broker hangs: what
 * they decide reaches readers once.
 */
class ExactlyOnceIT {

  private static final int PARTITIONS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final String SPEC = "{\"domain\":{\"memory\":{\"guest\":\"64Mi\"}}}";

  @TempDir Path folder;

  private final List<Process> processes = new ArrayList<>();
  private TestKafka kafka;
  private Producer<String, byte[]> ingest;

  @BeforeEach
  void startBroker() throws Exception {
    kafka = TestKafka.start();
    Map<String, Object> settings =
        KafkaConnection.plaintext(kafka.bootstrapServers()).clientSettings();
    try (Admin admin = Admin.create(settings)) {
      TopicCreation.ensure(admin, Topics.all(), PARTITIONS, (short) 1);
      TopicCreation.awaitAll(admin, Topics.all(), PATIENCE);
    }
    ingest = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    Files.createDirectories(folder.resolve("failpoints"));
  }

  @AfterEach
  void stop() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    if (ingest != null) {
      ingest.close(Duration.ofSeconds(5));
    }
    if (kafka != null) {
      kafka.close();
    }
  }

  private Process scheduler(String instance) throws IOException {
    Path state = Files.createDirectories(folder.resolve(instance + "-" + processes.size()));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            SchedulerMain.class.getName());
    builder
        .environment()
        .putAll(
            Map.of(
                "VIREO_KAFKA_BOOTSTRAP_SERVERS",
                kafka.bootstrapServers(),
                "VIREO_SCHEDULER_STATE_DIR",
                state.toString(),
                "VIREO_SCHEDULER_INSTANCE_ID",
                instance,
                "VIREO_SCHEDULER_LAUNCHER_IMAGE",
                "example.org/launcher:1",
                "VIREO_REPLICATION_FACTOR",
                "1",
                "VIREO_PARTITIONS",
                Integer.toString(PARTITIONS),
                "VIREO_HEALTH_ADDRESS",
                "127.0.0.1:0",
                "VIREO_FAILPOINTS_DIR",
                folder.resolve("failpoints").toString()));
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(state.getFileName() + ".log").toFile())
            .start();
    processes.add(process);
    return process;
  }

  /** The next scheduler that has forwarded a record, which is not committed yet, dies there. */
  private void arm() throws IOException {
    Files.createFile(folder.resolve("failpoints/scheduler.decision.after.armed"));
  }

  private void send(Topic<?> topic, Integer partition, String key, SpecificRecord value) {
    // Flushed by whoever needs it there.
    var unused =
        ingest.send(new ProducerRecord<>(topic.name(), partition, key, AvroCodec.encode(value)));
  }

  private void lists() {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      send(
          Topics.VMI_DESIRED,
          partition,
          ControlKeys.of("Vmi", partition),
          new VmiDesired(1L, 1L, new VmiListComplete("Vmi")));
      send(
          Topics.POD_OBSERVED,
          partition,
          ControlKeys.of("Pod", partition),
          new PodsObserved(1L, 1L, new PodListComplete("Pod")));
    }
  }

  private List<String> vmis(int from, int to) {
    List<String> uids =
        IntStream.range(from, to)
            .mapToObj(i -> "6d1c0bb0-0000-4000-8000-%012d".formatted(i))
            .toList();
    for (String uid : uids) {
      send(
          Topics.VMI_DESIRED,
          null,
          uid,
          new VmiDesired(
              1L,
              1L,
              new Vmi(
                  uid, "default", "vm", 1L, 10L, 1L, null, Map.of(), Map.of(), List.of(), "[]",
                  SPEC, null, "none", null, null, List.of(), null)));
    }
    ingest.flush();
    return uids;
  }

  /** All of a topic that is committed. */
  private <V extends SpecificRecord> List<V> read(Topic<V> topic) {
    Map<String, Object> settings =
        new HashMap<>(KafkaConnection.plaintext(kafka.bootstrapServers()).clientSettings());
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    List<V> values = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> reader =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          reader.partitionsFor(topic.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
      while (partitions.stream().anyMatch(each -> reader.position(each) < ends.get(each))) {
        for (var record : reader.poll(POLL)) {
          values.add(topic.decode(record.value()));
        }
      }
      return values;
    } catch (Exception e) {
      throw new AssertionError("Expected to read " + topic.name(), e);
    }
  }

  /** Uids in the order of the commands that readers see. */
  private List<String> commanded() {
    return read(Topics.CLUSTER_COMMANDS).stream()
        .filter(command -> command.getBody() instanceof WriteStatus)
        .map(ClusterCommand::getVmiUid)
        .toList();
  }

  private void await(String what, BooleanSupplier fact, Supplier<Object> seen)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!fact.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            "Expected that %s within %s, but saw %s; the schedulers said:%n%s"
                .formatted(what, PATIENCE, seen.get(), logs()));
      }
      Thread.sleep(100);
    }
  }

  private String logs() {
    StringBuilder text = new StringBuilder();
    try (var files = Files.newDirectoryStream(folder, "*.log")) {
      for (Path file : files) {
        String log = Files.readString(file);
        text.append(file.getFileName())
            .append(":\n")
            .append(log.substring(Math.max(0, log.length() - 3_000)));
      }
    } catch (IOException e) {
      text.append(e);
    }
    return text.toString();
  }

  private void awaitCommands(List<String> uids) throws InterruptedException {
    await(
        "each of " + uids.size() + " VMIs has its command",
        () -> commanded().containsAll(uids),
        this::commanded);
  }

  private void died(Process process) throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
        .as("the scheduler dies where it is armed to")
        .isTrue();
    assertThat(process.exitValue()).as("by SIGKILL").isEqualTo(128 + 9);
  }

  /** Each command and each event, as readers see them. */
  private void shouldBeThereOnce(List<String> uids) {
    assertThat(commanded()).containsExactlyInAnyOrderElementsOf(uids);
    assertThat(read(Topics.CLUSTER_COMMANDS))
        .extracting(ClusterCommand::getCommandId)
        .doesNotHaveDuplicates();
    assertThat(read(Topics.VMI_EVENTS))
        .isNotEmpty()
        .extracting(VmiEvent::getId)
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldDecideOnceWhenItDiesWithinATransactionAndComesBack() throws Exception {
    Process first = scheduler("scheduler-0");
    lists();
    List<String> uids = new ArrayList<>(vmis(0, 10));
    awaitCommands(uids);
    arm();
    uids.addAll(vmis(10, 40));
    died(first);

    scheduler("scheduler-0");
    awaitCommands(uids);
    uids.addAll(vmis(40, 50));
    awaitCommands(uids);
    shouldBeThereOnce(uids);
  }

  @Test
  void shouldDecideOnceWhenAnotherTakesOver() throws Exception {
    Process first = scheduler("scheduler-0");
    lists();
    List<String> uids = new ArrayList<>(vmis(0, 10));
    awaitCommands(uids);
    arm();
    uids.addAll(vmis(10, 40));
    died(first);

    scheduler("scheduler-1");
    awaitCommands(uids);
    shouldBeThereOnce(uids);
  }

  /** For longer than sessions and transactions last: it is fenced, and begins anew. */
  @Test
  void shouldDecideOnceWhenTheBrokerHangs() throws Exception {
    Process scheduler = scheduler("scheduler-0");
    lists();
    List<String> uids = new ArrayList<>(vmis(0, 10));
    awaitCommands(uids);
    for (int i = 10; i < 60; i += 10) {
      uids.addAll(vmis(i, i + 10));
    }
    kafka.pause();
    try {
      Thread.sleep(6_000);
    } finally {
      kafka.resume();
    }
    awaitCommands(uids);
    uids.addAll(vmis(60, 70));
    awaitCommands(uids);
    shouldBeThereOnce(uids);
    assertThat(scheduler.isAlive()).isTrue();
  }
}
