package io.vireo.scheduler.spec;

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
   * @param dedicatedIoThread a thread of QEMU serves it alone
   */
  public record Disk(
      String name,
      String device,
      String bus,
      boolean readOnly,
      Optional<Integer> bootOrder,
      Optional<String> serial,
      Optional<String> cache,
      Optional<String> io,
      Optional<String> errorPolicy,
      boolean dedicatedIoThread,
      Volume volume) {}

  /** Where a disk's content comes from. */
  public sealed interface Volume {

    /**
     * A disk image in an OCI image.
     *
     * @param path file in the image; empty for the only one in {@code /disk}
     */
    record ContainerDisk(
        String image,
        Optional<String> path,
        Optional<String> imagePullPolicy,
        Optional<String> imagePullSecret)
        implements Volume {}

    /** An empty disk that lives as long as the VMI. */
    record EmptyDisk(long capacityBytes) implements Volume {}

    /**
     * cloud-init's NoCloud source.
     *
     * @param inlineUserData the spec holds user data itself
     * @param userDataSecret a Secret that holds it
     */
    record CloudInitNoCloud(
        boolean inlineUserData,
        Optional<String> userDataSecret,
        boolean inlineNetworkData,
        Optional<String> networkDataSecret)
        implements Volume {

      /** Whether the spec holds data that must go into a Secret of Vireo's own. */
      public boolean hasInlineData() {
        return inlineUserData || inlineNetworkData;
      }
    }
  }

  /** A network interface; the binding is masquerade on the pod network. */
  public record Interface(
      String name, String model, Optional<String> mac, Optional<Integer> bootOrder) {}
}
