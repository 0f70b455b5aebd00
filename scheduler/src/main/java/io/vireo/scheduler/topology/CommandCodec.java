package io.vireo.scheduler.topology;

import io.vireo.scheduler.core.Command;
import io.vireo.scheduler.core.Decision.Issued;
import io.vireo.scheduler.core.VmiRef;
import io.vireo.schemas.avro.ClusterCommand;
import io.vireo.schemas.avro.CreateLauncherPod;
import io.vireo.schemas.avro.DeleteLauncherPod;
import io.vireo.schemas.avro.DestroyDomain;
import io.vireo.schemas.avro.DomainDisk;
import io.vireo.schemas.avro.DomainInterface;
import io.vireo.schemas.avro.DomainPodNetwork;
import io.vireo.schemas.avro.DomainSpec;
import io.vireo.schemas.avro.EmitEvent;
import io.vireo.schemas.avro.LabelNode;
import io.vireo.schemas.avro.NodeCommand;
import io.vireo.schemas.avro.RemoveFinalizer;
import io.vireo.schemas.avro.SecretFromSpec;
import io.vireo.schemas.avro.SetPodReady;
import io.vireo.schemas.avro.StartDomain;
import io.vireo.schemas.avro.StopDomain;
import io.vireo.schemas.avro.WriteStatus;
import io.vireo.spec.DomainPlan;
import io.vireo.spec.LauncherPod;
import io.vireo.spec.VmiSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** From the core's commands to records. */
public final class CommandCodec {

  private CommandCodec() {}

  static ClusterCommand cluster(
      VmiRef ref, Issued issued, Command.ToCluster command, String cause, long nowMs) {
    return ClusterCommand.newBuilder()
        .setCommandId(issued.commandId())
        .setIssuedAt(nowMs)
        .setCause(cause)
        .setVmiUid(ref.uid())
        .setNamespace(ref.namespace())
        .setName(ref.name())
        .setBody(body(command))
        .build();
  }

  static ClusterCommand labelNode(
      String commandId, Command.LabelNode command, String cause, long nowMs) {
    return ClusterCommand.newBuilder()
        .setCommandId(commandId)
        .setIssuedAt(nowMs)
        .setCause(cause)
        .setBody(body(command))
        .build();
  }

  private static Object body(Command.ToCluster command) {
    return switch (command) {
      case Command.CreateLauncherPod c ->
          new CreateLauncherPod(
              c.podName(),
              c.epoch(),
              c.podJson(),
              c.secrets().stream()
                  .map(secret -> new SecretFromSpec(secret.secretName(), secret.volume()))
                  .toList());
      case Command.DeleteLauncherPod c ->
          new DeleteLauncherPod(c.podName(), c.podUid(), c.gracePeriodSeconds());
      case Command.SetPodReady c -> new SetPodReady(c.podName(), c.podUid(), c.ready(), c.reason());
      case Command.WriteStatus c ->
          new WriteStatus(
              c.statusJson(),
              c.statusHash(),
              new HashMap<>(c.labels()),
              new HashMap<>(c.annotations()),
              c.addFinalizers(),
              c.basedOn());
      case Command.RemoveFinalizer c ->
          new RemoveFinalizer(c.finalizers(), c.statusJson(), c.statusHash());
      case Command.EmitEvent c -> new EmitEvent(c.eventType(), c.reason(), c.message());
      case Command.LabelNode c ->
          new LabelNode(
              c.node(), c.nodeUid(), new HashMap<>(c.labels()), new HashMap<>(c.annotations()));
    };
  }

  static NodeCommand node(
      VmiRef ref, Issued issued, Command.ToNode command, String cause, long nowMs) {
    return NodeCommand.newBuilder()
        .setCommandId(issued.commandId())
        .setIssuedAt(nowMs)
        .setCause(cause)
        .setVmiUid(ref.uid())
        .setNamespace(ref.namespace())
        .setName(ref.name())
        .setNode(command.node())
        .setNodeUid(command.nodeUid())
        .setEpoch(issued.epoch())
        .setSeq(issued.seq())
        .setPodName(podName(ref, issued.epoch()))
        .setGeneration(issued.generation())
        .setBody(
            switch (command) {
              case Command.StartDomain c ->
                  new StartDomain(c.podNamespace(), c.podName(), c.podUid(), domain(c.domain()));
              case Command.StopDomain c -> new StopDomain(c.gracePeriodSeconds(), c.deadlineMs());
              case Command.DestroyDomain c -> new DestroyDomain(c.reason());
            })
        .build();
  }

  /** Of a stray nothing but its uid may be known. */
  private static @Nullable String podName(VmiRef ref, long epoch) {
    return ref.name().isEmpty() ? null : LauncherPod.name(ref.name(), ref.uid(), epoch);
  }

  /** The domain as a record. */
  public static DomainSpec domain(DomainPlan plan) {
    return DomainSpec.newBuilder()
        .setName(plan.name())
        .setUuid(plan.uuid())
        .setEmulated(plan.emulated())
        .setMachine(plan.machine())
        .setMemoryKiB(plan.memoryKiB())
        .setSockets(plan.cpu().sockets())
        .setCores(plan.cpu().cores())
        .setThreads(plan.cpu().threads())
        .setDisks(plan.disks().stream().map(CommandCodec::disk).toList())
        .setInterfaces(plan.interfaces().stream().map(CommandCodec::device).toList())
        .setSerialSocket(plan.serialSocket())
        .setSerialLog(plan.serialLog().orElse(null))
        .setGracePeriodSeconds(plan.gracePeriodSeconds())
        .setRng(plan.rng())
        .setMemBalloon(plan.memBalloon())
        .setInputs(HardwareCodec.inputs(plan.hardware()))
        .setSmbiosSerial(plan.hardware().firmware().serial().orElse(null))
        .setVncSocket(plan.vncSocket().orElse(null))
        .setTcgCacheMiB(plan.tcgCacheMiB())
        .setHardware(HardwareCodec.of(plan.hardware(), plan.ioThreads()))
        .build();
  }

  private static DomainDisk disk(DomainPlan.Disk disk) {
    VmiSpec.Disk spec = disk.spec();
    return DomainDisk.newBuilder()
        .setName(spec.name())
        .setDevice(spec.device())
        .setBus(spec.bus())
        .setSourceFile(disk.sourceFile())
        .setFormat(disk.format())
        .setBlock(disk.block())
        .setTarget(disk.target())
        .setReadOnly(spec.readOnly())
        .setShareable(spec.shareable())
        .setTray(spec.tray().orElse(null))
        .setLogicalBlockSize(spec.blockSize().map(VmiSpec.BlockSize::logical).orElse(null))
        .setPhysicalBlockSize(spec.blockSize().map(VmiSpec.BlockSize::physical).orElse(null))
        .setBootOrder(spec.bootOrder().orElse(null))
        .setSerial(spec.serial().orElse(null))
        .setCache(spec.driver().cache().orElse(null))
        .setIo(spec.driver().io().orElse(null))
        .setErrorPolicy(spec.driver().errorPolicy().orElse(null))
        .setIoThread(disk.ioThread().orElse(null))
        .setQueues(disk.queues().orElse(null))
        .build();
  }

  private static DomainInterface device(VmiSpec.Interface device) {
    return DomainInterface.newBuilder()
        .setName(device.name())
        .setBinding(device.binding())
        .setModel(device.model())
        .setMac(device.mac().orElse(null))
        .setBootOrder(device.bootOrder().orElse(null))
        .setPodNetwork(device.podNetwork().map(CommandCodec::podNetwork).orElse(null))
        .setQueues(device.queues().orElse(null))
        .build();
  }

  private static DomainPodNetwork podNetwork(VmiSpec.PodNetwork network) {
    Map<String, String> extra = new TreeMap<>();
    network.dhcp().extra().forEach((number, value) -> extra.put(Integer.toString(number), value));
    return DomainPodNetwork.newBuilder()
        .setNetwork4(network.network4().orElse(null))
        .setNetwork6(network.network6().orElse(null))
        .setPorts(network.ports())
        .setBootFile(network.dhcp().bootFile().orElse(null))
        .setTftpServer(network.dhcp().tftpServer().orElse(null))
        .setNtpServers(network.dhcp().ntpServers())
        .setDhcpOptions(extra)
        .build();
  }
}
