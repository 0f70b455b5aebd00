package io.vireo.cli.bench.standin;

import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.KafkaAccess;
import io.vireo.schemas.KafkaConnection;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.CommandReport;
import io.vireo.schemas.avro.DomainReport;
import io.vireo.schemas.avro.DomainSnapshot;
import io.vireo.schemas.avro.Heartbeat;
import io.vireo.schemas.avro.NodeCommand;
import io.vireo.schemas.avro.NodeReport;
import io.vireo.schemas.avro.ReportedCapabilities;
import io.vireo.schemas.avro.ReportedDomain;
import io.vireo.schemas.avro.StartDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * What the executors of the nodes would do: a Start is done once its pod is ready, a Stop at once,
 * and both are told on the node's report topic, with a heartbeat every two seconds.
 */
final class StandInExecutors implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(50);
  private static final long HEARTBEAT_MS = 2_000;
  private static final Duration TOPICS_MAX = Duration.ofSeconds(60);
  private static final long LOOK_MS = 100;

  private final KafkaConnection kafka;
  private final Map<String, Node> nodes;
  private final ReadyPods pods;
  private final Map<String, Instant> starts = new ConcurrentHashMap<>();
  private final long session = System.currentTimeMillis();
  private final KafkaProducer<String, byte[]> producer;
  private @Nullable Thread thread;
  private volatile boolean closed;

  /** One executor: its count of reports, and what it runs. */
  private static final class Node {
    private final String name;
    private final AtomicLong sequence = new AtomicLong();
    private final Set<String> domains = ConcurrentHashMap.newKeySet();

    Node(String name) {
      this.name = name;
    }
  }

  StandInExecutors(KafkaConnection kafka, List<String> names, ReadyPods pods) {
    this.kafka = kafka;
    this.pods = pods;
    this.nodes = names.stream().collect(Collectors.toMap(name -> name, Node::new));
    Map<String, Object> settings = new HashMap<>(kafka.clientSettings());
    settings.put("linger.ms", 2);
    this.producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  /** Gives the parts of Vireo the rights that come with each node. */
  void allow() throws ExecutionException, InterruptedException {
    List<AclBinding> rights = new ArrayList<>();
    for (String name : nodes.keySet()) {
      for (KafkaAccess.Grant grant : KafkaAccess.forNode(name)) {
        ResourcePattern pattern =
            new ResourcePattern(
                ResourceType.valueOf(grant.resource().name()),
                grant.name(),
                grant.prefixed() ? PatternType.PREFIXED : PatternType.LITERAL);
        for (KafkaAccess.Operation operation : grant.operations()) {
          rights.add(
              new AclBinding(
                  pattern,
                  new AccessControlEntry(
                      "User:" + grant.principal(),
                      "*",
                      AclOperation.valueOf(operation.name()),
                      AclPermissionType.ALLOW)));
        }
      }
    }
    try (Admin admin = Admin.create(kafka.clientSettings())) {
      admin.createAcls(rights).all().get();
    }
  }

  /** When each VMI's Start came, by its uid. */
  Map<String, Instant> starts() {
    return starts;
  }

  void start() throws Exception {
    awaitTopics();
    thread = Thread.ofPlatform().name("stand-in-executors").start(this::run);
  }

  /** The dispatcher makes them when it hears of the nodes. */
  private void awaitTopics() throws Exception {
    long deadline = System.nanoTime() + TOPICS_MAX.toNanos();
    Set<String> wanted =
        nodes.keySet().stream()
            .map(name -> Topics.nodeCommands(name).name())
            .collect(Collectors.toSet());
    try (Admin admin = Admin.create(kafka.clientSettings())) {
      while (!admin.listTopics().names().get().containsAll(wanted)) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "Expected the topics of %d nodes within %d s"
                  .formatted(nodes.size(), TOPICS_MAX.toSeconds()));
        }
        Thread.sleep(LOOK_MS);
      }
    }
  }

  private void run() {
    Map<String, Node> byTopic = new HashMap<>();
    nodes.forEach((name, node) -> byTopic.put(Topics.nodeCommands(name).name(), node));
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings(), new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          byTopic.keySet().stream().map(topic -> new TopicPartition(topic, 0)).toList();
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      nodes.values().forEach(this::snapshot);
      long nextHeartbeat = 0;
      while (!closed) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          obey(Objects.requireNonNull(byTopic.get(record.topic())), record.value());
        }
        long now = System.currentTimeMillis();
        if (now >= nextHeartbeat) {
          nextHeartbeat = now + HEARTBEAT_MS;
          nodes.values().forEach(this::heartbeat);
        }
      }
    }
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>(kafka.clientSettings());
    settings.put("isolation.level", "read_committed");
    settings.put("fetch.max.wait.ms", 100);
    return settings;
  }

  private void obey(Node node, byte[] value) {
    NodeCommand command;
    try {
      command = Topics.nodeCommands(node.name).decode(value);
    } catch (UndecodableRecordException e) {
      return;
    }
    if (command.getBody() instanceof StartDomain start) {
      starts.putIfAbsent(command.getVmiUid(), Instant.now());
      pods.whenReady(
          start.getPodUid(),
          () -> {
            node.domains.add(command.getVmiUid());
            domain(node, command, "running", "booted", false);
            done(node, command);
          });
      return;
    }
    node.domains.remove(command.getVmiUid());
    domain(node, command, "ended", "shutdown", true);
    done(node, command);
  }

  private void snapshot(Node node) {
    ReportedCapabilities machine =
        ReportedCapabilities.newBuilder()
            .setMachineTypes(List.of("q35"))
            .setEmulatedCpuModels(List.of("qemu64"))
            .setHostCpuModels(List.of("qemu64"))
            .build();
    send(
        node,
        node.name,
        DomainSnapshot.newBuilder().setDomains(List.of()).setCapabilities(machine).build());
  }

  private void heartbeat(Node node) {
    int running = node.domains.size();
    send(node, node.name, new Heartbeat(running, running));
  }

  private void domain(Node node, NodeCommand command, String state, String reason, boolean proven) {
    ReportedDomain domain =
        ReportedDomain.newBuilder()
            .setVmiUid(command.getVmiUid())
            .setNamespace(command.getNamespace())
            .setName(command.getName())
            .setEpoch(command.getEpoch())
            .setState(state)
            .setReason(reason)
            .setProven(proven)
            .setInterfaces(List.of())
            .setMachineType("pc-q35-7.2")
            .setObservedAt(System.currentTimeMillis())
            .build();
    send(node, command.getVmiUid(), DomainReport.newBuilder().setDomain(domain).build());
  }

  private void done(Node node, NodeCommand command) {
    send(
        node,
        command.getVmiUid(),
        CommandReport.newBuilder()
            .setCommandId(command.getCommandId())
            .setVmiUid(command.getVmiUid())
            .setCommandType(command.getBody().getClass().getSimpleName())
            .setResult("Done")
            .setHeldEpoch(command.getEpoch())
            .setHeldSeq(command.getSeq())
            .build());
  }

  /** In the order of their numbers, also where two threads report of one node. */
  @SuppressWarnings("FutureReturnValueIgnored") // A report that is lost shows as a VMI that waits.
  private void send(Node node, String key, Object body) {
    synchronized (node) {
      NodeReport report =
          NodeReport.newBuilder()
              .setNode(node.name)
              .setSession(session)
              .setSequence(node.sequence.incrementAndGet())
              .setReportedAt(System.currentTimeMillis())
              .setBody(body)
              .build();
      producer.send(
          new ProducerRecord<>(
              Topics.nodeReports(node.name).name(), key, AvroCodec.encode(report)));
    }
  }

  @Override
  public void close() {
    closed = true;
    Thread running = thread;
    if (running != null) {
      try {
        running.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    producer.close(Duration.ofSeconds(5));
  }
}
