package io.vireo.spec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The domain that an executor is to form, in the terms of its pod.
 *
 * @param memoryKiB guest memory
 * @param serialLog file that QEMU writes the serial console to as well
 * @param vncSocket where QEMU serves the screen; empty without graphics
 * @param tcgCacheMiB QEMU's translation buffer when emulated
 * @param ioThreads threads that serve disks
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
    Optional<String> vncSocket,
    long gracePeriodSeconds,
    boolean rng,
    boolean memBalloon,
    int tcgCacheMiB,
    Hardware hardware,
    int ioThreads) {

  static final String PRIVATE_DIR = "/var/run/kubevirt-private";
  static final String EPHEMERAL_DISKS_DIR = "/var/run/kubevirt-ephemeral-disks";
  static final int TCG_CACHE_MIB = 64;

  /** Begin of the name of a block device in the pod. */
  static final String BLOCK_DEVICE = "/dev/vireo-";

  public DomainPlan {
    disks = List.copyOf(disks);
    interfaces = List.copyOf(interfaces);
  }

  /**
   * A disk with its file in the pod.
   *
   * @param format qcow2 or raw
   * @param block the file is a block device
   * @param target its name as most guests would call it, such as {@code vda}; for people
   * @param ioThread the thread that serves it, from 1; empty for QEMU's main loop
   * @param queues of a virtio disk; empty for libvirt's default
   */
  public record Disk(
      VmiSpec.Disk spec,
      String sourceFile,
      String format,
      boolean block,
      String target,
      Optional<Integer> ioThread,
      Optional<Integer> queues) {}

  /** The plan for one VMI. */
  public static DomainPlan of(
      String namespace, String name, String uid, VmiSpec spec, SpecSettings settings) {
    IoThreads threads =
        IoThreads.assign(spec.hardware().ioThreadsPolicy(), spec.disks(), spec.cpu().count());
    List<Disk> disks = new ArrayList<>();
    List<String> targets = targets(spec.disks());
    for (int i = 0; i < spec.disks().size(); i++) {
      disks.add(disk(spec.disks().get(i), targets.get(i), threads.ofDisk().get(i), spec));
    }
    String sockets = PRIVATE_DIR + "/" + uid;
    return new DomainPlan(
        namespace + "_" + name,
        spec.hardware().firmware().uuid().orElseGet(() -> uid.toLowerCase(Locale.ROOT)),
        settings.emulation(),
        spec.machine(),
        Math.ceilDiv(spec.memoryBytes(), 1024L),
        spec.cpu(),
        disks,
        spec.interfaces(),
        sockets + "/virt-serial0",
        spec.consoleLog() ? Optional.of(ConsoleLog.FILE) : Optional.empty(),
        spec.hardware().video().map(model -> sockets + "/virt-vnc"),
        spec.gracePeriodSeconds(),
        spec.rng(),
        spec.memBalloon(),
        TCG_CACHE_MIB,
        spec.hardware(),
        threads.count());
  }

  /** One name for each disk: a letter for its bus, and one for its place among those. */
  public static List<String> targets(List<VmiSpec.Disk> disks) {
    Map<String, Integer> taken = new HashMap<>();
    List<String> targets = new ArrayList<>();
    for (VmiSpec.Disk disk : disks) {
      String prefix = disk.bus().equals("virtio") ? "vd" : "sd";
      targets.add(prefix + (char) ('a' + taken.merge(prefix, 1, Integer::sum) - 1));
    }
    return targets;
  }

  private static Disk disk(
      VmiSpec.Disk disk, String target, Optional<Integer> ioThread, VmiSpec spec) {
    boolean block = disk.volume() instanceof Volume.Persistent p && p.isBlock();
    String suffix =
        switch (disk.volume()) {
          case Volume.ContainerDisk c -> ".qcow2";
          case Volume.EmptyDisk e -> ".qcow2";
          case Volume.Ephemeral e -> ".qcow2";
          case Volume.CloudInitNoCloud c -> ".iso";
          case Volume.Files f -> ".iso";
          case Volume.Persistent p -> ".img";
        };
    boolean multiQueue = spec.hardware().blockMultiQueue() && disk.bus().equals("virtio");
    return new Disk(
        disk,
        block ? BLOCK_DEVICE + disk.name() : EPHEMERAL_DISKS_DIR + "/" + disk.name() + suffix,
        suffix.equals(".qcow2") ? "qcow2" : "raw",
        block,
        target,
        ioThread,
        multiQueue ? Optional.of(spec.cpu().count()) : Optional.empty());
  }

  /** QEMU's buffer counts only where it is used. */
  static Optional<Integer> tcgCache(SpecSettings settings) {
    return settings.emulation() ? Optional.of(TCG_CACHE_MIB) : Optional.empty();
  }
}
