package io.vireo.ingest.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
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
    Output.@Nullable NodeChanged last;
    @Nullable Capabilities capabilities;
    boolean doubted;
  }

  /** Requests that are remembered, so that one that is written twice is taken once. */
  private static final int REQUESTS_MAX = 1_000;

  private final Set<String> requests = new LinkedHashSet<>();

  private final Map<String, Entry> nodes = new HashMap<>();
  private final long suspectAfterMs;
  private final long lostAfterMs;
  private final Predicate<String> wasGivenVmis;

  /**
   * Knows no node.
   *
   * @param wasGivenVmis whether a VMI that is not forgotten was ever bound to the node of a name
   */
  NodeBook(Silence silence, Predicate<String> wasGivenVmis) {
    this.suspectAfterMs = silence.suspectAfterMs();
    this.lostAfterMs = silence.lostAfterMs();
    this.wasGivenVmis = wasGivenVmis;
  }

  void restore(Output.NodeChanged said, long nowMs) {
    NodeStanding standing = said.standing();
    Entry entry = entry(said.node());
    entry.said = standing;
    entry.saidUid = said.nodeUid();
    entry.last = said;
    entry.capabilities = said.capabilities();
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
    List<Output> outputs = new ArrayList<>();
    nodes.forEach(
        (node, entry) -> {
          if (entry.uid == null) {
            outputs.addAll(removed(node, entry));
          }
          if (entry.doubted && entry.last != null) {
            entry.doubted = false;
            outputs.add(entry.last);
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
              entry.saidMinute * MINUTE_MS,
              null));
    }
    return outputs;
  }

  /**
   * What its executor says of its machine, which is told on when it is news. After a restart it is
   * news again: a minute's stamp may have taken the place of the record that told it.
   */
  List<Output> capable(String node, @Nullable Capabilities capabilities) {
    Entry entry = entry(node);
    if (capabilities == null || capabilities.equals(entry.capabilities)) {
      return List.of();
    }
    entry.capabilities = capabilities;
    return entry.said != null && entry.said.isAlive()
        ? List.of(say(node, entry, new Step(entry.said, "CapabilitiesChanged")))
        : List.of();
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
      case KNOWN, LOST, FENCED, REMOVED -> Long.MAX_VALUE;
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
    // What was vouched for a machine holds, whatever becomes of its object.
    if (entry.said == null
        || entry.said == NodeStanding.REMOVED
        || entry.said == NodeStanding.FENCED) {
      return List.of();
    }
    return List.of(say(node, entry, new Step(NodeStanding.REMOVED, "NodeDeleted")));
  }

  /** Says every step that the facts allow, in order. */
  private List<Output> judge(String node, Entry entry, long nowMs) {
    List<Output> outputs = new ArrayList<>();
    Step step = next(entry, nowMs);
    while (step != null) {
      outputs.add(say(node, entry, step));
      entry.saidMinute = nowMs / MINUTE_MS;
      step = next(entry, nowMs);
    }
    return outputs;
  }

  private record Step(NodeStanding standing, String reason, @Nullable String actor) {

    Step(NodeStanding standing, String reason) {
      this(standing, reason, null);
    }
  }

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
        // After a restart silence counts anew, but nothing was heard.
        if (silence < suspectAfterMs && entry.session != null) {
          yield new Step(NodeStanding.BACK, "ExecutorHeard");
        }
        yield silence >= lostAfterMs ? new Step(NodeStanding.LOST, "ExecutorSilent") : null;
      }
      case LOST -> silence < suspectAfterMs ? new Step(NodeStanding.BACK, "ExecutorHeard") : null;
      case FENCED, REMOVED -> null;
    };
  }

  private Output say(String node, Entry entry, Step step) {
    entry.said = step.standing();
    if (entry.uid != null) {
      entry.saidUid = entry.uid;
    }
    entry.doubted = false;
    Output.NodeChanged said =
        new Output.NodeChanged(
            node,
            entry.saidUid,
            step.standing(),
            step.reason(),
            entry.session,
            null,
            step.actor(),
            entry.capabilities);
    entry.last = said;
    return said;
  }

  /** Not every partition may have what was said last. */
  void doubt(String node) {
    entry(node).doubted = true;
  }

  /** Another wrote over what was said last. */
  List<Output> overwritten(String node, int partition) {
    Entry entry = nodes.get(node);
    return entry == null || entry.last == null
        ? List.of()
        : List.of(new Output.NodeSaidAgain(entry.last, partition));
  }

  /**
   * What an administrator's words lead to. Of several about one node only the last that can be
   * taken is: words that are read again after a crash must not fence a node for a moment that was
   * forgotten since.
   */
  List<Output> requested(List<Input.NodeRequest> words, long nowMs) {
    List<Output> outputs = new ArrayList<>();
    Map<String, Input.NodeRequest> last = new LinkedHashMap<>();
    for (Input.NodeRequest word : words) {
      if (!requests.add(word.id())) {
        continue;
      }
      if (requests.size() > REQUESTS_MAX) {
        requests.remove(requests.iterator().next());
      }
      Optional<String> problem = problem(word);
      problem.ifPresent(
          text ->
              outputs.add(
                  new Output.Unusable(Output.INGEST, word.origin(), "NodeRequestRefused", text)));
      if (problem.isEmpty()) {
        last.put(word.node(), word);
      }
    }
    last.values().forEach(word -> outputs.addAll(requested(word, nowMs)));
    return outputs;
  }

  private Optional<String> problem(Input.NodeRequest word) {
    Entry entry = nodes.get(word.node());
    if (entry == null || (entry.uid == null && entry.said == null)) {
      // A VMI may hang on a machine whose Node is gone and of which no topic tells any more.
      if (word.action() == Input.NodeAction.FENCE
          && word.nodeUid() == null
          && wasGivenVmis.test(word.node())) {
        return Optional.empty();
      }
      return Optional.of("Expected a node that is known, but this one is not");
    }
    return word.nodeUid() == null || word.nodeUid().equals(uidMeant(entry))
        ? Optional.empty()
        : Optional.of("Expected the uid of the Node that bears the name, but it is of another");
  }

  /** The Node that bears the name, else the one that bore it last. */
  private static String uidMeant(Entry entry) {
    return entry.uid == null ? entry.saidUid : entry.uid;
  }

  private List<Output> requested(Input.NodeRequest word, long nowMs) {
    Entry entry = entry(word.node());
    boolean fenced = entry.said == NodeStanding.FENCED && entry.saidUid.equals(uidMeant(entry));
    return switch (word.action()) {
      case FENCE ->
          fenced
              ? List.of()
              : List.of(
                  say(
                      word.node(),
                      entry,
                      new Step(NodeStanding.FENCED, word.reason(), word.actor())));
      case FORGET -> entry.said == NodeStanding.FENCED ? forgotten(word, entry, nowMs) : List.of();
    };
  }

  private List<Output> forgotten(Input.NodeRequest word, Entry entry, long nowMs) {
    // What it said while it was fenced proves nothing.
    entry.heardMs = null;
    entry.saidMinute = nowMs / MINUTE_MS;
    NodeStanding standing = entry.uid == null ? NodeStanding.REMOVED : NodeStanding.KNOWN;
    return List.of(say(word.node(), entry, new Step(standing, "Forgotten", word.actor())));
  }

  private Entry entry(String node) {
    return nodes.computeIfAbsent(node, name -> new Entry());
  }

  /** How long an executor may be silent. */
  record Silence(long suspectAfterMs, long lostAfterMs) {}
}
