package io.vireo.scheduler.topology;

import io.vireo.scheduler.core.Decider;
import io.vireo.scheduler.core.Input;
import io.vireo.scheduler.core.VmiRef;
import io.vireo.scheduler.owner.OwnerDecider;
import io.vireo.scheduler.owner.OwnerInput;
import io.vireo.scheduler.owner.OwnerRef;
import io.vireo.schemas.Partitions;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.DomainListComplete;
import io.vireo.schemas.avro.DomainWatchGap;
import io.vireo.schemas.avro.Domains;
import io.vireo.schemas.avro.DomainsObserved;
import io.vireo.schemas.avro.LauncherPods;
import io.vireo.schemas.avro.NodeTransition;
import io.vireo.schemas.avro.Outcome;
import io.vireo.schemas.avro.OwnedVmi;
import io.vireo.schemas.avro.OwnedVmisListed;
import io.vireo.schemas.avro.PodListComplete;
import io.vireo.schemas.avro.PodWatchGap;
import io.vireo.schemas.avro.PodsObserved;
import io.vireo.schemas.avro.VmDesired;
import io.vireo.schemas.avro.Vmi;
import io.vireo.schemas.avro.VmiDeleted;
import io.vireo.schemas.avro.VmiDesired;
import io.vireo.schemas.avro.VmiListComplete;
import io.vireo.schemas.avro.VmiOwnedState;
import io.vireo.schemas.avro.VmiOwner;
import io.vireo.schemas.avro.VmiOwnerDeleted;
import io.vireo.schemas.avro.VmiOwnerListComplete;
import io.vireo.schemas.avro.VmiOwnerWatchGap;
import io.vireo.schemas.avro.VmiWatchGap;
import java.util.function.Function;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * One partition of both loops: every record about its VMIs and about its owners of VMIs, in the
 * order taken.
 */
final class VmiProcessor implements Processor<String, byte[], String, byte[]> {

  static final String VMIS = "vmis";
  static final String NODES = "nodes";

  private final Decider decider;
  private final OwnerDecider ownerDecider;
  private final int partitions;
  private final SchedulerMetrics metrics;
  private final Function<ProcessorContext<?, ?>, TaskOrigin> origins;
  private final EarlyCommit earlyCommit;

  // Set by init, which Kafka Streams calls before anything else.
  private @Nullable Task task;

  VmiProcessor(
      Decider decider,
      OwnerDecider ownerDecider,
      int partitions,
      SchedulerMetrics metrics,
      Function<ProcessorContext<?, ?>, TaskOrigin> origins,
      EarlyCommit earlyCommit) {
    this.decider = decider;
    this.ownerDecider = ownerDecider;
    this.partitions = partitions;
    this.metrics = metrics;
    this.origins = origins;
    this.earlyCommit = earlyCommit;
  }

  /** What belongs to the partition this processor was given. */
  private record Task(
      ProcessorContext<String, byte[]> context,
      TaskOrigin origin,
      NodeTable nodes,
      Outputs outputs,
      Vmis vmis,
      Owners owners,
      NodeLabels labels) {}

  @Override
  public void init(ProcessorContext<String, byte[]> context) {
    KeyValueStore<String, byte[]> nodeStore = context.getStateStore(NODES);
    NodeTable nodes = new NodeTable(nodeStore, partitions);
    Outputs outputs = new Outputs(context);
    TaskOrigin origin = origins.apply(context);
    task =
        new Task(
            context,
            origin,
            nodes,
            outputs,
            new Vmis(decider, nodes, outputs, metrics, context, origin),
            new Owners(ownerDecider, nodes, outputs, metrics, context, origin),
            new NodeLabels(nodes, outputs, metrics, context, origin, decider.emulation()));
  }

  @Override
  public void close() {
    if (task != null) {
      task.vmis().close();
      task.owners().close();
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
    t.vmis().clockReads(now);
    t.owners().clockReads(now);
    t.labels().clockReads(now);
    RecordMetadata origin = t.origin().record();
    Cause cause = new Cause(origin.topic(), origin.partition(), origin.offset());
    long started = System.nanoTime();
    t.outputs().inHand(record.value());
    try {
      if (record.value() != null) {
        dispatch(t, record.key(), record.value(), cause, now);
      }
    } catch (UndecodableRecordException e) {
      String key = record.key() == null ? "" : record.key();
      t.outputs().deadLetter(key, cause, e.reason(), String.valueOf(e.getMessage()), now);
    }
    t.outputs().inHand(null);
    metrics.decided(cause.topic(), System.nanoTime() - started);
    if (earlyCommit.isQuiet(now)) {
      t.context().commit();
    }
  }

  private void dispatch(Task t, String key, byte[] value, Cause cause, long now)
      throws UndecodableRecordException {
    String topic = cause.topic();
    if (topic.equals(Topics.VMI_DESIRED.name())) {
      VmiDesired record = Topics.VMI_DESIRED.decode(value);
      if (accepts(t, cause, record.getIncarnation())) {
        desired(t, key, record, cause, now);
      }
    } else if (topic.equals(Topics.POD_OBSERVED.name())) {
      PodsObserved record = Topics.POD_OBSERVED.decode(value);
      if (accepts(t, cause, record.getIncarnation())) {
        pods(t, key, record, cause, now);
      }
    } else if (topic.equals(Topics.DOMAIN_OBSERVED.name())) {
      DomainsObserved record = Topics.DOMAIN_OBSERVED.decode(value);
      if (accepts(t, cause, record.getIncarnation())) {
        domains(t, key, record, cause, now);
      }
    } else if (topic.equals(Topics.OUTCOMES.name())) {
      Outcome outcome = Topics.OUTCOMES.decode(value);
      if (outcome.getOwnerUid() != null) {
        OwnerInput ended = new OwnerInput.OutcomeSeen(InputCodec.outcome(outcome));
        t.owners().decide(outcome.getOwnerUid(), null, ended, cause, now);
      } else if (outcome.getVmiUid() != null) {
        t.vmis().decide(outcome.getVmiUid(), null, InputCodec.outcomeSeen(outcome), cause, now);
      } else {
        t.labels().ended(key, InputCodec.outcome(outcome), now);
      }
    } else if (topic.equals(Topics.NODE_TRANSITIONS.name())) {
      NodeTransition record = Topics.NODE_TRANSITIONS.decode(value);
      if (accepts(t, cause, record.getIncarnation())) {
        transition(t, record, cause, now);
      }
    } else if (topic.equals(Topics.VM_DESIRED.name())) {
      VmDesired record = Topics.VM_DESIRED.decode(value);
      if (accepts(t, cause, record.getIncarnation())) {
        owners(t, key, record, cause, now);
      }
    } else if (topic.equals(Topics.VMI_STATE.name())) {
      owned(t, key, Topics.VMI_STATE.decode(value), cause, now);
    }
  }

  /** An ingest that was replaced and wakes up again is not listened to. */
  private static boolean accepts(Task t, Cause cause, long incarnation) {
    return t.nodes().accepts(cause.topic(), incarnation);
  }

  private void desired(Task t, String key, VmiDesired record, Cause cause, long now) {
    long incarnation = record.getIncarnation();
    t.nodes().sawIncarnation(incarnation);
    switch (record.getBody()) {
      case Vmi vmi ->
          t.vmis()
              .decide(
                  vmi.getUid(),
                  InputCodec.ref(vmi),
                  InputCodec.vmiSeen(vmi, incarnation),
                  cause,
                  now);
      case VmiDeleted deleted -> {
        VmiRef ref = new VmiRef(deleted.getUid(), deleted.getNamespace(), deleted.getName());
        t.vmis().decide(ref.uid(), ref, new Input.VmiGone(ref, incarnation), cause, now);
      }
      case VmiListComplete complete ->
          listCompleted(t, complete.getKind(), incarnation, cause, now);
      case VmiWatchGap gap ->
          t.outputs().gap(key, gap.getKind(), gap.getReason(), incarnation, cause, now);
      default -> {}
    }
  }

  private void pods(Task t, String key, PodsObserved record, Cause cause, long now) {
    long incarnation = record.getIncarnation();
    t.nodes().sawIncarnation(incarnation);
    switch (record.getBody()) {
      case LauncherPods pods ->
          t.vmis()
              .decide(
                  pods.getVmiUid(),
                  InputCodec.ref(pods),
                  InputCodec.podsSeen(pods, incarnation),
                  cause,
                  now);
      case PodListComplete complete ->
          listCompleted(t, complete.getKind(), incarnation, cause, now);
      case PodWatchGap gap ->
          t.outputs().gap(key, gap.getKind(), gap.getReason(), incarnation, cause, now);
      default -> {}
    }
  }

  private void domains(Task t, String key, DomainsObserved record, Cause cause, long now) {
    long incarnation = record.getIncarnation();
    switch (record.getBody()) {
      case Domains domains ->
          t.vmis().decide(key, null, InputCodec.domainsSeen(domains, incarnation), cause, now);
      case DomainListComplete complete ->
          listCompleted(t, complete.getKind(), incarnation, cause, now);
      case DomainWatchGap gap ->
          t.outputs().gap(key, gap.getKind(), gap.getReason(), incarnation, cause, now);
      default -> {}
    }
  }

  private void listCompleted(Task t, String kind, long incarnation, Cause cause, long now) {
    if (t.nodes().listCompleted(kind, incarnation)) {
      t.vmis().decideAll(new Input.BarrierPassed(), cause, now);
      // After all that was told of them just now, and before.
      t.outputs().ownedListed(t.origin().partition(), partitions, incarnation, cause, now);
    }
  }

  private static void owners(Task t, String key, VmDesired record, Cause cause, long now) {
    long incarnation = record.getIncarnation();
    t.nodes().sawIncarnation(incarnation);
    switch (record.getBody()) {
      case VmiOwner owner when OwnerRef.isOwner(owner.getKind()) ->
          t.owners()
              .decide(
                  owner.getUid(),
                  OwnerCodec.ref(owner),
                  OwnerCodec.ownerSeen(owner, incarnation),
                  cause,
                  now);
      case VmiOwnerDeleted deleted -> {
        OwnerRef ref =
            new OwnerRef(
                deleted.getKind(), deleted.getUid(), deleted.getNamespace(), deleted.getName());
        t.owners().decide(ref.uid(), ref, new OwnerInput.OwnerGone(ref, incarnation), cause, now);
      }
      case VmiOwnerListComplete complete -> {
        if (t.nodes().ownersListed(complete.getKind(), incarnation)) {
          t.owners().decideAll(cause, now);
        }
      }
      case VmiOwnerWatchGap gap ->
          t.outputs().ownerGap(key, gap.getKind(), gap.getReason(), incarnation, cause, now);
      default -> {}
    }
  }

  /** What this loop told of VMIs that belong to an owner of this partition. */
  private static void owned(Task t, String key, VmiOwnedState record, Cause cause, long now) {
    switch (record.getBody()) {
      case OwnedVmi vmi ->
          t.owners()
              .decide(
                  key,
                  new OwnerRef(vmi.getOwnerKind(), key, vmi.getNamespace(), ""),
                  OwnerCodec.vmi(key, vmi),
                  cause,
                  now);
      case OwnedVmisListed listed -> {
        if (t.nodes().ownedListed(listed.getPartition(), listed.getIncarnation())) {
          t.owners().decideAll(cause, now);
        }
      }
      default -> {}
    }
  }

  private void transition(Task t, NodeTransition transition, Cause cause, long now) {
    String node = transition.getNode();
    String standing = transition.getState().name();
    boolean news =
        t.nodes()
            .put(
                new NodeTable.Entry(
                    node,
                    transition.getNodeUid(),
                    standing,
                    transition.getIncarnation(),
                    transition.getActor()));
    if (Partitions.of(node, partitions) == t.origin().partition()) {
      t.labels().said(transition, cause, now);
    }
    if (news) {
      t.vmis()
          .decideOn(node, new Input.NodeChanged(node, standing, transition.getActor()), cause, now);
    }
  }
}
