package io.vireo.ingest.core;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Folds one input at a time into the books and says what is to be written. Before the first input
 * the {@code restore} methods take what was written by the starts before this one. Not thread-safe:
 * one thread owns it.
 */
public final class Intake {

  /** Ended uids that are remembered, so that a late report does not bring one back. */
  private static final int ENDED_MAX = 10_000;

  /** How long the watch has to tell of what another start of ingest wrote of. */
  static final long DOUBT_MAX_MS = 5_000;

  private final ObjectBook<VmiRef, VmiSnapshot> vmis =
      new ObjectBook<>(
          new ObjectBook.Words<>(
              VmiRef::uid,
              VmiSnapshot::ref,
              VmiSnapshot::saysTheSameAs,
              Output.VmiChanged::new,
              Output.VmiRemoved::new));
  private final OwnerBook owners = new OwnerBook();
  private final ClaimBook claims = new ClaimBook();
  private final Placements placements = new Placements();
  private final PodBook pods = new PodBook(this::subject, placements);
  private final StrangePods strangePods = new StrangePods();
  private final DomainBook domains = new DomainBook(this::subject);
  private final NodeBook nodes;
  private final Reports reports;
  private final Set<ListKind> listed = EnumSet.noneOf(ListKind.class);
  private final Set<String> live = new LinkedHashSet<>();
  private final Set<String> endedWhileLive = new LinkedHashSet<>();
  private final Set<String> ended = new LinkedHashSet<>();
  private OptionalLong doubtingUntil = OptionalLong.empty();

  /** The list of VMIs is complete, but that of claims is not, so some of them were not written. */
  private boolean vmiListWaits;

  /**
   * An empty state.
   *
   * @param suspectAfterMs silence of an executor after which its node is suspect
   * @param lostAfterMs silence after which it is lost
   */
  public Intake(long suspectAfterMs, long lostAfterMs) {
    nodes = new NodeBook(new NodeBook.Silence(suspectAfterMs, lostAfterMs), placements::areOn);
    reports = new Reports(domains, nodes, placements, ended::contains, this::subject);
  }

  /** This VMI was written last like this. */
  public void restoreVmi(VmiSnapshot vmi) {
    vmis.restorePresent(vmi);
    placed(vmi);
  }

  /** This VMI was written last as gone. */
  public void restoreRemovedVmi(VmiRef ref) {
    vmis.restoreRemoved(ref);
  }

  /** This owner of VMIs was written last like this. */
  public void restoreOwner(OwnerSnapshot owner) {
    owners.restorePresent(owner);
  }

  /** This owner of VMIs was written last as gone. */
  public void restoreRemovedOwner(OwnerRef ref) {
    owners.restoreRemoved(ref);
  }

  /** These pods were written last of a VMI, and where its epochs had been given. */
  public void restorePods(String vmiUid, List<PodSnapshot> written, List<Placement> whereTheyWere) {
    pods.restore(vmiUid, written);
    placements.seen(vmiUid, written);
    whereTheyWere.forEach(
        placement -> placements.given(vmiUid, placement.epoch(), placement.node()));
  }

  /** These domains were written last of a VMI. */
  public void restoreDomains(String vmiUid, List<DomainSnapshot> written) {
    domains.restore(vmiUid, written);
    written.forEach(domain -> placements.given(vmiUid, domain.epoch(), domain.node()));
  }

  /** This was said last of a node. */
  public void restoreNode(Output.NodeChanged said, long nowMs) {
    nodes.restore(said, nowMs);
  }

  /**
   * Not all readers may have what was restored under this key as the newest: it is written anew
   * when the first list is complete.
   */
  public void doubt(Book book, String key) {
    switch (book) {
      case VMI -> vmis.doubt(key);
      case OWNER -> owners.doubt(key);
      case PODS -> pods.doubt(key);
      case DOMAINS -> domains.doubt(key);
      case NODE -> nodes.doubt(key);
    }
  }

  /**
   * What follows from one input.
   *
   * @throws IllegalStateException if only a new start can tell what is true
   */
  public List<Output> apply(Input input, long nowMs) {
    return switch (input) {
      case Input.ListStarted started ->
          started.first() || started.kind() == ListKind.CLAIM
              ? List.of()
              : List.of(new Output.WatchBroken(started.kind(), started.reason()));
      case Input.ListEnded end -> listed(end.kind());
      case Input.VmiSeen seen -> {
        live.add(seen.vmi().ref().uid());
        List<Output> outputs = new ArrayList<>();
        claims
            .seen(seen.vmi(), seen.claims())
            .ifPresent(joined -> outputs.addAll(vmis.seen(joined)));
        placed(seen.vmi()).forEach(node -> outputs.addAll(reports.given(node)));
        yield outputs;
      }
      case Input.VmiGone gone -> vmiGone(gone.ref().uid());
      case Input.OwnerSeen seen -> owners.seen(seen.owner());
      case Input.OwnerGone gone -> owners.gone(gone.ref());
      case Input.ClaimSeen seen -> changed(claims.seen(seen.claim()));
      case Input.ClaimGone gone -> changed(claims.claimGone(gone.namespace(), gone.name()));
      case Input.PodSeen seen -> {
        strangePods.gone(seen.pod().uid());
        List<String> news = placements.seen(seen.vmiUid(), List.of(seen.pod()));
        List<Output> outputs = new ArrayList<>(pods.seen(seen.vmiUid(), seen.pod()));
        news.forEach(node -> outputs.addAll(reports.given(node)));
        yield outputs;
      }
      case Input.StrangePodSeen pod -> {
        List<Output> outputs = new ArrayList<>(takenBack(pods.gone(pod.podUid())));
        outputs.addAll(strangePods.seen(pod, nowMs));
        yield outputs;
      }
      case Input.PodGone gone -> {
        strangePods.gone(gone.podUid());
        yield takenBack(pods.gone(gone.podUid()));
      }
      case Input.MountFailed failed -> pods.mountFailed(failed.podUid(), failed.message());
      case Input.NodeSeen seen ->
          nodes.seen(seen.node(), seen.uid(), seen.offersLaunchers(), nowMs);
      case Input.NodeGone gone -> nodes.gone(gone.node(), gone.uid());
      case Input.NodeTopicsReady ready -> nodes.topicsReady(ready.node(), ready.nodeUid(), nowMs);
      case Input.Reported reported -> reports.reported(reported, nowMs);
      case Input.Lost lost -> reports.lost(lost, nowMs);
      case Input.Overwritten overwritten -> {
        List<Output> outputs = overwritten(overwritten);
        if (doubtingUntil.isEmpty() && doubtsAny()) {
          doubtingUntil = OptionalLong.of(nowMs + DOUBT_MAX_MS);
        }
        yield outputs;
      }
      case Input.ListOverwritten overwritten ->
          listed.contains(overwritten.kind())
              ? List.of(new Output.ListCompletedAgain(overwritten.kind(), overwritten.partition()))
              : List.of();
      case Input.NodesRequested requested -> nodes.requested(requested.requests(), nowMs);
      case Input.VmiEnded end -> vmiEnded(end.vmiUid());
      case Input.OwnerEnded end -> owners.ended(end.ref());
      case Input.Woken woken -> {
        List<Output> outputs = new ArrayList<>(nodes.woken(nowMs));
        outputs.addAll(reports.woken(nowMs));
        endDoubts(nowMs);
        yield outputs;
      }
    };
  }

  /** What the object itself says of where its epoch is; it outlives the pod. */
  private List<String> placed(VmiSnapshot vmi) {
    Long epoch = vmi.epoch();
    String node = vmi.nodeName();
    return epoch != null && node != null && placements.given(vmi.ref().uid(), epoch, node)
        ? List.of(node)
        : List.of();
  }

  private List<Output> changed(List<VmiSnapshot> news) {
    List<Output> outputs = new ArrayList<>();
    news.forEach(vmi -> outputs.addAll(vmis.seen(vmi)));
    return outputs;
  }

  private List<Output> listed(ListKind kind) {
    if (kind == ListKind.VMI && !claims.isComplete()) {
      vmiListWaits = true;
      return List.of();
    }
    listed.add(kind);
    List<Output> outputs = new ArrayList<>();
    switch (kind) {
      case CLAIM -> {
        outputs.addAll(changed(claims.listed()));
        if (vmiListWaits) {
          vmiListWaits = false;
          outputs.addAll(listed(ListKind.VMI));
        }
        return outputs;
      }
      case VMI -> {
        outputs.addAll(vmis.listed(ref -> true));
        for (String uid : List.copyOf(endedWhileLive)) {
          if (!live.contains(uid)) {
            outputs.addAll(forget(uid));
          }
        }
      }
      case VM, REPLICA_SET -> {
        return owners.listed(kind);
      }
      case POD -> outputs.addAll(takenBack(pods.listed()));
      case NODE -> {
        outputs.addAll(nodes.listed());
        outputs.addAll(domains.listed());
      }
    }
    outputs.add(new Output.ListCompleted(kind));
    return outputs;
  }

  /**
   * Readers ignore what an earlier start writes, but the topic keeps it as the newest of its key,
   * and who reads the topic anew would believe it.
   */
  private List<Output> overwritten(Input.Overwritten overwritten) {
    String key = overwritten.key();
    if (Book.OF_A_VMI.contains(overwritten.book()) && ended.contains(key)) {
      return List.of(new Output.VmiForgotten(key, subject(key)));
    }
    return switch (overwritten.book()) {
      case VMI -> vmis.overwritten(key, overwritten.vmi());
      case OWNER -> owners.overwritten(key, overwritten.owner());
      case PODS -> pods.overwritten(key);
      case DOMAINS -> domains.overwritten(key);
      case NODE -> nodes.overwritten(key, overwritten.partition());
    };
  }

  /** Doubts before the first lists end with these. */
  private boolean doubtsAny() {
    return awaited().isEmpty() && (vmis.doubtsAny() || pods.doubtsAny() || owners.doubtsAny());
  }

  /** What the watch has never told of is gone, or was never there; only a list tells. */
  private void endDoubts(long nowMs) {
    if (doubtingUntil.isEmpty() || nowMs < doubtingUntil.getAsLong()) {
      return;
    }
    doubtingUntil = OptionalLong.empty();
    if (doubtsAny()) {
      throw new IllegalStateException(
          "Expected the watch to tell, within "
              + DOUBT_MAX_MS
              + " ms, of what another start of ingest wrote: a new start asks for the lists");
    }
  }

  private List<Output> vmiGone(String uid) {
    live.remove(uid);
    claims.gone(uid);
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

  /**
   * A watch that is behind tells of pods whose VMI has ended. Their end is the last that is heard
   * of it, so nobody else would take back what is written of them.
   */
  private List<Output> takenBack(List<Output> outputs) {
    List<Output> all = new ArrayList<>(outputs);
    for (Output output : outputs) {
      if (output instanceof Output.PodsChanged changed
          && changed.pods().isEmpty()
          && ended.contains(changed.vmiUid())) {
        all.addAll(forget(changed.vmiUid()));
      }
    }
    return all;
  }

  private List<Output> forget(String uid) {
    endedWhileLive.remove(uid);
    ended.add(uid);
    if (ended.size() > ENDED_MAX) {
      String oldest = ended.iterator().next();
      ended.remove(oldest);
      placements.forget(oldest);
    }
    String subject = subject(uid);
    boolean anything = vmis.forget(uid);
    anything |= pods.forget(uid);
    anything |= domains.forget(uid);
    return anything ? List.of(new Output.VmiForgotten(uid, subject)) : List.of();
  }

  /** Whether this input was applied but waits for another, so that a crash would lose it. */
  public boolean keeps(Input input) {
    return switch (input) {
      case Input.VmiEnded end -> endedWhileLive.contains(end.vmiUid());
      case Input.OwnerEnded end -> owners.keeps(end.ref());
      case Input.Reported reported -> reports.keeps(reported);
      default -> false;
    };
  }

  private String subject(String vmiUid) {
    return vmis.ref(vmiUid).map(VmiRef::subject).orElse(vmiUid);
  }

  /** When to give {@link Input.Woken}, if no input comes before. */
  public OptionalLong nextWakeUp() {
    return LongStream.concat(
            doubtingUntil.stream(),
            LongStream.concat(nodes.nextWakeUp().stream(), reports.nextWakeUp().stream()))
        .min();
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

  /** Gaps in the reports that were found since the start. */
  public long gaps() {
    return reports.counts().gaps();
  }

  /** Reports that were refused since the start for what they speak of. */
  public long refusedReports() {
    return reports.counts().refused();
  }

  /** Reports that wait to learn whether the node was given what they speak of. */
  public int waitingReports() {
    return reports.counts().waiting();
  }

  /** How many VMIs Kubernetes holds. */
  public int vmis() {
    return vmis.size();
  }

  /** How many VirtualMachines and ReplicaSets Kubernetes holds. */
  public int owners() {
    return owners.size();
  }
}
