package io.vireo.ingest.core;

import io.vireo.ingest.core.Input.Envelope;
import io.vireo.ingest.core.Input.ReportedDomain;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The newest report of each (node, epoch) of a VMI, as one value. A node writes only entries with
 * its own name; what a later report leaves out is unknown, never gone.
 */
final class DomainBook {

  /** Entries kept of one VMI; past it, proven ends of the lowest epochs go first. */
  static final int ENTRIES_MAX = 16;

  private record Key(long epoch, String node) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      return Comparator.comparingLong(Key::epoch).thenComparing(Key::node).compare(this, other);
    }
  }

  private final Map<String, TreeMap<Key, DomainSnapshot>> written = new HashMap<>();

  /** Which uids a node has entries of, so that a snapshot need not search all. */
  private final Map<String, Set<String>> uidsByNode = new HashMap<>();

  private final Set<String> doubted = new TreeSet<>();

  /** VMIs of which another start wrote, and this one did not. */
  private final Set<String> byAnother = new HashSet<>();

  private final UnaryOperator<String> subjects;

  DomainBook(UnaryOperator<String> subjects) {
    this.subjects = subjects;
  }

  /** Of two that were written of the same (node, epoch), the later report is taken. */
  void restore(String vmiUid, List<DomainSnapshot> domains) {
    for (DomainSnapshot domain : domains) {
      DomainSnapshot before = entries(vmiUid).get(key(domain));
      if (before == null || domain.isLaterThan(before)) {
        put(vmiUid, domain);
      }
    }
  }

  /** The newest record may be another than the one that was restored. */
  void doubt(String vmiUid) {
    doubted.add(vmiUid);
  }

  /** What is doubted, written anew. */
  List<Output> listed() {
    List<Output> outputs = new ArrayList<>();
    doubted.forEach(uid -> outputs.addAll(overwritten(uid)));
    doubted.clear();
    return outputs;
  }

  /** Another wrote over what is written. */
  List<Output> overwritten(String vmiUid) {
    if (!written.containsKey(vmiUid)) {
      byAnother.add(vmiUid);
      return List.of();
    }
    return List.of(value(vmiUid, subjects.apply(vmiUid)));
  }

  List<Output> reported(DomainReportOrigin origin, ReportedDomain domain) {
    String uid = domain.ref().uid();
    DomainSnapshot news = origin.stamp(domain);
    DomainSnapshot before = entries(uid).get(key(news));
    if (before != null && !news.isLaterThan(before)) {
      return List.of();
    }
    put(uid, news);
    if (before != null && news.saysTheSameAs(before)) {
      return List.of();
    }
    return List.of(value(uid, domain.ref().subject()));
  }

  /** What a snapshot of everything that a node holds says by leaving it out. */
  List<Output> leftOut(DomainReportOrigin origin, List<ReportedDomain> domains, long nowMs) {
    Set<String> told = new HashSet<>();
    domains.forEach(domain -> told.add(domain.ref().uid() + "/" + domain.epoch()));
    List<Output> outputs = new ArrayList<>();
    for (String uid : List.copyOf(uidsByNode.getOrDefault(origin.node(), Set.of()))) {
      outputs.addAll(leftOut(origin, uid, told, nowMs));
    }
    return outputs;
  }

  private List<Output> leftOut(
      DomainReportOrigin origin, String uid, Set<String> told, long nowMs) {
    boolean changed = false;
    for (DomainSnapshot entry : List.copyOf(entries(uid).values())) {
      boolean open =
          !entry.state().name().equals(DomainSnapshot.ENDED)
              && !entry.state().name().equals(DomainSnapshot.UNKNOWN);
      if (entry.node().equals(origin.node()) && open && !told.contains(uid + "/" + entry.epoch())) {
        DomainSnapshot missing =
            entry.missingIn(origin.envelope().session(), origin.envelope().sequence(), nowMs);
        if (missing.isLaterThan(entry)) {
          put(uid, missing);
          changed = true;
        }
      }
    }
    return changed ? List.of(value(uid, subjects.apply(uid))) : List.of();
  }

  /** Whether anything was written of it, by this start or by another. */
  boolean forget(String vmiUid) {
    boolean isWrittenByAnother = byAnother.remove(vmiUid);
    TreeMap<Key, DomainSnapshot> removed = written.remove(vmiUid);
    if (removed == null) {
      return isWrittenByAnother;
    }
    removed
        .values()
        .forEach(
            domain ->
                uidsByNode.computeIfPresent(
                    domain.node(),
                    (node, uids) -> {
                      uids.remove(vmiUid);
                      return uids.isEmpty() ? null : uids;
                    }));
    return true;
  }

  private Output value(String uid, String subject) {
    return new Output.DomainsChanged(uid, subject, List.copyOf(entries(uid).values()));
  }

  private void put(String uid, DomainSnapshot domain) {
    TreeMap<Key, DomainSnapshot> entries = written.computeIfAbsent(uid, key -> new TreeMap<>());
    entries.put(key(domain), domain);
    uidsByNode.computeIfAbsent(domain.node(), node -> new HashSet<>()).add(uid);
    if (entries.size() > ENTRIES_MAX) {
      entries.entrySet().stream()
          .filter(entry -> entry.getValue().state().proven())
          .map(Map.Entry::getKey)
          .findFirst()
          .ifPresentOrElse(entries::remove, entries::pollFirstEntry);
    }
  }

  private Map<Key, DomainSnapshot> entries(String uid) {
    TreeMap<Key, DomainSnapshot> entries = written.get(uid);
    return entries == null ? Map.of() : entries;
  }

  private static Key key(DomainSnapshot domain) {
    return new Key(domain.epoch(), domain.node());
  }

  /**
   * Who reports: the topic's node, its uid as far as known, and the report's place in the order.
   */
  record DomainReportOrigin(String node, String nodeUid, Envelope envelope) {

    DomainSnapshot stamp(ReportedDomain domain) {
      return new DomainSnapshot(
          node,
          nodeUid,
          domain.epoch(),
          envelope.session(),
          envelope.sequence(),
          domain.state(),
          domain.machineType(),
          domain.interfaces(),
          domain.agent(),
          domain.observedMs(),
          domain.volumes());
    }
  }
}
