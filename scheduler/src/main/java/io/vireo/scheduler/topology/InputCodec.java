package io.vireo.scheduler.topology;

import io.vireo.scheduler.core.CommandOutcome;
import io.vireo.scheduler.core.Desired;
import io.vireo.scheduler.core.Domain;
import io.vireo.scheduler.core.Input;
import io.vireo.scheduler.core.Pod;
import io.vireo.scheduler.core.VmiRef;
import io.vireo.schemas.avro.ContainerState;
import io.vireo.schemas.avro.Domains;
import io.vireo.schemas.avro.LauncherPod;
import io.vireo.schemas.avro.LauncherPods;
import io.vireo.schemas.avro.ObservedAgent;
import io.vireo.schemas.avro.ObservedDomain;
import io.vireo.schemas.avro.Outcome;
import io.vireo.schemas.avro.Vmi;
import io.vireo.schemas.avro.VolumeClaim;
import io.vireo.spec.Claim;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From records on the topics to the core's inputs. */
final class InputCodec {

  private InputCodec() {}

  static VmiRef ref(Vmi vmi) {
    return new VmiRef(vmi.getUid(), vmi.getNamespace(), vmi.getName());
  }

  static Input vmiSeen(Vmi vmi, long incarnation) {
    return new Input.VmiSeen(
        ref(vmi),
        new Desired(
            vmi.getGeneration(),
            vmi.getResourceVersion(),
            vmi.getCreationTimestamp(),
            vmi.getDeletionTimestamp(),
            vmi.getLabels(),
            vmi.getAnnotations(),
            vmi.getFinalizers(),
            vmi.getSpecJson(),
            vmi.getPhase(),
            vmi.getStatusHash(),
            vmi.getEpoch(),
            vmi.getNodeName(),
            vmi.getClaims().stream().map(InputCodec::claim).toList(),
            OwnerCodec.controller(vmi.getOwnerReferences()),
            vmi.getActor()),
        incarnation);
  }

  private static Claim claim(VolumeClaim claim) {
    return new Claim(
        claim.getName(),
        claim.getPhase(),
        claim.getVolumeMode().equals("Block"),
        claim.getAccessModes(),
        claim.getRequested(),
        Optional.ofNullable(claim.getCapacity()));
  }

  /** Pods do not say what their VMI is called, but where it is. */
  static @Nullable VmiRef ref(LauncherPods pods) {
    return pods.getPods().stream()
        .findFirst()
        .map(pod -> new VmiRef(pods.getVmiUid(), pod.getNamespace(), ""))
        .orElse(null);
  }

  static Input podsSeen(LauncherPods pods, long incarnation) {
    return new Input.PodsSeen(pods.getPods().stream().map(InputCodec::pod).toList(), incarnation);
  }

  private static Pod pod(LauncherPod pod) {
    return new Pod(
        pod.getName(),
        pod.getUid(),
        pod.getEpoch(),
        pod.getNodeName(),
        pod.getPhase(),
        pod.getReason(),
        pod.getMessage(),
        pod.getPodIp(),
        pod.getPodIps(),
        pod.getQosClass(),
        pod.getDeletionTimestamp(),
        pod.getScheduled(),
        pod.getUnschedulableReason(),
        pod.getUnschedulableMessage(),
        pod.getContainersReady(),
        pod.getReady(),
        pod.getUnpaused(),
        pod.getMountProblem(),
        pod.getContainers().stream().map(InputCodec::container).toList());
  }

  private static Pod.Container container(ContainerState container) {
    return new Pod.Container(
        container.getName(),
        container.getState(),
        container.getReason(),
        container.getMessage(),
        container.getExitCode(),
        container.getContainerId(),
        container.getFinishedAt(),
        container.getImage());
  }

  static Input domainsSeen(Domains domains, long incarnation) {
    return new Input.DomainsSeen(
        domains.getDomains().stream().map(InputCodec::domain).toList(), incarnation);
  }

  private static Domain domain(ObservedDomain domain) {
    List<Domain.Interface> interfaces =
        domain.getInterfaces().stream()
            .map(
                i ->
                    new Domain.Interface(
                        i.getName(),
                        i.getMac(),
                        i.getIp(),
                        i.getIps(),
                        i.getInfoSource(),
                        i.getInterfaceName(),
                        i.getQueueCount(),
                        i.getLinkState()))
            .toList();
    return new Domain(
        domain.getNode(),
        domain.getNodeUid(),
        domain.getEpoch(),
        domain.getSession(),
        domain.getSequence(),
        domain.getState(),
        domain.getReason(),
        domain.getMessage(),
        domain.getProven(),
        interfaces,
        domain.getMachineType(),
        agent(domain.getAgent()),
        domain.getObservedAt(),
        domain.getVolumes().stream()
            .map(each -> new Domain.Volume(each.getName(), each.getBytes()))
            .toList());
  }

  private static Domain.@Nullable Agent agent(@Nullable ObservedAgent agent) {
    return agent == null
        ? null
        : new Domain.Agent(
            agent.getOsId(),
            agent.getOsName(),
            agent.getOsPrettyName(),
            agent.getOsVersion(),
            agent.getOsVersionId(),
            agent.getKernelRelease(),
            agent.getKernelVersion(),
            agent.getMachine());
  }

  static Input outcomeSeen(Outcome outcome) {
    return new Input.OutcomeSeen(outcome(outcome));
  }

  static CommandOutcome outcome(Outcome outcome) {
    return new CommandOutcome(
        outcome.getCommandId(),
        outcome.getCommandType(),
        CommandOutcome.Result.valueOf(outcome.getResult().name().toUpperCase(Locale.ROOT)),
        outcome.getReason(),
        outcome.getMessage(),
        outcome.getExecutor(),
        outcome.getHeldEpoch(),
        outcome.getHeldSeq(),
        outcome.getResourceVersion(),
        outcome.getObjectUid());
  }
}
