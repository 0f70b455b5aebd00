package io.vireo.scheduler.topology;

import io.vireo.scheduler.core.Command;
import io.vireo.scheduler.core.Decider;
import io.vireo.scheduler.core.Decision;
import io.vireo.scheduler.core.Input;
import io.vireo.scheduler.core.VmiRef;
import io.vireo.scheduler.core.VmiState;
import io.vireo.schemas.DeadLetters;
import io.vireo.schemas.Partitions;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.DomainListComplete;
import io.vireo.schemas.avro.Domains;
import io.vireo.schemas.avro.DomainsObserved;
import io.vireo.schemas.avro.LauncherPods;
import io.vireo.schemas.avro.NodeTransition;
import io.vireo.schemas.avro.Outcome;
import io.vireo.schemas.avro.PodListComplete;
import io.vireo.schemas.avro.PodsObserved;
import io.vireo.schemas.avro.Vmi;
import io.vireo.schemas.avro.VmiDeleted;
import io.vireo.schemas.avro.VmiDesired;
import io.vireo.schemas.avro.VmiListComplete;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One partition of the loop: every record about its VMIs, in the order taken. */
final class VmiProcessor implements Processor<String, byte[], String, byte[]> {

  static final String VMIS = "vmis";
  static final String NODES = "nodes";

  private static final Logger log = LoggerFactory.getLogger(VmiProcessor.class);
  private static final String COMPONENT = "scheduler";

  /** How long after its start a task decides again whatever has a wake-up at all. */
  private static final long LOOK_AGAIN_MS = 60_000;

  private final Decider decider;
  private final int partitions;
  private final SchedulerMetrics metrics;
  private final Function<ProcessorContext<?, ?>, TaskOrigin> origins;
  private final EarlyCommit earlyCommit = new EarlyCommit();

  // Set by init, which Kafka Streams calls before anything else.
  private @Nullable Task task;

  VmiProcessor(
      Decider decider,
      int partitions,
      SchedulerMetrics metrics,
      Function<ProcessorContext<?, ?>, TaskOrigin> origins) {
    this.decider = decider;
    this.partitions = partitions;
    this.metrics = metrics;
    this.origins = origins;
  }

  /** What belongs to the partition this processor was given. */
  private record Task(
      ProcessorContext<String, byte[]> context,
      TaskOrigin origin,
      KeyValueStore<String, byte[]> vmis,
      NodeTable nodes,
      Outputs outputs,
      Wakeups wakeups,
      Map<String, Set<String>> uidsByNode) {}

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    KeyValueStore<String, byte[]> vmis = context.getStateStore(VMIS);
    KeyValueStore<String, byte[]> nodes = context.getStateStore(NODES);
    TaskOrigin origin = origins.apply(context);
    Task started =
        new Task(
            context,
            origin,
            vmis,
            new NodeTable(nodes),
            new Outputs(context),
            new Wakeups(context, origin, this::timer),
            new HashMap<>());
    task = started;
    try (KeyValueIterator<String, byte[]> all = vmis.all()) {
      all.forEachRemaining(
          entry -> {
            StateCodec.Stored stored = StateCodec.decode(entry.value);
            index(started, stored.state());
            // What was far ahead by another machine's clock may be due by this one's.
            long latest = origin.nowMs() + LOOK_AGAIN_MS;
            started.wakeups().set(entry.key, Math.min(stored.wakeUpAtMs(), latest));
          });
    }
  }

  private Task task() {
    if (task == null) {
      throw new IllegalStateException("Expected init to be called first");
    }
    return task;
  }

  @Override
  public void process(Record<String, byte[]> record) {
    Task t = task();
    long now = t.origin().nowMs();
    t.wakeups().clockReads(now);
    RecordMetadata origin = t.origin().record();
    Cause cause = new Cause(origin.topic(), origin.partition(), origin.offset());
    long started = System.nanoTime();
    try {
      if (record.value() != null) {
        dispatch(t, record.key(), record.value(), cause, now);
      }
    } catch (UndecodableRecordException e) {
      deadLetter(t, record, cause, e.reason(), e.getMessage(), now);
    } catch (IllegalArgumentException | IllegalStateException | NullPointerException e) {
      // One record that the rules cannot take must not stop all VMIs of its partition.
      log.atError()
          .setCause(e)
          .addKeyValue("topic", cause.topic())
          .addKeyValue("partition", cause.partition())
          .addKeyValue("offset", cause.offset())
          .log("A record could not be decided upon");
      deadLetter(t, record, cause, "DecisionFailed", String.valueOf(e.getMessage()), now);
    }
    metrics.decided(cause.topic(), System.nanoTime() - started);
    if (earlyCommit.isQuiet(now)) {
      t.context().commit();
    }
  }

  private void deadLetter(
      Task t,
      Record<String, byte[]> record,
      Cause cause,
      String reason,
      @Nullable String message,
      long now) {
    String key = record.key() == null ? "" : record.key();
    t.outputs()
        .deadLetter(
            key,
            DeadLetters.letter(
                cause.topic(),
                cause.partition(),
                cause.offset(),
                record.value(),
                COMPONENT,
                reason,
                message == null ? reason : message,
                now),
            now);
  }

  private void dispatch(Task t, String key, byte[] value, Cause cause, long now)
      throws UndecodableRecordException {
    String topic = cause.topic();
    if (topic.equals(Topics.VMI_DESIRED.name())) {
      desired(t, Topics.VMI_DESIRED.decode(value), cause, now);
    } else if (topic.equals(Topics.POD_OBSERVED.name())) {
      pods(t, Topics.POD_OBSERVED.decode(value), cause, now);
    } else if (topic.equals(Topics.DOMAIN_OBSERVED.name())) {
      domains(t, key, Topics.DOMAIN_OBSERVED.decode(value), cause, now);
    } else if (topic.equals(Topics.OUTCOMES.name())) {
      Outcome outcome = Topics.OUTCOMES.decode(value);
      if (outcome.getVmiUid() != null) {
        decide(t, outcome.getVmiUid(), null, InputCodec.outcomeSeen(outcome), cause, now);
      }
    } else if (topic.equals(Topics.NODE_TRANSITIONS.name())) {
      transition(t, Topics.NODE_TRANSITIONS.decode(value), cause, now);
    }
  }

  private void desired(Task t, VmiDesired record, Cause cause, long now) {
    t.nodes().sawIncarnation(record.getIncarnation());
    switch (record.getBody()) {
      case Vmi vmi ->
          decide(
              t,
              vmi.getUid(),
              InputCodec.ref(vmi),
              InputCodec.vmiSeen(vmi, record.getIncarnation()),
              cause,
              now);
      case VmiDeleted deleted -> {
        VmiRef ref = new VmiRef(deleted.getUid(), deleted.getNamespace(), deleted.getName());
        decide(t, ref.uid(), ref, new Input.VmiGone(ref, record.getIncarnation()), cause, now);
      }
      case VmiListComplete complete ->
          listCompleted(t, complete.getKind(), record.getIncarnation(), cause, now);
      default -> {}
    }
  }

  private void pods(Task t, PodsObserved record, Cause cause, long now) {
    t.nodes().sawIncarnation(record.getIncarnation());
    switch (record.getBody()) {
      case LauncherPods pods ->
          decide(
              t,
              pods.getVmiUid(),
              null,
              InputCodec.podsSeen(pods, record.getIncarnation()),
              cause,
              now);
      case PodListComplete complete ->
          listCompleted(t, complete.getKind(), record.getIncarnation(), cause, now);
      default -> {}
    }
  }

  private void domains(Task t, String key, DomainsObserved record, Cause cause, long now) {
    if (record.getBody() instanceof Domains domains) {
      decide(t, key, null, InputCodec.domainsSeen(domains, record.getIncarnation()), cause, now);
    } else if (record.getBody() instanceof DomainListComplete complete) {
      listCompleted(t, complete.getKind(), record.getIncarnation(), cause, now);
    }
  }

  private void listCompleted(Task t, String kind, long incarnation, Cause cause, long now) {
    if (!t.nodes().listCompleted(kind, incarnation)) {
      return;
    }
    List<String> uids = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> all = t.vmis().all()) {
      all.forEachRemaining(entry -> uids.add(entry.key));
    }
    for (String uid : uids) {
      decide(t, uid, null, new Input.BarrierPassed(), cause, now);
    }
  }

  private void transition(Task t, NodeTransition transition, Cause cause, long now) {
    String standing = transition.getState().name();
    NodeTable.Entry entry =
        new NodeTable.Entry(
            transition.getNode(), transition.getNodeUid(), standing, transition.getIncarnation());
    boolean news = t.nodes().put(entry);
    if (Partitions.of(transition.getNode(), partitions) == t.origin().partition()) {
      labelNode(t, transition, standing, cause, now);
    }
    if (!news || transition.getHeartbeat() != null) {
      return;
    }
    Set<String> bound = t.uidsByNode().getOrDefault(transition.getNode(), Set.of());
    for (String uid : List.copyOf(bound)) {
      decide(t, uid, null, new Input.NodeChanged(transition.getNode(), standing), cause, now);
    }
  }

  private static void labelNode(
      Task t, NodeTransition transition, String standing, Cause cause, long now) {
    Boolean schedulable =
        switch (standing) {
          case "Eligible", "Back", "Suspect" -> true;
          case "Lost", "Fenced" -> false;
          default -> null;
        };
    if (schedulable == null) {
      return;
    }
    long heartbeat = transition.getHeartbeat() == null ? now : transition.getHeartbeat();
    Map<String, @Nullable String> annotations = new HashMap<>();
    if (schedulable) {
      annotations.put("kubevirt.io/heartbeat", Instant.ofEpochMilli(heartbeat).toString());
    }
    t.outputs()
        .labelNode(
            new Command.LabelNode(
                transition.getNode(),
                transition.getNodeUid(),
                Map.of("kubevirt.io/schedulable", schedulable.toString()),
                annotations),
            cause,
            now);
  }

  private void timer(String uid, long dueMs) {
    Task t = task();
    long now = t.origin().nowMs();
    metrics.wokenUp();
    decide(t, uid, null, new Input.TimerFired(), Cause.timer(dueMs), now);
  }

  private void decide(
      Task t, String uid, @Nullable VmiRef ref, Input input, Cause cause, long now) {
    byte[] bytes = t.vmis().get(uid);
    StateCodec.Stored stored = bytes == null ? null : StateCodec.decode(bytes);
    VmiState before;
    if (stored != null) {
      before = named(stored.state(), ref);
    } else if (input instanceof Input.OutcomeSeen || input instanceof Input.TimerFired) {
      // Its end was proven before; late outcomes change nothing.
      return;
    } else {
      before = VmiState.fresh(ref == null ? new VmiRef(uid, "", "") : ref);
    }
    Decision decision = decider.decide(before, input, t.nodes(), now);
    VmiState after = decision.state();
    t.outputs().decision(before.ref(), decision, cause, now);
    metrics.issued(decision.commands().size());
    unindex(t, before);
    long wakeUp = decision.wakeUpAtMs().orElse(0);
    if (after == null) {
      t.vmis().delete(uid);
      t.wakeups().set(uid, 0);
      return;
    }
    index(t, after);
    StateCodec.Stored next = new StateCodec.Stored(after, wakeUp);
    if (!next.equals(stored)) {
      t.vmis().put(uid, StateCodec.encode(next));
    }
    t.wakeups().set(uid, wakeUp);
  }

  /** Pods and reports may come before the object itself, which has the name. */
  private static VmiState named(VmiState state, @Nullable VmiRef ref) {
    return ref == null || ref.equals(state.ref())
        ? state
        : new VmiState(ref, state.observed(), state.epoch(), state.shown(), state.progress());
  }

  private static void index(Task t, VmiState state) {
    if (state.epoch() != null && state.epoch().node() != null) {
      t.uidsByNode()
          .computeIfAbsent(state.epoch().node(), node -> new TreeSet<>())
          .add(state.ref().uid());
    }
  }

  private static void unindex(Task t, VmiState state) {
    if (state.epoch() != null && state.epoch().node() != null) {
      t.uidsByNode()
          .computeIfPresent(
              state.epoch().node(),
              (node, uids) -> {
                uids.remove(state.ref().uid());
                return uids.isEmpty() ? null : uids;
              });
    }
  }
}
