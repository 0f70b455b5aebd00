package io.vireo.scheduler.topology;

import io.vireo.scheduler.core.Conditions;
import io.vireo.scheduler.core.Desired;
import io.vireo.scheduler.core.OwnedVmi;
import io.vireo.scheduler.owner.OwnerCommand;
import io.vireo.scheduler.owner.OwnerDecision;
import io.vireo.scheduler.owner.OwnerDesired;
import io.vireo.scheduler.owner.OwnerInput;
import io.vireo.scheduler.owner.OwnerRef;
import io.vireo.schemas.CanonicalJson;
import io.vireo.schemas.ClusterCommands;
import io.vireo.schemas.ControlKeys;
import io.vireo.schemas.avro.ClusterCommand;
import io.vireo.schemas.avro.CreateVmi;
import io.vireo.schemas.avro.DeleteVmi;
import io.vireo.schemas.avro.EmitEvent;
import io.vireo.schemas.avro.StateChange;
import io.vireo.schemas.avro.VmEvent;
import io.vireo.schemas.avro.VmEventCause;
import io.vireo.schemas.avro.VmiOwnedState;
import io.vireo.schemas.avro.VmiOwner;
import io.vireo.schemas.avro.WriteOwnerMetadata;
import io.vireo.schemas.avro.WriteOwnerStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Between records about owners of VMIs and what the two cores take and say of them. */
final class OwnerCodec {

  /** Kubernetes' uids have 36 characters; what somebody wrote instead of one is bounded. */
  private static final int UID_MAX = 128;

  private OwnerCodec() {}

  /**
   * The controller among {@code metadata.ownerReferences}, if it is an owner that Vireo acts for.
   * Users write these: what is no uid is nobody's.
   */
  static Desired.@Nullable Controller controller(String ownerReferences) {
    Object tree;
    try {
      tree = CanonicalJson.read(ownerReferences);
    } catch (IllegalArgumentException e) {
      return null;
    }
    if (!(tree instanceof List<?> references)) {
      return null;
    }
    for (Object each : references) {
      if (each instanceof Map<?, ?> reference
          && Boolean.TRUE.equals(reference.get("controller"))
          && reference.get("apiVersion") instanceof String version
          && version.startsWith("kubevirt.io/")
          && reference.get("kind") instanceof String kind
          && OwnerRef.isOwner(kind)
          && reference.get("uid") instanceof String uid
          && isUid(uid)) {
        return new Desired.Controller(kind, uid);
      }
    }
    return null;
  }

  private static boolean isUid(String uid) {
    return !uid.isBlank()
        && uid.length() <= UID_MAX
        && uid.indexOf('/') < 0
        && !ControlKeys.isControl(uid);
  }

  // -- told

  static VmiOwnedState told(OwnedVmi vmi, long nowMs) {
    return VmiOwnedState.newBuilder()
        .setBody(
            io.vireo.schemas.avro.OwnedVmi.newBuilder()
                .setUid(vmi.uid())
                .setNamespace(vmi.namespace())
                .setName(vmi.name())
                .setOwnerKind(vmi.ownerKind())
                .setOwnerUid(vmi.ownerUid())
                .setObservedAt(nowMs)
                .setCreationTimestamp(vmi.createdAtMs())
                .setPhase(vmi.phase())
                .setRan(vmi.ran())
                .setDeleting(vmi.deleting())
                .setEnded(vmi.ended())
                .setConditionsJson(CanonicalJson.write(Conditions.render(vmi.conditions())))
                .setVmGeneration(vmi.vmGeneration())
                .setLabels(vmi.labels())
                .setNode(vmi.node())
                .build())
        .build();
  }

  /** What is told to this owner: a VMI of its own, or one that it has lost. */
  static OwnerInput vmi(String ownerUid, io.vireo.schemas.avro.OwnedVmi told) {
    OwnedVmi vmi =
        new OwnedVmi(
            told.getUid(),
            told.getNamespace(),
            told.getName(),
            told.getOwnerKind(),
            told.getOwnerUid(),
            told.getCreationTimestamp(),
            told.getPhase(),
            told.getRan(),
            told.getDeleting(),
            told.getEnded(),
            Conditions.read(CanonicalJson.read(told.getConditionsJson())),
            told.getVmGeneration(),
            told.getLabels(),
            told.getNode());
    return vmi.ownerUid().equals(ownerUid)
        ? new OwnerInput.VmiTold(vmi)
        : new OwnerInput.VmiReleased(vmi);
  }

  // -- the object

  static OwnerRef ref(VmiOwner owner) {
    return new OwnerRef(owner.getKind(), owner.getUid(), owner.getNamespace(), owner.getName());
  }

  static OwnerInput ownerSeen(VmiOwner owner, long incarnation) {
    return new OwnerInput.OwnerSeen(
        ref(owner),
        new OwnerDesired(
            owner.getGeneration(),
            owner.getResourceVersion(),
            owner.getCreationTimestamp(),
            owner.getDeletionTimestamp(),
            owner.getLabels(),
            owner.getAnnotations(),
            owner.getFinalizers(),
            owner.getSpecJson(),
            owner.getStateChangeRequests().stream().map(OwnerCodec::request).toList(),
            owner.getStatusHash(),
            owner.getLastVmiUid(),
            owner.getActor()),
        incarnation);
  }

  private static OwnerDesired.StateChange request(StateChange request) {
    return new OwnerDesired.StateChange(
        request.getAction(), request.getVmiUid(), request.getData());
  }

  // -- what is decided

  static ClusterCommand command(
      OwnerRef ref, OwnerDecision.Issued issued, String cause, long nowMs) {
    ClusterCommand.Builder command =
        ClusterCommand.newBuilder()
        .setCommandId(issued.commandId())
        .setIssuedAt(nowMs)
        .setCause(cause)
        .setNamespace(ref.namespace())
        .setName(ref.name())
        .setOwner(new io.vireo.schemas.avro.OwnerRef(ref.kind(), ref.uid()));
    return ClusterCommands.put(command, body(issued.command())).build();
  }

  private static Object body(OwnerCommand command) {
    return switch (command) {
      case OwnerCommand.CreateVmi c ->
          new CreateVmi(
              c.vmiName(), c.generation(), c.revisionName(), Map.of(), c.annotations(), c.paused());
      case OwnerCommand.DeleteVmi c -> new DeleteVmi(c.vmiName(), c.vmiUid(), null);
      case OwnerCommand.WriteOwnerStatus c ->
          new WriteOwnerStatus(c.statusJson(), c.statusHash(), c.basedOn());
      case OwnerCommand.WriteOwnerMetadata c ->
          new WriteOwnerMetadata(
              c.addFinalizers(), c.removeFinalizers(), new HashMap<>(c.annotations()));
      case OwnerCommand.EmitEvent c -> new EmitEvent(c.eventType(), c.reason(), c.message());
    };
  }

  static VmEvent event(
      OwnerRef ref, OwnerDecision.Event event, Cause cause, String causeId, long nowMs) {
    return VmEvent.newBuilder()
        .setId(causeId + "-" + event.sequence())
        .setType(event.type())
        .setKind(ref.kind())
        .setUid(ref.uid())
        .setNamespace(ref.namespace())
        .setName(ref.name())
        .setSequence(event.sequence())
        .setTime(nowMs)
        .setCause(new VmEventCause(cause.topic(), cause.partition(), cause.offset()))
        .setActor(event.actor())
        .setGeneration(event.generation())
        .setVmiName(event.vmiName())
        .setVmiUid(event.vmiUid())
        .setCommandId(event.commandId())
        .setReason(event.reason())
        .setMessage(event.message())
        .setAttributes(event.attributes())
        .build();
  }
}
