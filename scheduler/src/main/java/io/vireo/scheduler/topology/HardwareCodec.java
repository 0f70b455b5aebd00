package io.vireo.scheduler.topology;

import io.vireo.schemas.avro.DomainCpu;
import io.vireo.schemas.avro.DomainCpuFeature;
import io.vireo.schemas.avro.DomainHardware;
import io.vireo.schemas.avro.DomainHypervFeature;
import io.vireo.schemas.avro.DomainInput;
import io.vireo.schemas.avro.DomainTimer;
import io.vireo.schemas.avro.DomainWatchdog;
import io.vireo.spec.Hardware;
import java.util.HashMap;
import java.util.List;

/** The parts of the machine as records. */
final class HardwareCodec {

  private HardwareCodec() {}

  static DomainHardware of(Hardware hardware, int ioThreads) {
    Hardware.Features features = hardware.features();
    return DomainHardware.newBuilder()
        .setCpu(hardware.cpuModel().map(HardwareCodec::cpu).orElse(null))
        .setMaxSockets(hardware.maxSockets().orElse(null))
        .setEfi(hardware.firmware().efi())
        .setSecureBoot(hardware.firmware().secureBoot())
        .setBiosSerial(hardware.firmware().biosSerial())
        .setChassis(new HashMap<>(hardware.chassis()))
        .setClockOffsetSeconds(hardware.clock().offsetSeconds().orElse(null))
        .setTimezone(hardware.clock().timezone().orElse(null))
        .setTimers(hardware.clock().timers().stream().map(HardwareCodec::timer).toList())
        .setAcpi(features.acpi())
        .setApic(features.apic())
        .setApicEoi(features.apicEoi().orElse(null))
        .setHyperv(
            features.hyperv().stream()
                .map(f -> new DomainHypervFeature(f.name(), f.on(), f.value().orElse(null)))
                .toList())
        .setHypervPassthrough(features.hypervPassthrough())
        .setKvmHidden(features.kvmHidden().orElse(null))
        .setPvspinlock(features.pvspinlock().orElse(null))
        .setSmm(features.smm().orElse(null))
        .setSerialConsole(hardware.serialConsole())
        .setVideo(hardware.video().orElse(null))
        .setWatchdog(
            hardware
                .watchdog()
                .map(w -> new DomainWatchdog(w.name(), w.model(), w.action()))
                .orElse(null))
        .setPanicModels(hardware.panicModels())
        .setTransitional(hardware.transitional())
        .setIoThreads(ioThreads)
        .build();
  }

  static List<DomainInput> inputs(Hardware hardware) {
    return hardware.inputs().stream()
        .map(input -> new DomainInput(input.name(), input.type(), input.bus()))
        .toList();
  }

  private static DomainCpu cpu(Hardware.CpuModel cpu) {
    return new DomainCpu(
        cpu.mode(),
        cpu.model().orElse(null),
        cpu.features().stream()
            .map(feature -> new DomainCpuFeature(feature.name(), feature.policy()))
            .toList());
  }

  private static DomainTimer timer(Hardware.Timer timer) {
    return new DomainTimer(
        timer.name(), timer.present(), timer.tickPolicy().orElse(null), timer.track().orElse(null));
  }
}
