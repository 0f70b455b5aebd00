package io.vireo.scheduler.spec;

import io.vireo.scheduler.spec.VmiSpec.Volume;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The domain that an executor is to form, in the terms of its pod.
 *
 * @param memoryKiB guest memory
 * @param serialLog file that QEMU writes the serial console to as well
 * @param tcgCacheMiB QEMU's translation buffer when emulated
 */
public record DomainPlan(
    String name,
    String uuid,
    boolean emulated,
    String machine,
    long memoryKiB,
    VmiSpec.Cpu cpu,
    List<Disk> disks,
    List<VmiSpec.Interface> interfaces,
    String serialSocket,
    Optional<String> serialLog,
    long gracePeriodSeconds,
    boolean rng,
    boolean memBalloon,
    int tcgCacheMiB) {

  static final String PRIVATE_DIR = "/var/run/kubevirt-private";
  static final String EPHEMERAL_DISKS_DIR = "/var/run/kubevirt-ephemeral-disks";
  static final int TCG_CACHE_MIB = 64;

  public DomainPlan {
    disks = List.copyOf(disks);
    interfaces = List.copyOf(interfaces);
  }

  /**
   * A disk with its file in the pod.
   *
   * @param format qcow2 or raw
   */
  public record Disk(VmiSpec.Disk spec, String sourceFile, String format) {}

  /** The plan for one VMI. */
  public static DomainPlan of(
      String namespace, String name, String uid, VmiSpec spec, SpecSettings settings) {
    return new DomainPlan(
        namespace + "_" + name,
        uid.toLowerCase(Locale.ROOT),
        settings.emulation(),
        spec.machine(),
        Math.ceilDiv(spec.memoryBytes(), 1024L),
        spec.cpu(),
        spec.disks().stream().map(DomainPlan::disk).toList(),
        spec.interfaces(),
        PRIVATE_DIR + "/" + uid + "/virt-serial0",
        spec.consoleLog() ? Optional.of(ConsoleLog.FILE) : Optional.empty(),
        spec.gracePeriodSeconds(),
        spec.rng(),
        spec.memBalloon(),
        TCG_CACHE_MIB);
  }

  private static Disk disk(VmiSpec.Disk disk) {
    return switch (disk.volume()) {
      case Volume.ContainerDisk c -> overlay(disk);
      case Volume.EmptyDisk e -> overlay(disk);
      case Volume.CloudInitNoCloud c ->
          new Disk(disk, EPHEMERAL_DISKS_DIR + "/" + disk.name() + ".iso", "raw");
    };
  }

  private static Disk overlay(VmiSpec.Disk disk) {
    return new Disk(disk, EPHEMERAL_DISKS_DIR + "/" + disk.name() + ".qcow2", "qcow2");
  }

  /** QEMU's buffer counts only where it is used. */
  static Optional<Integer> tcgCache(SpecSettings settings) {
    return settings.emulation() ? Optional.of(TCG_CACHE_MIB) : Optional.empty();
  }
}
