package io.vireo.scheduler.topology;

import io.vireo.health.Failpoint;
import io.vireo.scheduler.core.Decider;
import io.vireo.scheduler.core.Decision;
import io.vireo.scheduler.core.Epoch;
import io.vireo.scheduler.core.Input;
import io.vireo.scheduler.core.Pod;
import io.vireo.scheduler.core.VmiRef;
import io.vireo.scheduler.core.VmiState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The VMIs of one partition: their states, wake-ups and nodes. Decides on one at a time. */
final class Vmis {

  private static final Logger log = LoggerFactory.getLogger(Vmis.class);

  /**
   * When a VMI is decided again that has a wake-up at all, after a task began or a decision failed.
   */
  private static final long LOOK_AGAIN_MS = 60_000;

  /** How long it is remembered that a VMI has ended: late records come within moments. */
  private static final long ENDED_KEPT_MS = Duration.ofDays(1).toMillis();

  /** Of each partition: as many as start or end there in a moment. */
  private static final int DECODED_MAX = 128;

  private final Decider decider;
  private final KeyValueStore<String, byte[]> store;
  private final DecodedStates decoded = new DecodedStates(DECODED_MAX);
  private final NodeTable nodes;
  private final Outputs outputs;
  private final SchedulerMetrics metrics;
  private final TaskOrigin origin;
  private final Wakeups wakeups;
  private final Map<String, Set<String>> uidsByNode = new HashMap<>();
  private int waitingRetries;

  Vmis(
      Decider decider,
      NodeTable nodes,
      Outputs outputs,
      SchedulerMetrics metrics,
      ProcessorContext<String, byte[]> context,
      TaskOrigin origin) {
    this.decider = decider;
    this.store = context.getStateStore(VmiProcessor.VMIS);
    this.nodes = nodes;
    this.outputs = outputs;
    this.metrics = metrics;
    this.origin = origin;
    this.wakeups = new Wakeups(context, origin, this::wakeUp);
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      all.forEachRemaining(
          entry -> {
            StateCodec.Stored stored = StateCodec.decode(entry.value);
            VmiState state = stored.state();
            if (state == null) {
              wakeups.set(entry.key, stored.wakeUpAtMs());
              return;
            }
            index(state);
            countRetries(state.progress().attempts().size());
            // What was far ahead by another machine's clock may be due by this one's.
            long latest = origin.nowMs() + LOOK_AGAIN_MS;
            wakeups.set(entry.key, Math.min(stored.wakeUpAtMs(), latest));
          });
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
    decide(uid, null, new Input.TimerFired(), Cause.timer(dueMs), origin.nowMs());
  }

  void decideAll(Input input, Cause cause, long now) {
    List<String> uids = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      all.forEachRemaining(entry -> uids.add(entry.key));
    }
    for (String uid : uids) {
      decide(uid, null, input, cause, now);
    }
  }

  /** Decides on those that are bound to a node, have a pod on it or that it reports of. */
  void decideOn(String node, Input input, Cause cause, long now) {
    for (String uid : List.copyOf(uidsByNode.getOrDefault(node, Set.of()))) {
      decide(uid, null, input, cause, now);
    }
  }

  void decide(String uid, @Nullable VmiRef ref, Input input, Cause cause, long now) {
    byte[] bytes = store.get(uid);
    StateCodec.Stored stored = bytes == null ? null : decoded.decode(uid, bytes);
    VmiState before;
    if (stored != null && stored.state() != null) {
      before = named(stored.state(), ref);
    } else if (stored != null) {
      StateCodec.Ended ended = Objects.requireNonNull(stored.ended());
      if (input instanceof Input.TimerFired) {
        endedIsDue(uid, ended, stored.wakeUpAtMs(), now);
        return;
      }
      boolean isFirstSight = input instanceof Input.VmiSeen && !ended.wasSeen();
      if (!isFirstSight && !(input instanceof Input.DomainsSeen)) {
        // Its end was proven: nothing that comes late brings it back but a domain that runs.
        return;
      }
      before = ended.again();
    } else if (input instanceof Input.OutcomeSeen || input instanceof Input.TimerFired) {
      // Its end was proven before; late outcomes change nothing.
      return;
    } else {
      before = VmiState.fresh(ref == null ? new VmiRef(uid, "", "") : ref);
    }
    Decision decision;
    try {
      decision = decider.decide(before, input, nodes, now);
    } catch (RuntimeException e) {
      // One VMI that the rules cannot take must not stop all VMIs of its partition.
      decision = failed(before, stored, input, cause, now, e);
    }
    outputs.decision(before.ref(), decision, cause, now);
    metrics.issued(decision.commands().size());
    keep(uid, stored, before, decision, now);
  }

  private Decision failed(
      VmiState before,
      StateCodec.@Nullable Stored stored,
      Input input,
      Cause cause,
      long now,
      RuntimeException e) {
    log.atError()
        .setCause(e)
        .addKeyValue("vmiUid", before.ref().uid())
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
      StateCodec.@Nullable Stored stored,
      VmiState before,
      Decision decision,
      long now) {
    unindex(before);
    VmiState after = decision.state();
    Map<String, VmiState.Attempt> attemptsBefore =
        stored == null || stored.state() == null ? Map.of() : before.progress().attempts();
    if (after == null) {
      countRetries(-attemptsBefore.size());
      StateCodec.Ended earlier = stored == null ? null : stored.ended();
      forget(uid, StateCodec.Ended.of(earlier, before, decision), now);
      return;
    }
    index(after);
    Map<String, VmiState.Attempt> attempts = after.progress().attempts();
    countRetries(attempts.size() - attemptsBefore.size());
    metrics.failedAttempts(attemptsBefore, attempts);
    long wakeUp = decision.wakeUpAtMs().orElse(0);
    StateCodec.Stored next = new StateCodec.Stored(after, wakeUp);
    if (!next.equals(stored)) {
      Failpoint.pass("scheduler.decision.before");
      store.put(uid, decoded.encode(uid, next));
      Failpoint.pass("scheduler.decision.after");
    }
    wakeups.set(uid, wakeUp);
  }

  /** A VMI that has ended keeps its place in its history for a while. */
  private void forget(String uid, StateCodec.Ended ended, long now) {
    keepEnded(uid, ended, now + ENDED_KEPT_MS);
  }

  /** A clock that went back makes everything due, also what is to be kept for long yet. */
  private void endedIsDue(String uid, StateCodec.Ended ended, long untilMs, long now) {
    if (untilMs <= now) {
      store.delete(uid);
    } else {
      keepEnded(uid, ended, Math.min(untilMs, now + ENDED_KEPT_MS));
    }
  }

  private void keepEnded(String uid, StateCodec.Ended ended, long untilMs) {
    store.put(uid, StateCodec.encode(new StateCodec.Stored(null, untilMs, ended)));
    wakeups.set(uid, untilMs);
  }

  /** Pods and reports may come before the object itself, which has the name; pods have a part. */
  private static VmiState named(VmiState state, @Nullable VmiRef ref) {
    boolean saysLess = ref != null && ref.name().isEmpty() && !state.ref().namespace().isEmpty();
    return ref == null || saysLess || ref.equals(state.ref()) ? state : state.named(ref);
  }

  private static Set<String> nodesOf(VmiState state) {
    Set<String> names = new TreeSet<>();
    Epoch epoch = state.epoch();
    if (epoch != null && epoch.node() != null) {
      names.add(epoch.node());
    }
    state.observed().domains().forEach(domain -> names.add(domain.node()));
    state.observed().pods().stream()
        .map(Pod::nodeName)
        .filter(Objects::nonNull)
        .forEach(names::add);
    return names;
  }

  private void index(VmiState state) {
    for (String node : nodesOf(state)) {
      uidsByNode.computeIfAbsent(node, name -> new TreeSet<>()).add(state.ref().uid());
    }
  }

  private void unindex(VmiState state) {
    for (String node : nodesOf(state)) {
      uidsByNode.computeIfPresent(
          node,
          (name, uids) -> {
            uids.remove(state.ref().uid());
            return uids.isEmpty() ? null : uids;
          });
    }
  }
}
