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
   * @param sourceFile path in the launcher pod
   * @param format qcow2 or raw; never probed
   * @param ioThread the thread that serves it, from 1
   */
  public record Disk(
      String name,
      String device,
      String bus,
      String sourceFile,
      String format,
      boolean readOnly,
      Optional<Integer> bootOrder,
      Optional<String> serial,
      Optional<String> cache,
      Optional<String> io,
      Optional<String> errorPolicy,
      Optional<Integer> ioThread,
      Optional<Integer> queues) {}

  /** One network interface. */
  public record Interface(
      String name, String model, Optional<String> mac, Optional<Integer> bootOrder) {}
}
