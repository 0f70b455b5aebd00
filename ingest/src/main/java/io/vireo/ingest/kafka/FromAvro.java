package io.vireo.ingest.kafka;

import io.vireo.ingest.core.Capabilities;
import io.vireo.ingest.core.ClaimSnapshot;
import io.vireo.ingest.core.DomainSnapshot;
import io.vireo.ingest.core.Input;
import io.vireo.ingest.core.Input.Report;
import io.vireo.ingest.core.ListKind;
import io.vireo.ingest.core.NodeStanding;
import io.vireo.ingest.core.Origin;
import io.vireo.ingest.core.Output;
import io.vireo.ingest.core.OwnerRef;
import io.vireo.ingest.core.OwnerSnapshot;
import io.vireo.ingest.core.PodSnapshot;
import io.vireo.ingest.core.ReportCheck;
import io.vireo.ingest.core.VmiRef;
import io.vireo.ingest.core.VmiSnapshot;
import io.vireo.schemas.avro.CommandReport;
import io.vireo.schemas.avro.ConsoleReport;
import io.vireo.schemas.avro.ContainerState;
import io.vireo.schemas.avro.DomainReport;
import io.vireo.schemas.avro.Heartbeat;
import io.vireo.schemas.avro.LauncherPod;
import io.vireo.schemas.avro.NodeCapabilities;
import io.vireo.schemas.avro.NodeReport;
import io.vireo.schemas.avro.NodeRequest;
import io.vireo.schemas.avro.NodeState;
import io.vireo.schemas.avro.NodeTransition;
import io.vireo.schemas.avro.ObservedAgent;
import io.vireo.schemas.avro.ObservedDomain;
import io.vireo.schemas.avro.ReportedAgent;
import io.vireo.schemas.avro.ReportedCapabilities;
import io.vireo.schemas.avro.ReportedDomain;
import io.vireo.schemas.avro.UnusableCommand;
import io.vireo.schemas.avro.Vmi;
import io.vireo.schemas.avro.VmiEnded;
import io.vireo.schemas.avro.VmiOwner;
import io.vireo.schemas.avro.VmiOwnerDeleted;
import io.vireo.schemas.avro.VolumeClaim;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Avro records as the core's values. */
final class FromAvro {

  private FromAvro() {}

  static VmiSnapshot vmi(Vmi vmi) {
    return new VmiSnapshot(
        new VmiRef(vmi.getUid(), vmi.getNamespace(), vmi.getName()),
        vmi.getGeneration(),
        vmi.getResourceVersion(),
        vmi.getCreationTimestamp(),
        vmi.getDeletionTimestamp(),
        vmi.getLabels(),
        vmi.getAnnotations(),
        vmi.getFinalizers(),
        vmi.getOwnerReferences(),
        vmi.getSpecJson(),
        vmi.getPhase(),
        vmi.getStatusHash(),
        vmi.getEpoch(),
        vmi.getNodeName(),
        vmi.getClaims().stream().map(claim -> claim(vmi.getNamespace(), claim)).toList(),
        vmi.getActor());
  }

  /** Empty for a kind that owns no VMIs. */
  static Optional<OwnerSnapshot> owner(VmiOwner owner) {
    return ListKind.owner(owner.getKind())
        .map(kind -> new OwnerRef(kind, owner.getUid(), owner.getNamespace(), owner.getName()))
        .map(
            ref ->
                new OwnerSnapshot(
                    ref,
                    owner.getGeneration(),
                    owner.getResourceVersion(),
                    owner.getCreationTimestamp(),
                    owner.getDeletionTimestamp(),
                    owner.getLabels(),
                    owner.getAnnotations(),
                    owner.getFinalizers(),
                    owner.getSpecJson(),
                    owner.getStateChangeRequests().stream()
                        .map(
                            each ->
                                new OwnerSnapshot.StateChange(
                                    each.getAction(), each.getVmiUid(), each.getData()))
                        .toList(),
                    owner.getStatusHash(),
                    owner.getLastVmiUid(),
                    owner.getActor()));
  }

  /** Empty for a kind that owns no VMIs. */
  static Optional<OwnerRef> deleted(VmiOwnerDeleted gone) {
    return ListKind.owner(gone.getKind())
        .map(kind -> new OwnerRef(kind, gone.getUid(), gone.getNamespace(), gone.getName()));
  }

  /** The end of a VMI or of an owner of some. */
  static Input ended(VmiEnded end) {
    return ListKind.owner(end.getKind())
        .<Input>map(
            kind ->
                new Input.OwnerEnded(
                    new OwnerRef(kind, end.getVmiUid(), end.getNamespace(), end.getName())))
        .orElseGet(() -> new Input.VmiEnded(end.getVmiUid()));
  }

  private static ClaimSnapshot claim(String namespace, VolumeClaim claim) {
    return new ClaimSnapshot(
        namespace,
        claim.getName(),
        claim.getUid(),
        claim.getPhase(),
        claim.getVolumeMode(),
        claim.getAccessModes(),
        claim.getRequested(),
        claim.getCapacity());
  }

  static PodSnapshot pod(LauncherPod pod) {
    return new PodSnapshot(
        pod.getUid(),
        pod.getNamespace(),
        pod.getName(),
        pod.getEpoch(),
        pod.getResourceVersion(),
        pod.getNodeName(),
        new PodSnapshot.Status(
            pod.getPhase(),
            pod.getReason(),
            pod.getMessage(),
            pod.getPodIp(),
            pod.getPodIps(),
            pod.getQosClass(),
            pod.getMountProblem()),
        pod.getDeletionTimestamp(),
        new PodSnapshot.Conditions(
            pod.getScheduled(),
            pod.getUnschedulableReason(),
            pod.getUnschedulableMessage(),
            pod.getContainersReady(),
            pod.getReady(),
            pod.getReadyReason(),
            pod.getUnpaused()),
        pod.getContainers().stream().map(FromAvro::container).toList());
  }

  private static PodSnapshot.ContainerSnapshot container(ContainerState container) {
    return new PodSnapshot.ContainerSnapshot(
        container.getName(),
        container.getInit(),
        container.getState(),
        container.getReason(),
        container.getMessage(),
        container.getExitCode(),
        container.getContainerId(),
        container.getFinishedAt(),
        container.getImage());
  }

  static DomainSnapshot domain(ObservedDomain domain) {
    return new DomainSnapshot(
        domain.getNode(),
        domain.getNodeUid(),
        domain.getEpoch(),
        domain.getSession(),
        domain.getSequence(),
        new DomainSnapshot.State(
            domain.getState(), domain.getReason(), domain.getMessage(), domain.getProven()),
        domain.getMachineType(),
        domain.getInterfaces().stream()
            .map(
                each ->
                    new DomainSnapshot.GuestInterface(
                        each.getName(),
                        each.getMac(),
                        each.getIp(),
                        each.getIps(),
                        each.getInfoSource(),
                        each.getInterfaceName(),
                        each.getQueueCount(),
                        each.getLinkState()))
            .toList(),
        agent(domain.getAgent()),
        domain.getObservedAt(),
        domain.getVolumes().stream()
            .map(each -> new DomainSnapshot.GuestVolume(each.getName(), each.getBytes()))
            .toList());
  }

  private static DomainSnapshot.@Nullable GuestAgent agent(@Nullable ObservedAgent agent) {
    return agent == null
        ? null
        : new DomainSnapshot.GuestAgent(
            agent.getOsId(),
            agent.getOsName(),
            agent.getOsPrettyName(),
            agent.getOsVersion(),
            agent.getOsVersionId(),
            agent.getKernelRelease(),
            agent.getKernelVersion(),
            agent.getMachine());
  }

  private static DomainSnapshot.@Nullable GuestAgent agent(@Nullable ReportedAgent agent) {
    return agent == null
        ? null
        : new DomainSnapshot.GuestAgent(
            agent.getOsId(),
            agent.getOsName(),
            agent.getOsPrettyName(),
            agent.getOsVersion(),
            agent.getOsVersionId(),
            agent.getKernelRelease(),
            agent.getKernelVersion(),
            agent.getMachine());
  }

  static Output.NodeChanged node(NodeTransition said) {
    return new Output.NodeChanged(
        said.getNode(),
        said.getNodeUid(),
        standing(said.getState()),
        said.getReason(),
        said.getExecutorSession(),
        null,
        said.getActor(),
        capabilities(said.getCapabilities()));
  }

  private static @Nullable Capabilities capabilities(@Nullable NodeCapabilities all) {
    return all == null
        ? null
        : new Capabilities(
            all.getMachineTypes(), all.getEmulatedCpuModels(), all.getHostCpuModels());
  }

  private static @Nullable Capabilities reported(@Nullable ReportedCapabilities all) {
    return all == null
        ? null
        : new Capabilities(
            all.getMachineTypes(), all.getEmulatedCpuModels(), all.getHostCpuModels());
  }

  private static NodeStanding standing(NodeState state) {
    return switch (state) {
      case Known -> NodeStanding.KNOWN;
      case Eligible -> NodeStanding.ELIGIBLE;
      case Suspect -> NodeStanding.SUSPECT;
      case Lost -> NodeStanding.LOST;
      case Fenced -> NodeStanding.FENCED;
      case Back -> NodeStanding.BACK;
      case Removed -> NodeStanding.REMOVED;
    };
  }

  /** A claim of the node whose topic this is; it is still to be checked. */
  static Input.Reported report(String node, NodeReport report, Origin origin) {
    UnusableCommand unusable = report.getUnusable();
    return new Input.Reported(
        node,
        new Input.Envelope(report.getNodeUid(), report.getSession(), report.getSequence()),
        unusable == null ? body(report) : unusable(unusable),
        origin);
  }

  private static Report unusable(UnusableCommand command) {
    return new Report.CommandUnusable(
        new Origin(
            command.getTopic(),
            command.getPartition(),
            command.getOffset(),
            null,
            command.getSha256(),
            command.getSize()),
        command.getReason(),
        command.getMessage());
  }

  private static Report body(NodeReport report) {
    return switch (report.getBody()) {
      case Heartbeat alive -> new Report.Alive();
      case CommandReport end ->
          new Report.CommandEnded(
              new Input.CommandEnd(
                  end.getCommandId(),
                  end.getVmiUid(),
                  end.getCommandType(),
                  end.getResult(),
                  end.getReason(),
                  end.getMessage(),
                  end.getHeldEpoch(),
                  end.getHeldSeq(),
                  report.getReportedAt()));
      case DomainReport changed -> new Report.DomainChanged(reported(changed.getDomain()));
      case io.vireo.schemas.avro.DomainSnapshot all ->
          new Report.AllDomains(
              all.getDomains().stream().map(FromAvro::reported).toList(),
              reported(all.getCapabilities()));
      case ConsoleReport used ->
          new Report.ConsoleUsed(used.getVmiUid(), used.getStream(), used.getOpened());
      default ->
          throw new IllegalArgumentException(
              "Expected a body that the schema knows, but got " + report.getBody().getClass());
    };
  }

  static Input.NodeRequest request(NodeRequest request, Origin origin) {
    return new Input.NodeRequest(
        request.getId(),
        request.getNode(),
        request.getNodeUid(),
        switch (request.getAction()) {
          case Fence -> Input.NodeAction.FENCE;
          case Forget -> Input.NodeAction.FORGET;
        },
        cut(request.getActor()),
        cut(request.getReason()),
        origin);
  }

  private static String cut(String text) {
    return text.length() <= ReportCheck.TEXT_MAX ? text : text.substring(0, ReportCheck.TEXT_MAX);
  }

  private static Input.ReportedDomain reported(ReportedDomain domain) {
    return new Input.ReportedDomain(
        new VmiRef(domain.getVmiUid(), domain.getNamespace(), domain.getName()),
        domain.getEpoch(),
        new DomainSnapshot.State(
            domain.getState(), domain.getReason(), domain.getMessage(), domain.getProven()),
        domain.getMachineType(),
        domain.getInterfaces().stream()
            .map(
                each ->
                    new DomainSnapshot.GuestInterface(
                        each.getName(),
                        each.getMac(),
                        each.getIp(),
                        each.getIps(),
                        each.getInfoSource(),
                        each.getInterfaceName(),
                        each.getQueueCount(),
                        each.getLinkState()))
            .toList(),
        agent(domain.getAgent()),
        domain.getObservedAt(),
        domain.getVolumes().stream()
            .map(each -> new DomainSnapshot.GuestVolume(each.getName(), each.getBytes()))
            .toList());
  }
}
