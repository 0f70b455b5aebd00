package io.vireo.scheduler.owner;

import io.vireo.scheduler.core.OwnedVmi;
import io.vireo.scheduler.core.VmiState.Attempt;
import io.vireo.scheduler.core.VmiState.Condition;
import io.vireo.scheduler.core.VmiState.Failure;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that the scheduler remembers of one owner of VMIs.
 *
 * @param vmis those that it controls and that have not ended, by uid; kept apart from the rest by
 *     who stores it, since a ReplicaSet may have many
 * @param making VMIs that are being made and that no record tells of yet, by name
 * @param vm what concerns a VirtualMachine only
 * @param set what concerns a ReplicaSet only
 * @param shown what Kubernetes was told
 * @param progress counters and what is under way
 */
public record OwnerState(
    OwnerRef ref,
    Observed observed,
    Map<String, OwnedVmi> vmis,
    Map<String, Slot> making,
    VmMemory vm,
    SetMemory set,
    Shown shown,
    Progress progress) {

  public OwnerState {
    vmis = vmis == null ? Map.of() : Collections.unmodifiableSortedMap(new TreeMap<>(vmis));
    making = Collections.unmodifiableSortedMap(new TreeMap<>(making));
  }

  /** Nothing known yet. */
  public static OwnerState fresh(OwnerRef ref) {
    return new OwnerState(
        ref,
        new Observed(null, false, 0),
        Map.of(),
        Map.of(),
        VmMemory.START,
        SetMemory.START,
        Shown.NOTHING,
        Progress.START);
  }

  /** The same, by another name: VMIs may be told of before the object itself. */
  public OwnerState named(OwnerRef name) {
    return new OwnerState(name, observed, vmis, making, vm, set, shown, progress);
  }

  /** The same with these VMIs. */
  public OwnerState withVmis(Map<String, OwnedVmi> all) {
    return new OwnerState(ref, observed, all, making, vm, set, shown, progress);
  }

  /** The same, with its commands and events counted on from these. */
  public OwnerState countingFrom(long seq, long events) {
    Progress counted = new Progress(seq, events, progress.pending(), progress.attempts());
    return new OwnerState(ref, observed, vmis, making, vm, set, shown, counted);
  }

  /**
   * The newest view of the object, with the incarnation of ingest that told it.
   *
   * @param gone the object was deleted
   */
  public record Observed(@Nullable OwnerDesired desired, boolean gone, long incarnation) {}

  /**
   * A VMI that is being made: from the command on until it is told of.
   *
   * @param generation of the owner
   * @param templateHash hash over the template that it is made of
   * @param forStart made since a user asked for it
   * @param uid of the VMI, once it is made
   * @param madeAtMs when that was known
   * @param endedUid a VMI of the name that came and ended before the answer to the command
   */
  public record Slot(
      String name,
      long generation,
      String templateHash,
      boolean forStart,
      boolean paused,
      @Nullable String uid,
      long madeAtMs,
      @Nullable String endedUid) {

    Slot withUid(@Nullable String made, long atMs) {
      return new Slot(name, generation, templateHash, forStart, paused, made, atMs, endedUid);
    }

    Slot withEnded(String ended) {
      return new Slot(name, generation, templateHash, forStart, paused, uid, madeAtMs, ended);
    }
  }

  /**
   * What a VirtualMachine was made to do.
   *
   * @param strategy the run strategy that was seen last; null before the first
   * @param rerun RerunOnFailure has a reason to make a VMI
   * @param onceMade Once has had its VMI
   * @param newest the VMI that was made last
   * @param endedUid the VMI that ended last
   * @param failure starts that failed in a row
   * @param idle a request that could have no effect when it was looked at
   * @param orphaning it was deleted without its VMI
   */
  public record VmMemory(
      @Nullable String strategy,
      boolean rerun,
      boolean onceMade,
      @Nullable Made newest,
      @Nullable String endedUid,
      @Nullable StartFailure failure,
      @Nullable Idle idle,
      boolean orphaning) {

    static final VmMemory START = new VmMemory(null, false, false, null, null, null, null, false);

    VmMemory withStrategy(@Nullable String next, boolean nextRerun, boolean nextOnceMade) {
      return new VmMemory(
          next, nextRerun, nextOnceMade, newest, endedUid, failure, idle, orphaning);
    }

    VmMemory withNewest(@Nullable Made next) {
      return new VmMemory(strategy, rerun, onceMade, next, endedUid, failure, idle, orphaning);
    }

    VmMemory withEnded(String uid) {
      return new VmMemory(strategy, rerun, onceMade, newest, uid, failure, idle, orphaning);
    }

    VmMemory withFailure(@Nullable StartFailure next) {
      return new VmMemory(strategy, rerun, onceMade, newest, endedUid, next, idle, orphaning);
    }

    VmMemory withIdle(@Nullable Idle next) {
      return new VmMemory(strategy, rerun, onceMade, newest, endedUid, failure, next, orphaning);
    }

    VmMemory withOrphaning() {
      return new VmMemory(strategy, rerun, onceMade, newest, endedUid, failure, idle, true);
    }
  }

  /**
   * A VMI that was made for a VirtualMachine.
   *
   * @param forStart for a request of a user that still stands
   */
  public record Made(String uid, long generation, String templateHash, boolean forStart) {}

  /** Starts that failed before the guest ran, in a row. */
  public record StartFailure(int count, String lastUid, long retryAtMs) {}

  /** A request that could have no effect, and since when. */
  public record Idle(String request, long sinceMs) {}

  /**
   * What a ReplicaSet was made to do.
   *
   * @param counter number of the newest name
   * @param paused it was seen paused
   * @param failedUid the VMI that failed last before its guest ran
   */
  public record SetMemory(long counter, boolean paused, @Nullable String failedUid) {

    static final SetMemory START = new SetMemory(0, false, null);
  }

  /**
   * What the status says.
   *
   * @param failure why a VMI could not be made or deleted
   * @param summary printableStatus
   * @param written the newest status that is known to be stored
   */
  public record Shown(
      Map<String, Condition> conditions,
      @Nullable Failure failure,
      @Nullable String summary,
      @Nullable Written written) {

    static final Shown NOTHING = new Shown(Map.of(), null, null, null);

    public Shown {
      conditions = Collections.unmodifiableSortedMap(new TreeMap<>(conditions));
    }

    Shown withConditions(Map<String, Condition> next) {
      return new Shown(next, failure, summary, written);
    }

    Shown withFailure(@Nullable Failure next) {
      return new Shown(conditions, next, summary, written);
    }

    Shown withSummary(String next) {
      return new Shown(conditions, failure, next, written);
    }

    Shown withWritten(@Nullable Written next) {
      return new Shown(conditions, failure, summary, next);
    }
  }

  /**
   * A status that was stored.
   *
   * @param echo the hash over it as Kubernetes gave it back; null until seen
   */
  public record Written(String hash, long resourceVersion, long atMs, @Nullable String echo) {}

  /** Counters and what is under way. */
  public record Progress(
      long seq, long events, Map<String, Pending> pending, Map<String, Attempt> attempts) {

    static final Progress START = new Progress(0, 0, Map.of(), Map.of());

    public Progress {
      pending = Collections.unmodifiableSortedMap(new TreeMap<>(pending));
      attempts = Collections.unmodifiableSortedMap(new TreeMap<>(attempts));
    }
  }

  /**
   * A command without an end yet.
   *
   * @param target name of the VMI to make, uid of the one to delete; what a status write takes out
   */
  public record Pending(
      String type, long issuedAtMs, @Nullable String target, @Nullable String hash) {}
}
