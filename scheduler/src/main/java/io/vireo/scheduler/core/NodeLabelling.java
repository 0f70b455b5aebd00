package io.vireo.scheduler.core;

import io.vireo.scheduler.core.CommandOutcome.Result;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a Node object says of its executor: the label that launcher pods select by, and the
 * heartbeat. Nothing is written that was not observed: a node that was not heard has no heartbeat,
 * and one that is silent for a moment stays as it is. A change of a label is written until it is
 * done; a heartbeat is not, since the next one says more.
 */
public final class NodeLabelling {

  static final String SCHEDULABLE = "kubevirt.io/schedulable";
  static final String HEARTBEAT = "kubevirt.io/heartbeat";

  static final long FIRST_PAUSE_MS = 1_000;
  static final long LONGEST_PAUSE_MS = Duration.ofMinutes(1).toMillis();

  /** An end that is not heard of for so long was lost with the disk of a broker. */
  static final long END_AWAITED_MS = Duration.ofMinutes(10).toMillis();

  /** Of these Nodes nothing is to be labelled; a new one has a transition of its own. */
  private static final Set<String> NO_SUCH_NODE = Set.of("NotFound", "UidMismatch");

  /**
   * What ingest said of a node.
   *
   * @param heartbeatMs when its executor was heard, if that is all that is said; else null
   * @param machine keys of the labels that say what its machine can run; null says nothing new
   * @param observedAtMs when ingest came to say so
   */
  public record Said(
      String node,
      String uid,
      String standing,
      @Nullable Long heartbeatMs,
      @Nullable List<String> machine,
      long observedAtMs) {}

  /**
   * What follows.
   *
   * @param label to be kept; null to keep none
   * @param command to be written; null for none
   */
  public record Decided(@Nullable NodeLabel label, Command.@Nullable LabelNode command) {}

  private NodeLabelling() {}

  /** Decides upon a word of ingest. */
  public static Decided said(@Nullable NodeLabel before, Said said, String commandId, long nowMs) {
    if (said.uid().isEmpty()) {
      // The word is about a Node that is gone; without a uid a later one of its name would be
      // meant.
      return new Decided(null, null);
    }
    NodeLabel ofThisNode = before != null && before.nodeUid().equals(said.uid()) ? before : null;
    return switch (said.standing()) {
      case "Eligible", "Back" -> heard(ofThisNode, said, commandId, nowMs);
      case "Lost", "Fenced" ->
          issue(
              NodeLabel.wanted(said.uid(), false, said.machine(), null, ofThisNode),
              said.node(),
              commandId,
              nowMs);
      case "Known", "Suspect" -> new Decided(ofThisNode, null);
      default -> new Decided(null, null);
    };
  }

  private static Decided heard(
      @Nullable NodeLabel before, Said said, String commandId, long nowMs) {
    Long stamp = said.heartbeatMs();
    long heardMs = stamp == null ? said.observedAtMs() : stamp;
    NodeLabel wanted = NodeLabel.wanted(said.uid(), true, said.machine(), heardMs, before);
    boolean isShown = before != null && before.schedulable() && before.commandId() == null;
    return stamp != null && isShown
        ? new Decided(before, command(wanted, said.node(), schedulable(wanted)))
        : issue(wanted, said.node(), commandId, nowMs);
  }

  /** Takes the end of a command; that of one that is not the last changes nothing. */
  public static NodeLabel ended(NodeLabel before, CommandOutcome outcome, long nowMs) {
    if (!outcome.commandId().equals(before.commandId())) {
      return before;
    }
    boolean isOver =
        outcome.result() == Result.DONE
            || (outcome.result() == Result.REFUSED && NO_SUCH_NODE.contains(outcome.reason()));
    return isOver ? before.done() : before.failed(nowMs + pauseMs(before.failures()));
  }

  /** Decides when the label is due to be written again. */
  public static Decided due(NodeLabel before, String node, String commandId, long nowMs) {
    return before.commandId() == null
        ? new Decided(before, null)
        : issue(before, node, commandId, nowMs);
  }

  private static Decided issue(NodeLabel wanted, String node, String commandId, long nowMs) {
    Map<String, @Nullable String> labels = schedulable(wanted);
    wanted.machine().forEach(key -> labels.put(key, "true"));
    wanted.stale().forEach(key -> labels.put(key, null));
    return new Decided(
        wanted.issued(commandId, nowMs + END_AWAITED_MS), command(wanted, node, labels));
  }

  private static Map<String, @Nullable String> schedulable(NodeLabel wanted) {
    Map<String, @Nullable String> labels = new TreeMap<>();
    labels.put(SCHEDULABLE, Boolean.toString(wanted.schedulable()));
    return labels;
  }

  private static Command.LabelNode command(
      NodeLabel wanted, String node, Map<String, @Nullable String> labels) {
    Long heardMs = wanted.heardMs();
    return new Command.LabelNode(
        node,
        wanted.nodeUid(),
        labels,
        heardMs == null ? Map.of() : Map.of(HEARTBEAT, time(heardMs)));
  }

  private static String time(long ms) {
    return Instant.ofEpochMilli(ms).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static long pauseMs(int failures) {
    return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(failures, 16));
  }
}
