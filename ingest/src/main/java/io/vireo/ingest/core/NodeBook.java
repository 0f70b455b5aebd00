package io.vireo.ingest.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How each node stands. A node is known once it offers devices for launchers, eligible once its
 * topics exist and its executor was heard, and from then on judged by its silence alone. Silence
 * counts from when ingest listened, so a restart of ingest makes nobody suspect.
 */
final class NodeBook {

  private static final long MINUTE_MS = 60_000;

  /** What is known of one node, and what was said of it. */
  private static final class Entry {
    @Nullable String uid;
    boolean offersLaunchers;
    @Nullable String topicsOfUid;
    @Nullable Long heardMs;
    @Nullable Long session;
    @Nullable NodeStanding said;
    String saidUid = "";
    long saidMinute;
  }

  private final Map<String, Entry> nodes = new HashMap<>();
  private final long suspectAfterMs;
  private final long lostAfterMs;
  private boolean complete;

  NodeBook(Silence silence) {
    this.suspectAfterMs = silence.suspectAfterMs();
    this.lostAfterMs = silence.lostAfterMs();
  }

  void restore(String node, String uid, NodeStanding standing, long nowMs) {
    Entry entry = entry(node);
    entry.said = standing;
    entry.saidUid = uid;
    entry.saidMinute = nowMs / MINUTE_MS;
    if (standing.isAlive() || standing == NodeStanding.SUSPECT) {
      entry.heardMs = nowMs;
    }
  }

  List<Output> seen(String node, String uid, boolean offersLaunchers, long nowMs) {
    Entry entry = entry(node);
    List<Output> outputs = new ArrayList<>();
    if (entry.uid != null && !entry.uid.equals(uid)) {
      outputs.addAll(gone(node, entry.uid));
    }
    entry.uid = uid;
    entry.offersLaunchers |= offersLaunchers;
    outputs.addAll(judge(node, entry, nowMs));
    return outputs;
  }

  List<Output> gone(String node, String uid) {
    Entry entry = entry(node);
    if (entry.uid != null && !entry.uid.equals(uid)) {
      return List.of();
    }
    return removed(node, entry);
  }

  List<Output> listed() {
    complete = true;
    List<Output> outputs = new ArrayList<>();
    nodes.forEach(
        (node, entry) -> {
          if (entry.uid == null) {
            outputs.addAll(removed(node, entry));
          }
        });
    return outputs;
  }

  List<Output> topicsReady(String node, String uid, long nowMs) {
    Entry entry = entry(node);
    entry.topicsOfUid = uid;
    return judge(node, entry, nowMs);
  }

  List<Output> heard(String node, long session, long nowMs) {
    Entry entry = entry(node);
    entry.heardMs = nowMs;
    entry.session = session;
    List<Output> outputs = new ArrayList<>(judge(node, entry, nowMs));
    if (outputs.isEmpty()
        && entry.said != null
        && entry.said.isAlive()
        && nowMs / MINUTE_MS > entry.saidMinute) {
      entry.saidMinute = nowMs / MINUTE_MS;
      outputs.add(
          new Output.NodeChanged(
              node,
              entry.saidUid,
              entry.said,
              "Heartbeat",
              entry.session,
              entry.saidMinute * MINUTE_MS));
    }
    return outputs;
  }

  List<Output> woken(long nowMs) {
    List<Output> outputs = new ArrayList<>();
    nodes.forEach((node, entry) -> outputs.addAll(judge(node, entry, nowMs)));
    return outputs;
  }

  /** When the next silence is long enough to be told. */
  OptionalLong nextWakeUp() {
    return nodes.values().stream()
        .filter(entry -> entry.heardMs != null && entry.said != null)
        .mapToLong(this::deadline)
        .filter(deadline -> deadline < Long.MAX_VALUE)
        .min();
  }

  private long deadline(Entry entry) {
    long heard = entry.heardMs == null ? 0 : entry.heardMs;
    if (entry.said == null) {
      return Long.MAX_VALUE;
    }
    return switch (entry.said) {
      case ELIGIBLE, BACK -> heard + suspectAfterMs;
      case SUSPECT -> heard + lostAfterMs;
      case KNOWN, LOST, REMOVED -> Long.MAX_VALUE;
    };
  }

  String uidOf(String node) {
    Entry entry = nodes.get(node);
    return entry == null || entry.uid == null ? "" : entry.uid;
  }

  Map<NodeStanding, Long> count() {
    Map<NodeStanding, Long> counts = new HashMap<>();
    nodes
        .values()
        .forEach(
            entry -> {
              if (entry.said != null) {
                counts.merge(entry.said, 1L, Long::sum);
              }
            });
    return counts;
  }

  private List<Output> removed(String node, Entry entry) {
    entry.uid = null;
    entry.offersLaunchers = false;
    entry.topicsOfUid = null;
    entry.heardMs = null;
    if (entry.said == null || entry.said == NodeStanding.REMOVED) {
      return List.of();
    }
    return List.of(say(node, entry, NodeStanding.REMOVED, "NodeDeleted"));
  }

  /** Says every step that the facts allow, in order. */
  private List<Output> judge(String node, Entry entry, long nowMs) {
    List<Output> outputs = new ArrayList<>();
    Step step = next(entry, nowMs);
    while (step != null) {
      outputs.add(say(node, entry, step.standing(), step.reason()));
      entry.saidMinute = nowMs / MINUTE_MS;
      step = next(entry, nowMs);
    }
    return outputs;
  }

  private record Step(NodeStanding standing, String reason) {}

  private @Nullable Step next(Entry entry, long nowMs) {
    if (entry.uid != null
        && entry.offersLaunchers
        && (entry.said == null
            || entry.said == NodeStanding.REMOVED
            || !entry.saidUid.equals(entry.uid))) {
      return new Step(NodeStanding.KNOWN, "OffersLaunchers");
    }
    if (entry.said == null || entry.heardMs == null) {
      return null;
    }
    long silence = nowMs - entry.heardMs;
    return switch (entry.said) {
      case KNOWN ->
          entry.saidUid.equals(entry.topicsOfUid) && silence < suspectAfterMs
              ? new Step(NodeStanding.ELIGIBLE, "ExecutorHeard")
              : null;
      case ELIGIBLE, BACK ->
          silence >= suspectAfterMs ? new Step(NodeStanding.SUSPECT, "ExecutorSilent") : null;
      case SUSPECT -> {
        if (silence < suspectAfterMs) {
          yield new Step(NodeStanding.BACK, "ExecutorHeard");
        }
        yield silence >= lostAfterMs ? new Step(NodeStanding.LOST, "ExecutorSilent") : null;
      }
      case LOST -> silence < suspectAfterMs ? new Step(NodeStanding.BACK, "ExecutorHeard") : null;
      case REMOVED -> null;
    };
  }

  private Output say(String node, Entry entry, NodeStanding standing, String reason) {
    entry.said = standing;
    if (entry.uid != null) {
      entry.saidUid = entry.uid;
    }
    return new Output.NodeChanged(node, entry.saidUid, standing, reason, entry.session, null);
  }

  private Entry entry(String node) {
    return nodes.computeIfAbsent(node, name -> new Entry());
  }

  /** Whether the first list of nodes was complete. */
  boolean isComplete() {
    return complete;
  }

  /** How long an executor may be silent. */
  record Silence(long suspectAfterMs, long lostAfterMs) {}
}
