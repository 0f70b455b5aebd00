package io.vireo.scheduler.topology;

import io.vireo.scheduler.core.CommandOutcome;
import io.vireo.scheduler.core.NodeLabel;
import io.vireo.scheduler.core.NodeLabelling;
import io.vireo.schemas.avro.NodeCapabilities;
import io.vireo.schemas.avro.NodeTransition;
import io.vireo.spec.MachineLabels;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The labels of those nodes that one partition decides for. Its timers exist only while a label is
 * not known to be shown.
 */
final class NodeLabels {

  private static final Logger log = LoggerFactory.getLogger(NodeLabels.class);

  private final NodeTable nodes;
  private final Outputs outputs;
  private final SchedulerMetrics metrics;
  private final TaskOrigin origin;
  private final boolean emulation;
  private final Wakeups wakeups;

  NodeLabels(
      NodeTable nodes,
      Outputs outputs,
      SchedulerMetrics metrics,
      ProcessorContext<String, byte[]> context,
      TaskOrigin origin,
      boolean emulation) {
    this.nodes = nodes;
    this.outputs = outputs;
    this.metrics = metrics;
    this.origin = origin;
    this.emulation = emulation;
    this.wakeups = new Wakeups(context, origin, this::due);
    nodes.labels().forEach((node, label) -> wakeups.set(node, label.wakeUpAtMs()));
  }

  /** To be called with each record, since timers wait for the clock. */
  void clockReads(long nowMs) {
    wakeups.clockReads(nowMs);
  }

  void said(NodeTransition said, Cause cause, long now) {
    String node = said.getNode();
    NodeLabelling.Said word =
        new NodeLabelling.Said(
            node,
            said.getNodeUid(),
            said.getState().name(),
            said.getHeartbeat(),
            machine(said.getCapabilities()),
            said.getObservedAt());
    String id = commandId(node, cause);
    keep(node, NodeLabelling.said(nodes.label(node), word, id, now), id, cause, now);
  }

  private @Nullable List<String> machine(@Nullable NodeCapabilities said) {
    return said == null
        ? null
        : MachineLabels.of(
            said.getMachineTypes(),
            emulation ? said.getEmulatedCpuModels() : said.getHostCpuModels());
  }

  /** The end of a command about a node. */
  void ended(String node, CommandOutcome outcome, long now) {
    NodeLabel before = nodes.label(node);
    if (before == null) {
      return;
    }
    NodeLabel after = NodeLabelling.ended(before, outcome, now);
    if (after.failures() > before.failures()) {
      metrics.failedAttempt(outcome.commandType());
      log.atWarn()
          .addKeyValue("node", node)
          .addKeyValue("result", outcome.result())
          .addKeyValue("reason", outcome.reason())
          .log("A node could not be labelled");
    }
    keep(node, after);
  }

  private void due(String node, long dueMs) {
    NodeLabel before = nodes.label(node);
    if (before == null) {
      return;
    }
    metrics.wokenUp();
    Cause cause = Cause.timer(dueMs);
    long now = origin.nowMs();
    String id = commandId(node, cause);
    keep(node, NodeLabelling.due(before, node, id, now), id, cause, now);
  }

  private void keep(String node, NodeLabelling.Decided decided, String id, Cause cause, long now) {
    if (decided.command() != null) {
      outputs.labelNode(decided.command(), id, cause, now);
      metrics.issued(1);
    }
    keep(node, decided.label());
  }

  private void keep(String node, @Nullable NodeLabel label) {
    if (!Objects.equals(label, nodes.label(node))) {
      nodes.setLabel(node, label);
    }
    wakeups.set(node, label == null ? 0 : label.wakeUpAtMs());
  }

  private static String commandId(String node, Cause cause) {
    return "node/" + node + "/" + cause.id("");
  }
}
