package io.vireo.spec;

import io.vireo.spec.Hardware.Clock;
import io.vireo.spec.Hardware.Features;
import io.vireo.spec.Hardware.Firmware;
import io.vireo.spec.Hardware.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the parts of the machine, and checks what they want of each other. */
final class HardwareReader {

  private final FieldReader domain;
  private final FieldReader devices;
  private final boolean emulated;
  private final CpuReader cpu;
  private final VmiSpec.Cpu topology;

  HardwareReader(FieldReader domain, FieldReader devices, boolean emulated) {
    this.domain = domain;
    this.devices = devices;
    this.emulated = emulated;
    this.cpu = new CpuReader(domain.objectOrEmpty("cpu"), emulated);
    this.topology = cpu.topology();
  }

  VmiSpec.Cpu topology() {
    return topology;
  }

  Hardware read(String machine) {
    Firmware firmware = FirmwareReader.read(domain.objectOrEmpty("firmware"));
    Features features = new FeaturesReader(domain.objectOrEmpty("features"), emulated).read();
    Clock clock = new ClockReader(domain.objectOrEmpty("clock"), emulated).read();
    DeviceReader reader = new DeviceReader(devices, emulated);
    Hardware hardware =
        new Hardware(
            cpu.model(),
            cpu.maxSockets(topology),
            firmware,
            FirmwareReader.chassis(domain.objectOrEmpty("chassis")),
            withTimerOf(features, clock),
            features,
            devices.flag("autoattachSerialConsole").orElse(true),
            reader.video(firmware.efi()),
            reader.inputs(),
            reader.watchdog(),
            reader.panicModels(),
            devices.flag("useVirtioTransitional").orElse(false),
            ioThreadsPolicy(),
            devices.flag("blockMultiQueue").orElse(false));
    FirmwareReader.check(domain, hardware, machine);
    FeaturesReader.check(domain, hardware);
    return hardware;
  }

  private Optional<String> ioThreadsPolicy() {
    if (domain.text("ioThreadsPolicy").equals(Optional.of("supplementalPool"))) {
      domain
          .problems()
          .notSupported(domain.path("ioThreadsPolicy"), "the policy 'supplementalPool' is");
      return Optional.empty();
    }
    return domain.oneOf("ioThreadsPolicy", "shared", "auto");
  }

  /** libvirt gives Hyper-V's synthetic timer only together with its clock. */
  private static Clock withTimerOf(Features features, Clock clock) {
    boolean needed = features.hyperv().stream().anyMatch(f -> f.name().equals("stimer") && f.on());
    if (!needed || clock.timers().stream().anyMatch(t -> t.name().equals("hypervclock"))) {
      return clock;
    }
    List<Timer> timers = new ArrayList<>(clock.timers());
    timers.add(new Timer("hypervclock", true, Optional.empty(), Optional.empty()));
    return new Clock(clock.offsetSeconds(), clock.timezone(), timers);
  }
}
