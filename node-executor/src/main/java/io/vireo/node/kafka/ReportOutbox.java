package io.vireo.node.kafka;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.vireo.node.core.Effect;
import io.vireo.node.core.LaneState;
import io.vireo.node.core.VmRef;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.CloudEvents;
import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.CommandReport;
import io.vireo.schemas.avro.ConsoleReport;
import io.vireo.schemas.avro.DomainReport;
import io.vireo.schemas.avro.DomainSnapshot;
import io.vireo.schemas.avro.Heartbeat;
import io.vireo.schemas.avro.NodeReport;
import io.vireo.schemas.avro.ReportedDomain;
import io.vireo.schemas.avro.ReportedInterface;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what happens on this node. Order is kept; a lost send is tried until it arrives. */
@SuppressWarnings("FutureReturnValueIgnored") // The callback logs and readiness shows a failure.
public final class ReportOutbox implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ReportOutbox.class);
  private static final int MESSAGE_MAX = 1024;

  /** A sign of life from a while ago is none. */
  private static final int HEARTBEAT_QUEUE_MAX = 4;

  /** A report on its way. */
  private record Waiting(ProducerRecord<String, byte[]> record, CompletableFuture<Void> stored) {}

  private final String node;
  private final long session;
  private final Producer<String, byte[]> producer;
  private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
  private final Thread sender;
  private final KafkaClientMetrics metrics;
  private final MeterRegistry registry;
  private long sequence;
  private volatile boolean stopping;
  private volatile @Nullable String nodeUid;
  private volatile @Nullable String problem;

  /**
   * @param session start of this executor, ms since the epoch
   */
  public ReportOutbox(String node, long session, String bootstrapServers, MeterRegistry registry) {
    this.node = node;
    this.session = session;
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.put("linger.ms", 0);
    settings.put("delivery.timeout.ms", Integer.MAX_VALUE);
    settings.put("max.block.ms", Duration.ofSeconds(2).toMillis());
    this.producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    this.metrics = new KafkaClientMetrics(producer);
    metrics.bindTo(registry);
    Gauge.builder("vireo.node.reports.waiting", queue, LinkedBlockingQueue::size)
        .register(registry);
    this.registry = registry;
    this.sender = Thread.ofVirtual().name("reports").start(this::sendAll);
  }

  /** The uid of the Node object, as commands name it. */
  public void nodeUid(String uid) {
    nodeUid = uid;
  }

  /** The last failure to send, if any. */
  public @Nullable String problem() {
    return problem;
  }

  /** The end of a command. */
  public CompletableFuture<Void> command(VmRef vm, Effect.ReportCommand report, long nowMs) {
    LaneState.CommandEnd end = report.end();
    registry
        .counter("vireo.node.outcomes", "command", end.commandType(), "result", end.result())
        .increment();
    return send(
        vm.uid(),
        vm.namespace() + "/" + vm.name(),
        new CommandReport(
            end.commandId(),
            vm.uid(),
            end.commandType(),
            end.result(),
            end.reason(),
            cut(end.message()),
            report.heldEpoch(),
            report.heldSeq()),
        nowMs);
  }

  /** The state of a domain or launcher. */
  public CompletableFuture<Void> domain(VmRef vm, Effect.ReportDomain report, long nowMs) {
    return send(
        vm.uid(),
        vm.namespace() + "/" + vm.name(),
        new DomainReport(reported(vm, report, nowMs)),
        nowMs);
  }

  /** Everything that is held, as one value. */
  public void snapshot(Map<VmRef, Effect.ReportDomain> all, long nowMs) {
    List<ReportedDomain> domains =
        all.entrySet().stream().map(e -> reported(e.getKey(), e.getValue(), nowMs)).toList();
    send(node, node, new DomainSnapshot(domains), nowMs);
  }

  /** A sign of life. */
  public void heartbeat(int domains, int launchers, long nowMs) {
    if (queue.size() <= HEARTBEAT_QUEUE_MAX) {
      send(node, node, new Heartbeat(domains, launchers), nowMs);
    }
  }

  /** A console was opened or closed. */
  public void console(String vmiUid, boolean opened, String client, long nowMs) {
    send(vmiUid, vmiUid, new ConsoleReport(vmiUid, "serial", opened, client), nowMs);
  }

  /** A command that could not be read. */
  public CompletableFuture<Void> deadLetter(ProducerRecord<String, byte[]> letter) {
    return send(letter);
  }

  private static ReportedDomain reported(VmRef vm, Effect.ReportDomain report, long nowMs) {
    List<ReportedInterface> interfaces =
        report.nics().stream()
            .map(
                nic ->
                    new ReportedInterface(nic.name(), nic.mac(), null, List.of(), "domain", null))
            .toList();
    return new ReportedDomain(
        vm.uid(),
        vm.namespace(),
        vm.name(),
        report.epoch(),
        report.state(),
        report.reason(),
        cut(report.message()),
        report.proven(),
        interfaces,
        report.machine(),
        nowMs);
  }

  private static @Nullable String cut(@Nullable String text) {
    return text == null || text.length() <= MESSAGE_MAX ? text : text.substring(0, MESSAGE_MAX);
  }

  private synchronized CompletableFuture<Void> send(
      String key, String subject, Object body, long nowMs) {
    sequence++;
    NodeReport report =
        NodeReport.newBuilder()
            .setNode(node)
            .setNodeUid(nodeUid)
            .setSession(session)
            .setSequence(sequence)
            .setReportedAt(nowMs)
            .setBody(body)
            .build();
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            Topics.nodeReports(node).name(), null, nowMs, key, AvroCodec.encode(report));
    CloudEvents.headers(
            node + "/" + session + "/" + sequence,
            CloudEvents.type(body.getClass()),
            "node/" + node,
            subject,
            nowMs)
        .forEach(record.headers()::add);
    return send(record);
  }

  private CompletableFuture<Void> send(ProducerRecord<String, byte[]> record) {
    Waiting waiting = new Waiting(record, new CompletableFuture<>());
    queue.add(waiting);
    return waiting.stored();
  }

  /** Sending may block on a broker that is away, which nobody who reports should wait for. */
  private void sendAll() {
    try {
      while (!stopping) {
        Waiting next = queue.take();
        producer.send(next.record(), (metadata, error) -> sent(next, error));
      }
    } catch (InterruptedException | InterruptException e) {
      // Closing.
    }
  }

  private void sent(Waiting waiting, @Nullable Exception error) {
    if (error == null) {
      problem = null;
      waiting.stored().complete(null);
      return;
    }
    problem = "reports cannot be sent: " + error.getMessage();
    if (error instanceof RetriableException) {
      // The topic is not there yet, or the broker is away. A later report may overtake this one:
      // its sequence says so.
      queue.add(waiting);
    } else {
      log.atError().setCause(error).log("A report was not stored");
      waiting.stored().completeExceptionally(error);
    }
  }

  @Override
  public void close() {
    stopping = true;
    sender.interrupt();
    metrics.close();
    producer.close(Duration.ofSeconds(2));
  }
}
