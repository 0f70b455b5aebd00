package io.vireo.ingest.kafka;

import io.vireo.ingest.core.Capabilities;
import io.vireo.ingest.core.ClaimSnapshot;
import io.vireo.ingest.core.DomainSnapshot;
import io.vireo.ingest.core.Input;
import io.vireo.ingest.core.NodeStanding;
import io.vireo.ingest.core.Origin;
import io.vireo.ingest.core.Output;
import io.vireo.ingest.core.OwnerRef;
import io.vireo.ingest.core.OwnerSnapshot;
import io.vireo.ingest.core.PodSnapshot;
import io.vireo.ingest.core.VmiSnapshot;
import io.vireo.schemas.avro.CommandResult;
import io.vireo.schemas.avro.ContainerState;
import io.vireo.schemas.avro.DeadLetter;
import io.vireo.schemas.avro.Domains;
import io.vireo.schemas.avro.GuestInterface;
import io.vireo.schemas.avro.GuestVolume;
import io.vireo.schemas.avro.LauncherPod;
import io.vireo.schemas.avro.LauncherPods;
import io.vireo.schemas.avro.NodeCapabilities;
import io.vireo.schemas.avro.NodeState;
import io.vireo.schemas.avro.NodeTransition;
import io.vireo.schemas.avro.ObservedAgent;
import io.vireo.schemas.avro.ObservedDomain;
import io.vireo.schemas.avro.Outcome;
import io.vireo.schemas.avro.StateChange;
import io.vireo.schemas.avro.Vmi;
import io.vireo.schemas.avro.VmiOwner;
import io.vireo.schemas.avro.VmiOwnerDeleted;
import io.vireo.schemas.avro.VolumeClaim;
import org.jspecify.annotations.Nullable;

/** The core's values as Avro records. */
final class ToAvro {

  private ToAvro() {}

  static Vmi vmi(VmiSnapshot vmi) {
    return Vmi.newBuilder()
        .setUid(vmi.ref().uid())
        .setNamespace(vmi.ref().namespace())
        .setName(vmi.ref().name())
        .setGeneration(vmi.generation())
        .setResourceVersion(vmi.resourceVersion())
        .setCreationTimestamp(vmi.creationMs())
        .setDeletionTimestamp(vmi.deletionMs())
        .setLabels(vmi.labels())
        .setAnnotations(vmi.annotations())
        .setFinalizers(vmi.finalizers())
        .setOwnerReferences(vmi.ownerReferences())
        .setSpecJson(vmi.specJson())
        .setPhase(vmi.phase())
        .setStatusHash(vmi.statusHash())
        .setEpoch(vmi.epoch())
        .setNodeName(vmi.nodeName())
        .setClaims(vmi.claims().stream().map(ToAvro::claim).toList())
        .setActor(vmi.actor())
        .build();
  }

  static VmiOwner owner(OwnerSnapshot owner) {
    return VmiOwner.newBuilder()
        .setKind(owner.ref().kind().wireName())
        .setUid(owner.ref().uid())
        .setNamespace(owner.ref().namespace())
        .setName(owner.ref().name())
        .setGeneration(owner.generation())
        .setResourceVersion(owner.resourceVersion())
        .setCreationTimestamp(owner.creationMs())
        .setDeletionTimestamp(owner.deletionMs())
        .setLabels(owner.labels())
        .setAnnotations(owner.annotations())
        .setFinalizers(owner.finalizers())
        .setSpecJson(owner.specJson())
        .setStateChangeRequests(
            owner.requests().stream()
                .map(each -> new StateChange(each.action(), each.vmiUid(), each.data()))
                .toList())
        .setStatusHash(owner.statusHash())
        .setLastVmiUid(owner.lastVmiUid())
        .setActor(owner.actor())
        .build();
  }

  static VmiOwnerDeleted deleted(OwnerRef ref) {
    return new VmiOwnerDeleted(ref.kind().wireName(), ref.uid(), ref.namespace(), ref.name());
  }

  private static VolumeClaim claim(ClaimSnapshot claim) {
    return VolumeClaim.newBuilder()
        .setName(claim.name())
        .setUid(claim.uid())
        .setPhase(claim.phase())
        .setVolumeMode(claim.volumeMode())
        .setAccessModes(claim.accessModes())
        .setRequested(claim.requested())
        .setCapacity(claim.capacity())
        .build();
  }

  static LauncherPods pods(Output.PodsChanged changed) {
    return LauncherPods.newBuilder()
        .setVmiUid(changed.vmiUid())
        .setPods(changed.pods().stream().map(ToAvro::pod).toList())
        .setPlacements(
            changed.placements().stream()
                .map(
                    placement ->
                        new io.vireo.schemas.avro.Placement(placement.epoch(), placement.node()))
                .toList())
        .build();
  }

  private static LauncherPod pod(PodSnapshot pod) {
    return LauncherPod.newBuilder()
        .setName(pod.name())
        .setNamespace(pod.namespace())
        .setUid(pod.uid())
        .setEpoch(pod.epoch())
        .setResourceVersion(pod.resourceVersion())
        .setNodeName(pod.nodeName())
        .setPhase(pod.status().phase())
        .setReason(pod.status().reason())
        .setMessage(pod.status().message())
        .setPodIp(pod.status().podIp())
        .setPodIps(pod.status().podIps())
        .setQosClass(pod.status().qosClass())
        .setDeletionTimestamp(pod.deletionMs())
        .setScheduled(pod.conditions().scheduled())
        .setUnschedulableReason(pod.conditions().unschedulableReason())
        .setUnschedulableMessage(pod.conditions().unschedulableMessage())
        .setContainersReady(pod.conditions().containersReady())
        .setReady(pod.conditions().ready())
        .setReadyReason(pod.conditions().readyReason())
        .setUnpaused(pod.conditions().unpaused())
        .setMountProblem(pod.status().mountProblem())
        .setContainers(pod.containers().stream().map(ToAvro::container).toList())
        .build();
  }

  private static ContainerState container(PodSnapshot.ContainerSnapshot container) {
    return ContainerState.newBuilder()
        .setName(container.name())
        .setInit(container.init())
        .setState(container.state())
        .setReason(container.reason())
        .setMessage(container.message())
        .setExitCode(container.exitCode())
        .setContainerId(container.containerId())
        .setFinishedAt(container.finishedMs())
        .setImage(container.image())
        .build();
  }

  static Domains domains(Output.DomainsChanged changed) {
    return Domains.newBuilder()
        .setVmiUid(changed.vmiUid())
        .setDomains(changed.domains().stream().map(ToAvro::domain).toList())
        .build();
  }

  private static ObservedDomain domain(DomainSnapshot domain) {
    return ObservedDomain.newBuilder()
        .setNode(domain.node())
        .setNodeUid(domain.nodeUid())
        .setEpoch(domain.epoch())
        .setSession(domain.session())
        .setSequence(domain.sequence())
        .setState(domain.state().name())
        .setReason(domain.state().reason())
        .setMessage(domain.state().message())
        .setProven(domain.state().proven())
        .setInterfaces(domain.interfaces().stream().map(ToAvro::guestInterface).toList())
        .setMachineType(domain.machineType())
        .setAgent(agent(domain.agent()))
        .setObservedAt(domain.observedMs())
        .setVolumes(
            domain.volumes().stream()
                .map(each -> new GuestVolume(each.name(), each.bytes()))
                .toList())
        .build();
  }

  private static GuestInterface guestInterface(DomainSnapshot.GuestInterface each) {
    return GuestInterface.newBuilder()
        .setName(each.name())
        .setMac(each.mac())
        .setIp(each.ip())
        .setIps(each.ips())
        .setInfoSource(each.infoSource())
        .setInterfaceName(each.interfaceName())
        .setQueueCount(each.queueCount())
        .setLinkState(each.linkState())
        .build();
  }

  private static @Nullable ObservedAgent agent(DomainSnapshot.@Nullable GuestAgent agent) {
    return agent == null
        ? null
        : new ObservedAgent(
            agent.osId(),
            agent.osName(),
            agent.osPrettyName(),
            agent.osVersion(),
            agent.osVersionId(),
            agent.kernelRelease(),
            agent.kernelVersion(),
            agent.machine());
  }

  static NodeTransition transition(Output.NodeChanged changed, long incarnation, long nowMs) {
    return NodeTransition.newBuilder()
        .setNode(changed.node())
        .setNodeUid(changed.nodeUid())
        .setIncarnation(incarnation)
        .setState(state(changed.standing()))
        .setReason(changed.reason())
        .setExecutorSession(changed.executorSession())
        .setHeartbeat(changed.heartbeatMs())
        .setObservedAt(nowMs)
        .setActor(changed.actor())
        .setCapabilities(capabilities(changed.capabilities()))
        .build();
  }

  private static @Nullable NodeCapabilities capabilities(@Nullable Capabilities all) {
    return all == null
        ? null
        : new NodeCapabilities(all.machineTypes(), all.emulatedCpuModels(), all.hostCpuModels());
  }

  static DeadLetter deadLetter(Output.Unusable unusable, long nowMs) {
    Origin origin = unusable.origin();
    return DeadLetter.newBuilder()
        .setTopic(origin.topic())
        .setPartition(origin.partition())
        .setOffset(origin.offset())
        .setReason(unusable.reason())
        .setMessage(unusable.message())
        .setSha256(origin.sha256())
        .setSize(origin.size())
        .setComponent(unusable.component())
        .setObservedAt(nowMs)
        .build();
  }

  private static NodeState state(NodeStanding standing) {
    return switch (standing) {
      case KNOWN -> NodeState.Known;
      case ELIGIBLE -> NodeState.Eligible;
      case SUSPECT -> NodeState.Suspect;
      case LOST -> NodeState.Lost;
      case FENCED -> NodeState.Fenced;
      case BACK -> NodeState.Back;
      case REMOVED -> NodeState.Removed;
    };
  }

  static Outcome outcome(String node, Input.CommandEnd end) {
    return Outcome.newBuilder()
        .setCommandId(end.commandId())
        .setVmiUid(end.vmiUid())
        .setCommandType(end.commandType())
        .setResult(CommandResult.valueOf(end.result()))
        .setReason(end.reason())
        .setMessage(end.message())
        .setExecutor("node/" + node)
        .setNode(node)
        .setHeldEpoch(end.heldEpoch())
        .setHeldSeq(end.heldSeq())
        .setObservedAt(end.reportedMs())
        .build();
  }
}
