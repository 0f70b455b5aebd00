package io.vireo.node.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parts of a domain besides its size, disks and networks.
 *
 * @param cpu empty for host-model, or for QEMU's default when emulated
 * @param maxSockets sockets that the guest can have at most, if more than it begins with
 * @param serialConsole a serial port, which is the console
 * @param screen empty for no graphics at all
 * @param panicModels devices by which the guest says that it panicked
 * @param transitional virtio devices that drivers from before virtio 1.0 know as well
 * @param ioThreads threads that serve disks
 */
public record Hardware(
    Optional<Cpu> cpu,
    Optional<Integer> maxSockets,
    Firmware firmware,
    Clock clock,
    Features features,
    boolean serialConsole,
    Optional<Screen> screen,
    List<Input> inputs,
    Optional<Watchdog> watchdog,
    List<String> panicModels,
    boolean transitional,
    int ioThreads) {

  public Hardware {
    inputs = List.copyOf(inputs);
    panicModels = List.copyOf(panicModels);
  }

  /** What the guest takes its CPU for; the model is there with mode custom. */
  public record Cpu(String mode, Optional<String> model, List<CpuFeature> features) {
    public Cpu {
      features = List.copyOf(features);
    }
  }

  /** A CPU feature with libvirt's policy for it. */
  public record CpuFeature(String name, String policy) {}

  /**
   * Firmware and what it tells of the machine.
   *
   * @param serial in the SMBIOS table of the system
   * @param chassis entries of the SMBIOS table of that name
   */
  public record Firmware(
      boolean efi,
      boolean secureBoot,
      boolean biosSerial,
      Optional<String> serial,
      Map<String, String> chassis) {
    public Firmware {
      chassis = Map.copyOf(chassis);
    }
  }

  /** The clock that the guest reads; UTC unless an offset or a zone is given. */
  public record Clock(
      Optional<Integer> offsetSeconds, Optional<String> timezone, List<Timer> timers) {
    public Clock {
      timers = List.copyOf(timers);
    }
  }

  /** One timer. */
  public record Timer(
      String name, boolean present, Optional<String> tickPolicy, Optional<String> track) {}

  /** What the hypervisor offers; empty is QEMU's default. */
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

  /** An interface of Hyper-V, with its number or text where it has one. */
  public record HypervFeature(String name, boolean on, Optional<String> value) {}

  /**
   * A graphics card and where its picture is served.
   *
   * @param socket VNC's unix socket, a path in the launcher pod
   */
  public record Screen(String model, String socket) {}

  /** An input device. */
  public record Input(String name, String type, String bus) {}

  /** A watchdog, and what happens when nobody feeds it. */
  public record Watchdog(String name, String model, String action) {}
}
