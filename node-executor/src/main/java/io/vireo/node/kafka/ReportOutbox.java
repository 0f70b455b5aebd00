package io.vireo.node.kafka;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vireo.health.Failpoint;
import io.vireo.node.core.AgentView;
import io.vireo.node.core.Effect;
import io.vireo.node.core.LaneState;
import io.vireo.node.core.MachineCapabilities;
import io.vireo.node.core.ReportedNic;
import io.vireo.node.core.VmRef;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.CanonicalJson;
import io.vireo.schemas.CloudEvents;
import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.CommandReport;
import io.vireo.schemas.avro.ConsoleReport;
import io.vireo.schemas.avro.DomainReport;
import io.vireo.schemas.avro.DomainSnapshot;
import io.vireo.schemas.avro.Heartbeat;
import io.vireo.schemas.avro.NodeReport;
import io.vireo.schemas.avro.ReportedAgent;
import io.vireo.schemas.avro.ReportedCapabilities;
import io.vireo.schemas.avro.ReportedDomain;
import io.vireo.schemas.avro.ReportedInterface;
import io.vireo.schemas.avro.ReportedVolume;
import io.vireo.schemas.avro.UnusableCommand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what happens on this node. What is said of one VM keeps its order; a lost send is tried
 * until it arrives.
 *
 * <p>What waits is bounded. A heartbeat is dropped as soon as a few reports wait. From {@value
 * #REPORTS_MAX} on, reports that only say how a domain is are dropped, which {@link #takeMissed}
 * tells, and no more commands are read. An end is never dropped.
 *
 * <p>Thread-safe; turns come from one thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails is sent again, and readiness shows it.
public final class ReportOutbox {

  private static final Logger log = LoggerFactory.getLogger(ReportOutbox.class);
  private static final int MESSAGE_MAX = 1024;
  private static final int REPORTS_MAX = 10_000;

  /** A sign of life from a while ago is none. */
  private static final int HEARTBEAT_QUEUE_MAX = 4;

  private final String node;
  private final long session;
  private final @Nullable ReportedCapabilities capabilities;
  private final Producer<String, byte[]> producer;
  private final MeterRegistry registry;
  private final ReportQueue queue = new ReportQueue(REPORTS_MAX);
  private long sequence;
  private boolean missed;
  private volatile Heartbeat alive = new Heartbeat(0, 0);
  private volatile @Nullable String nodeUid;
  private volatile @Nullable String problem;

  /**
   * @param session start of this executor, ms since the epoch
   * @param capabilities what the machine can do; null if it is not known
   */
  public ReportOutbox(
      String node,
      long session,
      @Nullable MachineCapabilities capabilities,
      Producer<String, byte[]> producer,
      MeterRegistry registry) {
    this.capabilities = reported(capabilities);
    this.node = node;
    this.session = session;
    this.producer = producer;
    this.registry = registry;
    Gauge.builder("vireo.node.reports.waiting", queue, ReportQueue::size).register(registry);
  }

  /**
   * Sends what waits, after waiting for it for at most this long. {@code Producer.send} may block
   * on a broker that is away, so this has a thread of its own.
   *
   * @return false if the last send that is known of failed; it is made again in the next turn,
   *     before which one may pause
   */
  public boolean turn(Duration wait) throws InterruptedException {
    queue.await(wait);
    for (ReportQueue.Waiting next = queue.next(); next != null; next = queue.next()) {
      send(next);
    }
    return problem == null;
  }

  /** Whether so much waits that no more is to be caused. */
  public boolean isFull() {
    return queue.isFull();
  }

  /** Done once it is not full. */
  public CompletableFuture<Void> room() {
    return queue.room();
  }

  /** Whether something was dropped, or could not be sent for a while, since this was last asked. */
  public synchronized boolean takeMissed() {
    if (queue.size() > HEARTBEAT_QUEUE_MAX) {
      return false;
    }
    boolean was = missed;
    missed = false;
    return was;
  }

  private synchronized void missed() {
    missed = true;
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
    if (queue.isFull() && !report.state().equals("ended")) {
      missed();
      return new CompletableFuture<>();
    }
    return send(
        vm.uid(),
        vm.namespace() + "/" + vm.name(),
        new DomainReport(reported(vm, report, nowMs)),
        nowMs);
  }

  /** Everything that is held and what the machine can do, as one value. */
  public void snapshot(Map<VmRef, Effect.ReportDomain> all, long nowMs) {
    List<ReportedDomain> domains =
        all.entrySet().stream().map(e -> reported(e.getKey(), e.getValue(), nowMs)).toList();
    send(node, node, new DomainSnapshot(domains, capabilities), nowMs);
  }

  private static @Nullable ReportedCapabilities reported(@Nullable MachineCapabilities all) {
    return all == null
        ? null
        : new ReportedCapabilities(
            all.machineTypes(), all.emulatedCpuModels(), all.hostCpuModels());
  }

  /** A sign of life. */
  public void heartbeat(int domains, int launchers, long nowMs) {
    if (queue.size() <= HEARTBEAT_QUEUE_MAX) {
      alive = new Heartbeat(domains, launchers);
      send(node, node, alive, nowMs);
    }
  }

  /** A console was opened or closed. */
  public void console(String vmiUid, boolean opened, String client, long nowMs) {
    send(vmiUid, vmiUid, new ConsoleReport(vmiUid, "serial", opened, client), nowMs);
  }

  /** A record of the command topic that could not be used. */
  public CompletableFuture<Void> unusable(
      ConsumerRecord<String, byte[]> record, String reason, String message, long nowMs) {
    byte[] value = record.value() == null ? new byte[0] : record.value();
    UnusableCommand unusable =
        new UnusableCommand(
            record.topic(),
            record.partition(),
            record.offset(),
            reason,
            String.valueOf(cut(message)),
            CanonicalJson.sha256(value),
            value.length);
    return send(node, node, alive, unusable, nowMs);
  }

  private static ReportedDomain reported(VmRef vm, Effect.ReportDomain report, long nowMs) {
    List<ReportedInterface> interfaces =
        ReportedNic.of(report.nics(), report.agent()).stream().map(ReportOutbox::reported).toList();
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
        nowMs,
        reported(report.agent()),
        report.sizes().stream()
            .map(size -> new ReportedVolume(size.name(), size.bytes()))
            .toList());
  }

  private static ReportedInterface reported(ReportedNic nic) {
    return new ReportedInterface(
        nic.name(),
        nic.mac(),
        nic.ip(),
        nic.ips(),
        nic.infoSource(),
        nic.interfaceName(),
        nic.queues(),
        nic.linkState());
  }

  private static @Nullable ReportedAgent reported(@Nullable AgentView agent) {
    if (agent == null) {
      return null;
    }
    AgentView.Os os = agent.os();
    return new ReportedAgent(
        os.id(),
        os.name(),
        os.prettyName(),
        os.version(),
        os.versionId(),
        os.kernelRelease(),
        os.kernelVersion(),
        os.machine());
  }

  private static @Nullable String cut(@Nullable String text) {
    return text == null || text.length() <= MESSAGE_MAX ? text : text.substring(0, MESSAGE_MAX);
  }

  private CompletableFuture<Void> send(String key, String subject, Object body, long nowMs) {
    return send(key, subject, body, null, nowMs);
  }

  private synchronized CompletableFuture<Void> send(
      String key, String subject, Object body, @Nullable UnusableCommand unusable, long nowMs) {
    sequence++;
    NodeReport report =
        NodeReport.newBuilder()
            .setNode(node)
            .setNodeUid(nodeUid)
            .setSession(session)
            .setSequence(sequence)
            .setReportedAt(nowMs)
            .setBody(body)
            .setUnusable(unusable)
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
    return queue.add(record);
  }

  private void send(ReportQueue.Waiting next) {
    Failpoint.pass("node.report.send.before");
    try {
      producer.send(next.record(), (metadata, error) -> sent(next, error));
    } catch (InterruptException e) {
      queue.again(next);
      throw e;
    } catch (KafkaException | IllegalStateException e) {
      sent(next, e);
    }
  }

  private void sent(ReportQueue.Waiting waiting, @Nullable Exception error) {
    if (error == null) {
      Failpoint.pass("node.report.send.after");
      problem = null;
      queue.done(waiting);
      waiting.stored().complete(null);
      return;
    }
    problem = "reports cannot be sent: " + error.getMessage();
    if (error instanceof RecordTooLargeException || error instanceof SerializationException) {
      log.atError().setCause(error).log("A report was not stored");
      missed();
      queue.done(waiting);
      waiting.stored().completeExceptionally(error);
    } else {
      // The topic is not there yet, the right is not given yet, or the broker is away.
      missed();
      queue.again(waiting);
    }
  }
}
