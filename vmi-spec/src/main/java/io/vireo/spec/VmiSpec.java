package io.vireo.spec;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a VirtualMachineInstance asks for, read and checked.
 *
 * @param memoryBytes guest memory
 * @param consoleLog the serial console is also the log of a container
 */
public record VmiSpec(
    Cpu cpu,
    long memoryBytes,
    Resources resources,
    String machine,
    List<Disk> disks,
    List<Interface> interfaces,
    boolean rng,
    boolean memBalloon,
    long gracePeriodSeconds,
    Hardware hardware,
    boolean consoleLog,
    Names names,
    Scheduling scheduling) {

  public VmiSpec {
    disks = List.copyOf(disks);
    interfaces = List.copyOf(interfaces);
  }

  /** Names of the claims that it needs, in the order of its disks. */
  public List<String> claimNames() {
    return disks.stream().flatMap(disk -> disk.volume().claimName().stream()).distinct().toList();
  }

  /** The same with what is known of its claims. */
  public VmiSpec withClaims(List<Claim> claims) {
    Map<String, Claim> byName = new HashMap<>();
    claims.forEach(claim -> byName.put(claim.name(), claim));
    return new VmiSpec(
        cpu,
        memoryBytes,
        resources,
        machine,
        disks.stream().map(disk -> disk.withVolume(disk.volume().with(byName))).toList(),
        interfaces,
        rng,
        memBalloon,
        gracePeriodSeconds,
        hardware,
        consoleLog,
        names,
        scheduling);
  }

  /**
   * Names of the guest and its pod, and how names are looked up there.
   *
   * @param hostname if it is not to be the VMI's name
   * @param dnsConfig Kubernetes' own object, passed on as it is
   */
  public record Names(
      Optional<String> hostname,
      Optional<String> subdomain,
      Optional<String> dnsPolicy,
      Optional<Object> dnsConfig) {}

  /**
   * What Kubernetes is told of where the pod may go, and whether others make room for it.
   *
   * @param affinity Kubernetes' own object, passed on as it is
   * @param tolerations Kubernetes' own list, passed on as it is
   * @param topologySpreadConstraints the same
   */
  public record Scheduling(
      Map<String, String> nodeSelector,
      Optional<Object> affinity,
      List<Object> tolerations,
      List<Object> topologySpreadConstraints,
      Optional<String> priorityClassName,
      Optional<String> schedulerName) {

    public Scheduling {
      nodeSelector = Map.copyOf(nodeSelector);
      tolerations = List.copyOf(tolerations);
      topologySpreadConstraints = List.copyOf(topologySpreadConstraints);
    }
  }

  /** CPU topology. */
  public record Cpu(int sockets, int cores, int threads) {
    /** Virtual CPUs in all. */
    public int count() {
      return sockets * cores * threads;
    }
  }

  /**
   * What the user wants of Kubernetes for the guest, overhead not counted.
   *
   * @param cpuRequestMillis thousandths of a CPU
   * @param overcommitOverhead Kubernetes is not asked for the memory of the overhead
   */
  public record Resources(
      Optional<Long> cpuRequestMillis,
      Optional<Long> cpuLimitMillis,
      Optional<Long> memoryRequestBytes,
      Optional<Long> memoryLimitBytes,
      boolean overcommitOverhead) {}

  /**
   * A disk and the volume behind it.
   *
   * @param device disk or cdrom
   * @param shareable others may write to it at the same time
   * @param tray of a CD-ROM: open or closed
   */
  public record Disk(
      String name,
      String device,
      String bus,
      boolean readOnly,
      boolean shareable,
      Optional<Integer> bootOrder,
      Optional<String> serial,
      Optional<String> tray,
      Optional<BlockSize> blockSize,
      Driver driver,
      Volume volume) {

    Disk withVolume(Volume other) {
      return new Disk(
          name, device, bus, readOnly, shareable, bootOrder, serial, tray, blockSize, driver,
          other);
    }
  }

  /** What a guest takes the sectors of a disk for, in bytes. */
  public record BlockSize(int logical, int physical) {}

  /**
   * How QEMU serves a disk.
   *
   * @param dedicatedIoThread a thread of QEMU serves it alone
   */
  public record Driver(
      Optional<String> cache,
      Optional<String> io,
      Optional<String> errorPolicy,
      boolean dedicatedIoThread) {}

  /**
   * A network interface.
   *
   * @param binding masquerade or bridge
   * @param podNetwork what it wants of the pod's network; empty where QEMU's user network stands in
   * @param queues empty for one
   */
  public record Interface(
      String name,
      String model,
      Optional<String> mac,
      Optional<Integer> bootOrder,
      String binding,
      Optional<PodNetwork> podNetwork,
      Optional<Integer> queues) {}

  /**
   * What an interface wants of the pod's network.
   *
   * @param network4 the guest's network behind masquerade; empty for KubeVirt's
   * @param ports that lead to the guest, such as {@code tcp/22}; none means all
   */
  public record PodNetwork(
      Optional<String> network4, Optional<String> network6, List<String> ports, DhcpOptions dhcp) {

    /** Nothing in particular. */
    public static final PodNetwork PLAIN =
        new PodNetwork(Optional.empty(), Optional.empty(), List.of(), DhcpOptions.NONE);

    public PodNetwork {
      ports = List.copyOf(ports);
    }
  }

  /**
   * What DHCP tells the guest besides.
   *
   * @param extra options of the private range by number
   */
  public record DhcpOptions(
      Optional<String> bootFile,
      Optional<String> tftpServer,
      List<String> ntpServers,
      Map<Integer, String> extra) {

    /** Nothing. */
    public static final DhcpOptions NONE =
        new DhcpOptions(Optional.empty(), Optional.empty(), List.of(), Map.of());

    public DhcpOptions {
      ntpServers = List.copyOf(ntpServers);
      extra = Map.copyOf(extra);
    }
  }
}
