package io.vireo.scheduler.core;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All that the scheduler remembers of one VMI.
 *
 * @param observed what was seen
 * @param epoch the newest epoch that was opened, if any
 * @param shown what Kubernetes was told
 * @param progress counters and what is under way
 * @param told what its owner was told last; null if it has none
 */
public record VmiState(
    VmiRef ref,
    Observed observed,
    @Nullable Epoch epoch,
    Shown shown,
    Progress progress,
    @Nullable OwnedVmi told) {

  /** Nothing known yet. */
  public static VmiState fresh(VmiRef ref) {
    return new VmiState(ref, Observed.NOTHING, null, Shown.NOTHING, Progress.START, null);
  }

  /**
   * The newest view of each kind, with the incarnation of ingest that told it.
   *
   * @param gone the object was deleted
   */
  public record Observed(
      @Nullable Desired desired,
      boolean gone,
      long vmiIncarnation,
      List<Pod> pods,
      long podIncarnation,
      List<Domain> domains,
      long domainIncarnation) {

    static final Observed NOTHING = new Observed(null, false, 0, List.of(), 0, List.of(), 0);

    public Observed {
      pods = List.copyOf(pods);
      domains = List.copyOf(domains);
    }

    Observed withDesired(Desired news, long incarnation) {
      return new Observed(
          news, false, incarnation, pods, podIncarnation, domains, domainIncarnation);
    }

    Observed withGone(long incarnation) {
      return new Observed(
          desired, true, incarnation, pods, podIncarnation, domains, domainIncarnation);
    }

    Observed withPods(List<Pod> news, long incarnation) {
      return new Observed(
          desired, gone, vmiIncarnation, news, incarnation, domains, domainIncarnation);
    }

    Observed withDomains(List<Domain> news, long incarnation) {
      return new Observed(desired, gone, vmiIncarnation, pods, podIncarnation, news, incarnation);
    }

    /** The object is gone or on its way. */
    boolean isDeleting() {
      return gone || (desired != null && desired.deletedAtMs() != null);
    }
  }

  /** How far a launcher pod has come. */
  public enum Stage {
    CREATING,
    CREATED,
    BOUND
  }

  /** Why something failed, in words for a condition. */
  public record Failure(String reason, String message) {}

  /**
   * What the VMI's status says.
   *
   * @param written the newest status that is known to be stored
   * @param epochOnObject the epoch annotation and the finalizer are known to be on the object
   * @param volumes those of the newest pod
   */
  public record Shown(
      @Nullable String phase,
      List<PhaseTime> times,
      Map<String, Condition> conditions,
      @Nullable Failure problem,
      @Nullable Written written,
      long epochOnObject,
      List<VolumeStatus> volumes) {

    static final Shown NOTHING = new Shown(null, List.of(), Map.of(), null, null, 0, List.of());

    public Shown {
      times = List.copyOf(times);
      conditions = Collections.unmodifiableSortedMap(new TreeMap<>(conditions));
      // A state of an earlier release has none.
      volumes = volumes == null ? List.of() : List.copyOf(volumes);
    }

    Shown withPhase(@Nullable String next, List<PhaseTime> nextTimes) {
      return new Shown(next, nextTimes, conditions, problem, written, epochOnObject, volumes);
    }

    Shown withConditions(Map<String, Condition> next) {
      return new Shown(phase, times, next, problem, written, epochOnObject, volumes);
    }

    Shown withProblem(@Nullable Failure next) {
      return new Shown(phase, times, conditions, next, written, epochOnObject, volumes);
    }

    Shown withWritten(@Nullable Written next, long nextEpochOnObject) {
      return new Shown(phase, times, conditions, problem, next, nextEpochOnObject, volumes);
    }

    Shown withVolumes(List<VolumeStatus> next) {
      return new Shown(phase, times, conditions, problem, written, epochOnObject, next);
    }

    boolean wasScheduled() {
      return times.stream().anyMatch(time -> time.phase().equals("Scheduled"));
    }

    boolean isFinal() {
      return "Succeeded".equals(phase) || "Failed".equals(phase);
    }
  }

  /** When a phase began. */
  public record PhaseTime(String phase, long atMs) {}

  /** A condition of the VMI. */
  public record Condition(
      String status, @Nullable String reason, @Nullable String message, long sinceMs) {}

  /**
   * A status that was stored.
   *
   * @param echo the hash over it as Kubernetes gave it back; null until seen
   */
  public record Written(
      String hash, @Nullable String phase, long resourceVersion, @Nullable String echo) {}

  /**
   * Counters and what is under way.
   *
   * @param plannedEpoch the epoch to open next, already promised to the object; 0 for none
   * @param emitted Kubernetes Events that are said once
   */
  public record Progress(
      long seq,
      long events,
      long highestEpoch,
      long plannedEpoch,
      int launchFailures,
      Map<String, Pending> pending,
      Map<String, Attempt> attempts,
      Set<String> emitted) {

    static final Progress START = new Progress(0, 0, 0, 0, 0, Map.of(), Map.of(), Set.of());

    public Progress {
      pending = Collections.unmodifiableSortedMap(new TreeMap<>(pending));
      attempts = Collections.unmodifiableSortedMap(new TreeMap<>(attempts));
      emitted = Collections.unmodifiableSortedSet(new TreeSet<>(emitted));
    }
  }

  /** A command without an end yet. */
  public record Pending(
      String type,
      long epoch,
      long issuedAtMs,
      @Nullable String target,
      @Nullable String hash,
      @Nullable String phase) {}

  /**
   * Attempts at a kind of command that did not succeed.
   *
   * @param why what went wrong with the last one; null if only its effect is not seen yet
   */
  public record Attempt(int count, long notBeforeMs, @Nullable String why) {

    static final Attempt NONE = new Attempt(0, 0, null);
  }

  /** The same, by another name: pods and reports may come before the object itself. */
  public VmiState named(VmiRef name) {
    return new VmiState(name, observed, epoch, shown, progress, told);
  }

  /** The same, with its commands, events and epochs counted on from these. */
  public VmiState countingFrom(long seq, long events, long highestEpoch) {
    return new VmiState(
        ref,
        observed,
        epoch,
        shown,
        new Progress(
            seq,
            events,
            highestEpoch,
            progress.plannedEpoch(),
            progress.launchFailures(),
            progress.pending(),
            progress.attempts(),
            progress.emitted()),
        told);
  }

  /** The pod of the newest epoch, if it is there. */
  Optional<Pod> currentPod() {
    Epoch current = epoch;
    return current == null
        ? Optional.empty()
        : observed.pods().stream().filter(pod -> pod.name().equals(current.podName())).findFirst();
  }

  /** The same; one that has ended also when its object is gone. */
  Optional<Pod> lastPod() {
    Epoch current = epoch;
    return currentPod().or(() -> Optional.ofNullable(current == null ? null : current.endedPod()));
  }

  /** What the node that the newest epoch is bound to says of it. */
  Optional<Domain> currentDomain() {
    Epoch current = epoch;
    return current == null || current.node() == null
        ? Optional.empty()
        : observed.domains().stream()
            .filter(d -> d.epoch() == current.number() && d.node().equals(current.node()))
            .findFirst();
  }
}
