package io.vireo.scheduler.topology;

import io.vireo.health.Failpoint;
import io.vireo.scheduler.core.Command;
import io.vireo.scheduler.core.Decision;
import io.vireo.scheduler.core.VmiRef;
import io.vireo.scheduler.owner.OwnerDecision;
import io.vireo.scheduler.owner.OwnerRef;
import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.CloudEvents;
import io.vireo.schemas.ControlKeys;
import io.vireo.schemas.DeadLetters;
import io.vireo.schemas.avro.DeadLetter;
import io.vireo.schemas.avro.EventCause;
import io.vireo.schemas.avro.OwnedVmisListed;
import io.vireo.schemas.avro.VmEvent;
import io.vireo.schemas.avro.VmiEnded;
import io.vireo.schemas.avro.VmiEvent;
import io.vireo.schemas.avro.VmiOwnedState;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Forwards what a decision says to the sinks. */
final class Outputs {

  static final String CLUSTER_COMMANDS = "cluster-commands";
  static final String NODE_COMMANDS = "node-commands";
  static final String EVENTS = "events";
  static final String ENDED = "ended";
  static final String OWNED = "owned";
  static final String OWNER_EVENTS = "owner-events";
  static final String DEAD_LETTERS = "dead-letters";
  private static final String SOURCE = "scheduler";
  private static final String VMI = "VirtualMachineInstance";

  private final ProcessorContext<String, byte[]> context;
  private byte @Nullable [] inHand;

  Outputs(ProcessorContext<String, byte[]> context) {
    this.context = context;
  }

  void decision(VmiRef ref, Decision decision, Cause cause, long nowMs) {
    String causeId = cause.id(ref.uid());
    String subject = ref.namespace() + "/" + ref.name();
    for (Decision.Event event : decision.events()) {
      VmiEvent record = event(ref, event, cause, causeId, nowMs);
      forward(EVENTS, ref.uid(), record, record.getId(), subject, nowMs);
    }
    for (Decision.Issued issued : decision.commands()) {
      switch (issued.command()) {
        case Command.ToCluster command ->
            forward(
                CLUSTER_COMMANDS,
                ref.uid(),
                CommandCodec.cluster(ref, issued, command, causeId, nowMs),
                issued.commandId(),
                subject,
                nowMs);
        case Command.ToNode command ->
            forward(
                NODE_COMMANDS,
                ref.uid(),
                CommandCodec.node(ref, issued, command, causeId, nowMs),
                issued.commandId(),
                subject,
                nowMs);
      }
    }
    if (decision.ended() != null) {
      VmiEnded ended =
          new VmiEnded(ref.uid(), ref.namespace(), ref.name(), decision.ended(), nowMs, VMI);
      forward(ENDED, ref.uid(), ended, causeId + "-ended", subject, nowMs);
    }
    for (int i = 0; i < decision.told().size(); i++) {
      Decision.Told told = decision.told().get(i);
      VmiOwnedState record = OwnerCodec.told(told.vmi(), nowMs);
      forward(OWNED, told.ownerUid(), record, causeId + "-told-" + i, subject, nowMs);
    }
  }

  void decision(OwnerRef ref, OwnerDecision decision, Cause cause, long nowMs) {
    String causeId = cause.id(ref.uid());
    String subject = ref.namespace() + "/" + ref.name();
    for (OwnerDecision.Event event : decision.events()) {
      VmEvent record = OwnerCodec.event(ref, event, cause, causeId, nowMs);
      forward(OWNER_EVENTS, ref.uid(), record, record.getId(), subject, nowMs);
    }
    for (OwnerDecision.Issued issued : decision.commands()) {
      forward(
          CLUSTER_COMMANDS,
          ref.uid(),
          OwnerCodec.command(ref, issued, causeId, nowMs),
          issued.commandId(),
          subject,
          nowMs);
    }
    if (decision.ended() != null) {
      VmiEnded ended =
          new VmiEnded(ref.uid(), ref.namespace(), ref.name(), decision.ended(), nowMs, ref.kind());
      forward(ENDED, ref.uid(), ended, causeId + "-ended", subject, nowMs);
    }
  }

  /** All VMIs of this partition that have owners were told of: said to every partition. */
  void ownedListed(int partition, int partitions, long incarnation, Cause cause, long nowMs) {
    for (int to = 0; to < partitions; to++) {
      VmiOwnedState record = new VmiOwnedState(new OwnedVmisListed(partition, incarnation));
      String key = ControlKeys.hashedTo("OwnedVmis", to, partitions);
      forward(OWNED, key, record, cause.id("") + "-listed-" + to, key, nowMs);
    }
  }

  void labelNode(Command.LabelNode command, String id, Cause cause, long nowMs) {
    forward(
        CLUSTER_COMMANDS,
        command.node(),
        CommandCodec.labelNode(id, command, cause.id(""), nowMs),
        id,
        command.node(),
        nowMs);
  }

  /** A watch broke: a matter of the partition and of no VMI. */
  void gap(
      String controlKey, String kind, String reason, long incarnation, Cause cause, long nowMs) {
    VmiEvent record =
        VmiEvent.newBuilder()
            .setId(cause.id("") + "-0")
            .setType("ObservationGap")
            .setVmiUid("")
            .setNamespace("")
            .setName("")
            .setSequence(0)
            .setTime(nowMs)
            .setCause(new EventCause(cause.topic(), cause.partition(), cause.offset()))
            .setActor("vireo")
            .setMessage(reason)
            .setAttributes(
                new TreeMap<>(Map.of("kind", kind, "incarnation", Long.toString(incarnation))))
            .build();
    forward(EVENTS, controlKey, record, record.getId(), controlKey, nowMs);
  }

  /** A watch of owners broke: a matter of the partition and of no owner. */
  void ownerGap(
      String controlKey, String kind, String reason, long incarnation, Cause cause, long nowMs) {
    OwnerDecision.Event event =
        new OwnerDecision.Event(
            "ObservationGap",
            0,
            "vireo",
            null,
            null,
            null,
            null,
            null,
            reason,
            Map.of("incarnation", Long.toString(incarnation)));
    VmEvent record =
        OwnerCodec.event(new OwnerRef(kind, "", "", ""), event, cause, cause.id(""), nowMs);
    forward(OWNER_EVENTS, controlKey, record, record.getId(), controlKey, nowMs);
  }

  /** Sets the value of the record in hand; null for a timer. */
  void inHand(byte @Nullable [] value) {
    inHand = value;
  }

  /** A dead letter for the record in hand. */
  void deadLetter(String key, Cause cause, String reason, String message, long nowMs) {
    DeadLetter letter =
        DeadLetters.letter(
            cause.topic(),
            cause.partition(),
            cause.offset(),
            inHand,
            SOURCE,
            reason,
            message,
            nowMs);
    forward(DEAD_LETTERS, key, letter, cause.id(key), letter.getTopic(), nowMs);
  }

  private void forward(
      String sink, String key, SpecificRecord value, String id, String subject, long nowMs) {
    RecordHeaders headers = new RecordHeaders();
    CloudEvents.headers(id, CloudEvents.type(value.getClass()), SOURCE, subject, nowMs)
        .forEach(headers::add);
    Failpoint.pass("scheduler.decision.before");
    context.forward(new Record<>(key, AvroCodec.encode(value), nowMs, headers), sink);
    Failpoint.pass("scheduler.decision.after");
  }

  private static VmiEvent event(
      VmiRef ref, Decision.Event event, Cause cause, String causeId, long nowMs) {
    return VmiEvent.newBuilder()
        .setId(causeId + "-" + event.sequence())
        .setType(event.type())
        .setVmiUid(ref.uid())
        .setNamespace(ref.namespace())
        .setName(ref.name())
        .setSequence(event.sequence())
        .setTime(nowMs)
        .setCause(new EventCause(cause.topic(), cause.partition(), cause.offset()))
        .setActor(event.actor())
        .setGeneration(event.generation())
        .setEpoch(event.epoch())
        .setNode(event.node())
        .setCommandId(event.commandId())
        .setReason(event.reason())
        .setMessage(event.message())
        .setAttributes(event.attributes())
        .build();
  }
}
