package io.vireo.ingest.core;

import io.vireo.ingest.core.Input.Report;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Folds one input at a time into the books and says what is to be written. Before the first input
 * the {@code restore} methods take what was written by the starts before this one. Not thread-safe:
 * one thread owns it.
 */
public final class Intake {

  /** Ended uids that are remembered, so that a late report does not bring one back. */
  private static final int ENDED_MAX = 10_000;

  private final VmiBook vmis = new VmiBook();
  private final PodBook pods = new PodBook(this::subject);
  private final DomainBook domains = new DomainBook(this::subject);
  private final NodeBook nodes;
  private final Set<ListKind> listed = EnumSet.noneOf(ListKind.class);
  private final Set<String> live = new LinkedHashSet<>();
  private final Set<String> endedWhileLive = new LinkedHashSet<>();
  private final Set<String> ended = new LinkedHashSet<>();

  /**
   * An empty state.
   *
   * @param suspectAfterMs silence of an executor after which its node is suspect
   * @param lostAfterMs silence after which it is lost
   */
  public Intake(long suspectAfterMs, long lostAfterMs) {
    nodes = new NodeBook(new NodeBook.Silence(suspectAfterMs, lostAfterMs));
  }

  /** This VMI was written last like this. */
  public void restoreVmi(VmiSnapshot vmi) {
    vmis.restorePresent(vmi);
  }

  /** This VMI was written last as gone. */
  public void restoreRemovedVmi(VmiRef ref) {
    vmis.restoreRemoved(ref);
  }

  /** These pods were written last of a VMI. */
  public void restorePods(String vmiUid, List<PodSnapshot> written) {
    pods.restore(vmiUid, written);
  }

  /** These domains were written last of a VMI. */
  public void restoreDomains(String vmiUid, List<DomainSnapshot> written) {
    domains.restore(vmiUid, written);
  }

  /** This was said last of a node. */
  public void restoreNode(String node, String uid, NodeStanding standing, long nowMs) {
    nodes.restore(node, uid, standing, nowMs);
  }

  /** What follows from one input. */
  public List<Output> apply(Input input, long nowMs) {
    return switch (input) {
      case Input.ListStarted started ->
          started.first()
              ? List.of()
              : List.of(new Output.WatchBroken(started.kind(), started.reason()));
      case Input.ListEnded end -> listed(end.kind());
      case Input.VmiSeen seen -> {
        live.add(seen.vmi().ref().uid());
        yield vmis.seen(seen.vmi());
      }
      case Input.VmiGone gone -> vmiGone(gone.ref().uid());
      case Input.PodSeen seen -> pods.seen(seen.vmiUid(), seen.pod());
      case Input.PodGone gone -> pods.gone(gone.podUid());
      case Input.NodeSeen seen ->
          nodes.seen(seen.node(), seen.uid(), seen.offersLaunchers(), nowMs);
      case Input.NodeGone gone -> nodes.gone(gone.node(), gone.uid());
      case Input.NodeTopicsReady ready -> nodes.topicsReady(ready.node(), ready.nodeUid(), nowMs);
      case Input.Reported reported -> reported(reported, nowMs);
      case Input.VmiEnded end -> vmiEnded(end.vmiUid());
      case Input.Woken woken -> nodes.woken(nowMs);
    };
  }

  private List<Output> listed(ListKind kind) {
    listed.add(kind);
    List<Output> outputs = new ArrayList<>();
    switch (kind) {
      case VMI -> {
        outputs.addAll(vmis.listed());
        for (String uid : List.copyOf(endedWhileLive)) {
          if (!live.contains(uid)) {
            outputs.addAll(forget(uid));
          }
        }
      }
      case POD -> outputs.addAll(pods.listed());
      case NODE -> outputs.addAll(nodes.listed());
    }
    outputs.add(new Output.ListCompleted(kind));
    return outputs;
  }

  private List<Output> vmiGone(String uid) {
    live.remove(uid);
    List<Output> outputs = new ArrayList<>(vmis.gone(uid));
    if (endedWhileLive.contains(uid)) {
      outputs.addAll(forget(uid));
    }
    return outputs;
  }

  /**
   * The end is often known before the watch tells that the object is gone. Forgetting it then would
   * let the last change of the object bring it back, so that waits for its deletion.
   */
  private List<Output> vmiEnded(String uid) {
    if (live.contains(uid) || !listed.contains(ListKind.VMI)) {
      endedWhileLive.add(uid);
      return List.of();
    }
    return forget(uid);
  }

  private List<Output> forget(String uid) {
    endedWhileLive.remove(uid);
    ended.add(uid);
    if (ended.size() > ENDED_MAX) {
      ended.remove(ended.iterator().next());
    }
    String subject = subject(uid);
    boolean anything = vmis.forget(uid);
    anything |= pods.forget(uid);
    anything |= domains.forget(uid);
    return anything ? List.of(new Output.VmiForgotten(uid, subject)) : List.of();
  }

  private List<Output> reported(Input.Reported reported, long nowMs) {
    String node = reported.node();
    List<Output> outputs = new ArrayList<>(nodes.heard(node, reported.envelope().session(), nowMs));
    String known = nodes.uidOf(node);
    String claimed = reported.envelope().nodeUid();
    String nodeUid = !known.isEmpty() ? known : claimed == null ? "" : claimed;
    DomainBook.DomainReportOrigin origin =
        new DomainBook.DomainReportOrigin(node, nodeUid, reported.envelope());
    switch (reported.report()) {
      case Report.Alive alive -> {}
      case Report.ConsoleUsed used -> {}
      case Report.CommandEnded end ->
          outputs.add(new Output.CommandOutcome(node, subject(end.end().vmiUid()), end.end()));
      case Report.DomainChanged changed -> {
        if (!ended.contains(changed.domain().ref().uid())) {
          outputs.addAll(domains.reported(origin, changed.domain()));
        }
      }
      case Report.AllDomains all ->
          outputs.addAll(
              domains.reportedAll(
                  origin,
                  all.domains().stream()
                      .filter(domain -> !ended.contains(domain.ref().uid()))
                      .toList(),
                  nowMs));
    }
    return outputs;
  }

  /** Whether this input was applied but waits for another, so that a crash would lose it. */
  public boolean keeps(Input input) {
    return input instanceof Input.VmiEnded end && endedWhileLive.contains(end.vmiUid());
  }

  private String subject(String vmiUid) {
    return vmis.ref(vmiUid).map(VmiRef::subject).orElse(vmiUid);
  }

  /** When to give {@link Input.Woken}, if no input comes before. */
  public OptionalLong nextWakeUp() {
    return nodes.nextWakeUp();
  }

  /** Kinds whose first list is not complete yet. */
  public Set<ListKind> awaited() {
    Set<ListKind> awaited = EnumSet.allOf(ListKind.class);
    awaited.removeAll(listed);
    return awaited;
  }

  /** How many nodes stand how. */
  public Map<NodeStanding, Long> nodes() {
    return nodes.count();
  }

  /** How many VMIs Kubernetes holds. */
  public int vmis() {
    return vmis.size();
  }
}
