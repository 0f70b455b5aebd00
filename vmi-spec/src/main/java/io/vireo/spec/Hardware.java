package io.vireo.spec;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The virtual machine besides its size, disks and networks.
 *
 * @param cpuModel empty for the installation's default
 * @param maxSockets sockets that the guest can have at most, if more than it begins with
 * @param chassis entries of the SMBIOS table of that name
 * @param serialConsole a serial port, which is the console
 * @param video model of the graphics card; empty for no graphics at all
 * @param panicModels devices by which the guest says that it panicked
 * @param transitional virtio devices that drivers from before virtio 1.0 know as well
 * @param ioThreadsPolicy shared or auto; empty for QEMU's main loop
 * @param blockMultiQueue a queue of each virtio disk for each virtual CPU
 */
public record Hardware(
    Optional<CpuModel> cpuModel,
    Optional<Integer> maxSockets,
    Firmware firmware,
    Map<String, String> chassis,
    Clock clock,
    Features features,
    boolean serialConsole,
    Optional<String> video,
    List<Input> inputs,
    Optional<Watchdog> watchdog,
    List<String> panicModels,
    boolean transitional,
    Optional<String> ioThreadsPolicy,
    boolean blockMultiQueue) {

  public Hardware {
    chassis = Map.copyOf(chassis);
    inputs = List.copyOf(inputs);
    panicModels = List.copyOf(panicModels);
  }

  /**
   * What the guest takes its CPU for.
   *
   * @param mode host-model, host-passthrough or custom
   * @param model with custom only
   */
  public record CpuModel(String mode, Optional<String> model, List<CpuFeature> features) {
    public CpuModel {
      features = List.copyOf(features);
    }
  }

  /** A CPU feature with libvirt's policy for it. */
  public record CpuFeature(String name, String policy) {}

  /**
   * Firmware and what it tells of the machine.
   *
   * @param uuid if it is not to be the VMI's uid
   * @param biosSerial the BIOS talks on the serial console
   */
  public record Firmware(
      Optional<String> uuid,
      Optional<String> serial,
      boolean efi,
      boolean secureBoot,
      boolean biosSerial) {}

  /**
   * The clock that the guest reads; UTC unless an offset or a zone is given.
   *
   * @param timers by libvirt's names
   */
  public record Clock(
      Optional<Integer> offsetSeconds, Optional<String> timezone, List<Timer> timers) {
    public Clock {
      timers = List.copyOf(timers);
    }
  }

  /** One timer. */
  public record Timer(
      String name, boolean present, Optional<String> tickPolicy, Optional<String> track) {}

  /**
   * What the hypervisor offers to the guest; empty is QEMU's default.
   *
   * @param apic said to be there; on x86 it always is
   * @param hyperv by libvirt's names
   */
  public record Features(
      boolean acpi,
      boolean apic,
      Optional<Boolean> apicEoi,
      List<HypervFeature> hyperv,
      boolean hypervPassthrough,
      Optional<Boolean> kvmHidden,
      Optional<Boolean> pvspinlock,
      Optional<Boolean> smm) {
    public Features {
      hyperv = List.copyOf(hyperv);
    }
  }

  /**
   * An interface of Hyper-V.
   *
   * @param value its number or text, where it has one
   */
  public record HypervFeature(String name, boolean on, Optional<String> value) {}

  /** An input device. */
  public record Input(String name, String type, String bus) {}

  /** A watchdog, and what happens when nobody feeds it. */
  public record Watchdog(String name, String model, String action) {}
}
