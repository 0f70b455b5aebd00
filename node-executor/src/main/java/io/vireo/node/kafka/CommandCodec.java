package io.vireo.node.kafka;

import io.vireo.node.core.DomainSpec;
import io.vireo.node.core.NodeCommandData;
import io.vireo.node.core.PodNetwork;
import io.vireo.node.core.VmRef;
import io.vireo.schemas.avro.CloseEpoch;
import io.vireo.schemas.avro.DestroyDomain;
import io.vireo.schemas.avro.DomainDisk;
import io.vireo.schemas.avro.DomainInterface;
import io.vireo.schemas.avro.DomainPodNetwork;
import io.vireo.schemas.avro.NodeCommand;
import io.vireo.schemas.avro.StartDomain;
import io.vireo.schemas.avro.StopDomain;
import java.util.Comparator;
import java.util.Optional;

/** From records to commands. */
public final class CommandCodec {

  private CommandCodec() {}

  /**
   * Reads a command.
   *
   * @throws IllegalArgumentException if a value is out of its bounds
   */
  public static NodeCommandData of(NodeCommand command) {
    NodeCommandData.Header header =
        new NodeCommandData.Header(
            command.getCommandId(),
            new VmRef(command.getVmiUid(), command.getNamespace(), command.getName()),
            command.getNode(),
            command.getNodeUid(),
            command.getIssuedAt(),
            command.getEpoch(),
            command.getSeq(),
            command.getPodName() == null
                ? null
                : command.getNamespace() + "/" + command.getPodName());
    return switch (command.getBody()) {
      case StartDomain start ->
          new NodeCommandData.StartDomain(
              header, start.getPodNamespace(), start.getPodName(), domain(start.getDomain()));
      case StopDomain stop ->
          new NodeCommandData.StopDomain(header, stop.getGracePeriodSeconds(), stop.getDeadline());
      case DestroyDomain destroy -> new NodeCommandData.DestroyDomain(header);
      case CloseEpoch close -> new NodeCommandData.CloseEpoch(header);
      default ->
          throw new IllegalArgumentException(
              "Expected a command of this release, but got "
                  + command.getBody().getClass().getSimpleName());
    };
  }

  /** Reads a domain. */
  public static DomainSpec domain(io.vireo.schemas.avro.DomainSpec domain) {
    return new DomainSpec(
        domain.getName(),
        domain.getUuid(),
        domain.getEmulated(),
        domain.getMachine(),
        domain.getMemoryKiB(),
        new DomainSpec.Topology(domain.getSockets(), domain.getCores(), domain.getThreads()),
        domain.getDisks().stream().map(CommandCodec::disk).toList(),
        domain.getInterfaces().stream().map(CommandCodec::device).toList(),
        domain.getSerialSocket(),
        Optional.ofNullable(domain.getSerialLog()),
        domain.getGracePeriodSeconds(),
        domain.getRng(),
        domain.getMemBalloon(),
        domain.getTcgCacheMiB(),
        HardwareCodec.of(domain));
  }

  private static DomainSpec.Disk disk(DomainDisk disk) {
    return new DomainSpec.Disk(
        disk.getName(),
        disk.getDevice(),
        disk.getBus(),
        Optional.ofNullable(disk.getTarget()),
        new DomainSpec.Source(disk.getSourceFile(), disk.getFormat(), disk.getBlock()),
        disk.getReadOnly(),
        disk.getShareable(),
        Optional.ofNullable(disk.getBootOrder()),
        Optional.ofNullable(disk.getSerial()),
        Optional.ofNullable(disk.getTray()),
        blockSize(disk),
        new DomainSpec.Driver(
            Optional.ofNullable(disk.getCache()),
            Optional.ofNullable(disk.getIo()),
            Optional.ofNullable(disk.getErrorPolicy()),
            Optional.ofNullable(disk.getIoThread()),
            Optional.ofNullable(disk.getQueues())));
  }

  private static Optional<DomainSpec.BlockSize> blockSize(DomainDisk disk) {
    Integer logical = disk.getLogicalBlockSize();
    Integer physical = disk.getPhysicalBlockSize();
    return logical == null || physical == null
        ? Optional.empty()
        : Optional.of(new DomainSpec.BlockSize(logical, physical));
  }

  private static DomainSpec.Interface device(DomainInterface device) {
    return new DomainSpec.Interface(
        device.getName(),
        device.getModel(),
        Optional.ofNullable(device.getMac()),
        Optional.ofNullable(device.getBootOrder()),
        Optional.ofNullable(device.getPodNetwork())
            .map(network -> podNetwork(device.getBinding(), network)),
        Optional.ofNullable(device.getQueues()));
  }

  private static PodNetwork podNetwork(String binding, DomainPodNetwork network) {
    return new PodNetwork(
        binding,
        Optional.ofNullable(network.getNetwork4()),
        Optional.ofNullable(network.getNetwork6()),
        network.getPorts(),
        new PodNetwork.DhcpOptions(
            Optional.ofNullable(network.getBootFile()),
            Optional.ofNullable(network.getTftpServer()),
            network.getNtpServers(),
            network.getDhcpOptions().entrySet().stream()
                .map(
                    option ->
                        new PodNetwork.Extra(Integer.parseInt(option.getKey()), option.getValue()))
                .sorted(Comparator.comparingInt(PodNetwork.Extra::number))
                .toList()));
  }
}
