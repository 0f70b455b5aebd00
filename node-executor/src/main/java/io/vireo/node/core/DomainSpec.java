package io.vireo.node.core;

import java.util.List;
import java.util.Optional;

/**
 * The domain to form.
 *
 * @param emulated software emulation instead of KVM
 * @param serialSocket the serial console's unix socket, a path in the launcher pod
 * @param serialLog file in the launcher pod that the serial console is written to as well
 * @param tcgCacheMiB QEMU's translation buffer when emulated
 */
public record DomainSpec(
    String name,
    String uuid,
    boolean emulated,
    String machine,
    long memoryKiB,
    Topology topology,
    List<Disk> disks,
    List<Interface> interfaces,
    String serialSocket,
    Optional<String> serialLog,
    long gracePeriodSeconds,
    boolean rng,
    boolean memBalloon,
    int tcgCacheMiB,
    Hardware hardware) {

  public DomainSpec {
    disks = List.copyOf(disks);
    interfaces = List.copyOf(interfaces);
  }

  /** The unix socket of the guest agent's channel, beside the serial console's. */
  String agentSocket() {
    return serialSocket.substring(0, serialSocket.lastIndexOf('/') + 1) + "virt-agent";
  }

  /** CPU topology. */
  public record Topology(int sockets, int cores, int threads) {
    int vcpus() {
      return Math.multiplyExact(Math.multiplyExact(sockets, cores), threads);
    }
  }

  /**
   * One disk.
   *
   * @param name name in the spec; becomes the alias {@code ua-<name>}
   * @param device disk or cdrom
   * @param target libvirt's name of it, such as {@code vda}; empty to choose one
   * @param shareable others may write to it at the same time
   * @param tray of a CD-ROM: open or closed
   */
  public record Disk(
      String name,
      String device,
      String bus,
      Optional<String> target,
      Source source,
      boolean readOnly,
      boolean shareable,
      Optional<Integer> bootOrder,
      Optional<String> serial,
      Optional<String> tray,
      Optional<BlockSize> blockSize,
      Driver driver) {}

  /**
   * Where a disk's content is.
   *
   * @param path in the launcher pod
   * @param format qcow2 or raw; never probed
   * @param block the path is a block device
   */
  public record Source(String path, String format, boolean block) {}

  /** What the guest takes a disk's sectors for, in bytes. */
  public record BlockSize(int logical, int physical) {}

  /**
   * How QEMU serves a disk.
   *
   * @param ioThread the thread that serves it, from 1
   */
  public record Driver(
      Optional<String> cache,
      Optional<String> io,
      Optional<String> errorPolicy,
      Optional<Integer> ioThread,
      Optional<Integer> queues) {}

  /**
   * One network interface.
   *
   * @param podNetwork how it is bound to the pod's network; empty where QEMU's user network stands
   *     in for it
   * @param queues of a virtio interface; empty for one
   */
  public record Interface(
      String name,
      String model,
      Optional<String> mac,
      Optional<Integer> bootOrder,
      Optional<PodNetwork> podNetwork,
      Optional<Integer> queues) {}
}
