package io.vireo.scheduler.topology;

import io.vireo.health.Failpoint;
import io.vireo.scheduler.core.VmiState.Attempt;
import io.vireo.scheduler.owner.OwnerDecider;
import io.vireo.scheduler.owner.OwnerDecision;
import io.vireo.scheduler.owner.OwnerInput;
import io.vireo.scheduler.owner.OwnerRef;
import io.vireo.scheduler.owner.OwnerState;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The owners of VMIs of one partition: their states and wake-ups. Decides on one at a time. */
final class Owners {

  static final String STORE = "owners";

  private static final Logger log = LoggerFactory.getLogger(Owners.class);

  /** When an owner is decided again that has a wake-up at all, after a task began. */
  private static final long LOOK_AGAIN_MS = 60_000;

  /** How long it is remembered that an owner has ended: late records come within moments. */
  private static final long ENDED_KEPT_MS = Duration.ofDays(1).toMillis();

  private final OwnerDecider decider;
  private final OwnerStore store;
  private final NodeTable lists;
  private final Outputs outputs;
  private final SchedulerMetrics metrics;
  private final TaskOrigin origin;
  private final Wakeups wakeups;
  private int waitingRetries;

  Owners(
      OwnerDecider decider,
      NodeTable lists,
      Outputs outputs,
      SchedulerMetrics metrics,
      ProcessorContext<String, byte[]> context,
      TaskOrigin origin) {
    this.decider = decider;
    KeyValueStore<String, byte[]> entries = context.getStateStore(STORE);
    this.store = new OwnerStore(entries);
    this.lists = lists;
    this.outputs = outputs;
    this.metrics = metrics;
    this.origin = origin;
    this.wakeups = new Wakeups(context, origin, this::wakeUp);
    for (String uid : store.uids()) {
      OwnerStore.Stored stored = Objects.requireNonNull(store.get(uid));
      OwnerState state = stored.state();
      long at = stored.wakeUpAtMs();
      if (state != null) {
        countRetries(state.progress().attempts().size());
        // What was far ahead by another machine's clock may be due by this one's.
        at = Math.min(at, origin.nowMs() + LOOK_AGAIN_MS);
      }
      wakeups.set(uid, at);
    }
  }

  void close() {
    countRetries(-waitingRetries);
  }

  private void countRetries(int more) {
    waitingRetries += more;
    metrics.retriesWaiting(more);
  }

  /** To be called with each record, since timers wait for the clock. */
  void clockReads(long nowMs) {
    wakeups.clockReads(nowMs);
  }

  private void wakeUp(String uid, long dueMs) {
    metrics.wokenUp();
    decide(uid, null, new OwnerInput.TimerFired(), Cause.timer(dueMs), origin.nowMs());
  }

  /** Decides on all, since something was listed. */
  void decideAll(Cause cause, long now) {
    for (String uid : store.uids()) {
      decide(uid, null, new OwnerInput.BarrierPassed(), cause, now);
    }
  }

  void decide(String uid, @Nullable OwnerRef ref, OwnerInput input, Cause cause, long now) {
    OwnerStore.Stored stored = store.get(uid);
    OwnerState before = before(uid, ref, input, stored, now);
    if (before == null) {
      return;
    }
    OwnerDecision decision;
    try {
      decision = decider.decide(before, input, lists, now);
    } catch (RuntimeException e) {
      // One owner that the rules cannot take must not stop all of its partition.
      decision = failed(before, stored, input, cause, now, e);
    }
    outputs.decision(before.ref(), decision, cause, now);
    metrics.issued(decision.commands().size());
    keep(uid, stored, before, decision, now);
  }

  /** The state to decide on; null if the input changes nothing any more. */
  private @Nullable OwnerState before(
      String uid,
      @Nullable OwnerRef ref,
      OwnerInput input,
      OwnerStore.@Nullable Stored stored,
      long now) {
    if (stored != null && stored.state() != null) {
      return named(stored.state(), ref);
    }
    if (stored != null) {
      OwnerStore.Ended ended = Objects.requireNonNull(stored.ended());
      if (input instanceof OwnerInput.TimerFired) {
        endedIsDue(uid, ended, stored.wakeUpAtMs(), now);
      }
      // Its end was proven: what comes late does not bring it back.
      boolean isFirstSight = input instanceof OwnerInput.OwnerSeen && !ended.wasSeen();
      return isFirstSight ? named(ended.again(), ref) : null;
    }
    boolean saysWhich =
        input instanceof OwnerInput.OwnerSeen
            || input instanceof OwnerInput.OwnerGone
            || input instanceof OwnerInput.VmiTold;
    return saysWhich && ref != null ? OwnerState.fresh(ref) : null;
  }

  /** VMIs may be told of before the object itself, which has the name. */
  private static OwnerState named(OwnerState state, @Nullable OwnerRef ref) {
    return ref == null || ref.name().isEmpty() || ref.equals(state.ref())
        ? state
        : state.named(ref);
  }

  private OwnerDecision failed(
      OwnerState before,
      OwnerStore.@Nullable Stored stored,
      OwnerInput input,
      Cause cause,
      long now,
      RuntimeException e) {
    log.atError()
        .setCause(e)
        .addKeyValue("ownerUid", before.ref().uid())
        .addKeyValue("topic", cause.topic())
        .addKeyValue("partition", cause.partition())
        .addKeyValue("offset", cause.offset())
        .log("An input could not be decided upon");
    String message = String.valueOf(e.getMessage());
    outputs.deadLetter(before.ref().uid(), cause, "DecisionFailed", message, now);
    return decider
        .failed(before, input, message, now)
        .wakingAt(stored != null && stored.wakeUpAtMs() > 0 ? now + LOOK_AGAIN_MS : 0);
  }

  private void keep(
      String uid,
      OwnerStore.@Nullable Stored stored,
      OwnerState before,
      OwnerDecision decision,
      long now) {
    OwnerState after = decision.state();
    Map<String, Attempt> attemptsBefore =
        stored == null || stored.state() == null ? Map.of() : before.progress().attempts();
    Failpoint.pass("scheduler.decision.before");
    if (after == null) {
      countRetries(-attemptsBefore.size());
      OwnerStore.Ended earlier = stored == null ? null : stored.ended();
      keepEnded(uid, OwnerStore.Ended.of(earlier, before, decision), now + ENDED_KEPT_MS);
    } else {
      Map<String, Attempt> attempts = after.progress().attempts();
      countRetries(attempts.size() - attemptsBefore.size());
      metrics.failedAttempts(attemptsBefore, attempts);
      long wakeUp = decision.wakeUpAtMs().orElse(0);
      store.put(uid, new OwnerStore.Stored(after, wakeUp, null));
      wakeups.set(uid, wakeUp);
    }
    Failpoint.pass("scheduler.decision.after");
  }

  /** A clock that went back makes everything due, also what is to be kept for long yet. */
  private void endedIsDue(String uid, OwnerStore.Ended ended, long untilMs, long now) {
    if (untilMs <= now) {
      store.delete(uid);
    } else {
      keepEnded(uid, ended, Math.min(untilMs, now + ENDED_KEPT_MS));
    }
  }

  private void keepEnded(String uid, OwnerStore.Ended ended, long untilMs) {
    store.put(uid, new OwnerStore.Stored(null, untilMs, ended));
    wakeups.set(uid, untilMs);
  }
}
