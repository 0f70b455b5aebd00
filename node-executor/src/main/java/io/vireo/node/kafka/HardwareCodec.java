package io.vireo.node.kafka;

import io.vireo.node.core.Hardware;
import io.vireo.schemas.avro.DomainCpu;
import io.vireo.schemas.avro.DomainHardware;
import io.vireo.schemas.avro.DomainSpec;
import java.util.Optional;

/** From records to the parts of a domain. */
final class HardwareCodec {

  private HardwareCodec() {}

  static Hardware of(DomainSpec domain) {
    DomainHardware hardware =
        domain.getHardware() == null ? DomainHardware.newBuilder().build() : domain.getHardware();
    return new Hardware(
        Optional.ofNullable(hardware.getCpu()).map(HardwareCodec::cpu),
        Optional.ofNullable(hardware.getMaxSockets()),
        new Hardware.Firmware(
            hardware.getEfi(),
            hardware.getSecureBoot(),
            hardware.getBiosSerial(),
            Optional.ofNullable(domain.getSmbiosSerial()),
            hardware.getChassis()),
        clock(hardware),
        features(hardware),
        hardware.getSerialConsole(),
        screen(domain, hardware),
        domain.getInputs().stream()
            .map(input -> new Hardware.Input(input.getName(), input.getType(), input.getBus()))
            .toList(),
        Optional.ofNullable(hardware.getWatchdog())
            .map(w -> new Hardware.Watchdog(w.getName(), w.getModel(), w.getAction())),
        hardware.getPanicModels(),
        hardware.getTransitional(),
        hardware.getIoThreads());
  }

  private static Optional<Hardware.Screen> screen(DomainSpec domain, DomainHardware hardware) {
    if (hardware.getVideo() == null || domain.getVncSocket() == null) {
      return Optional.empty();
    }
    return Optional.of(new Hardware.Screen(hardware.getVideo(), domain.getVncSocket()));
  }

  private static Hardware.Cpu cpu(DomainCpu cpu) {
    return new Hardware.Cpu(
        cpu.getMode(),
        Optional.ofNullable(cpu.getModel()),
        cpu.getFeatures().stream()
            .map(feature -> new Hardware.CpuFeature(feature.getName(), feature.getPolicy()))
            .toList());
  }

  private static Hardware.Clock clock(DomainHardware hardware) {
    return new Hardware.Clock(
        Optional.ofNullable(hardware.getClockOffsetSeconds()),
        Optional.ofNullable(hardware.getTimezone()),
        hardware.getTimers().stream()
            .map(
                timer ->
                    new Hardware.Timer(
                        timer.getName(),
                        timer.getPresent(),
                        Optional.ofNullable(timer.getTickPolicy()),
                        Optional.ofNullable(timer.getTrack())))
            .toList());
  }

  private static Hardware.Features features(DomainHardware hardware) {
    return new Hardware.Features(
        hardware.getAcpi(),
        hardware.getApic(),
        Optional.ofNullable(hardware.getApicEoi()),
        hardware.getHyperv().stream()
            .map(
                feature ->
                    new Hardware.HypervFeature(
                        feature.getName(),
                        feature.getOn(),
                        Optional.ofNullable(feature.getValue())))
            .toList(),
        hardware.getHypervPassthrough(),
        Optional.ofNullable(hardware.getKvmHidden()),
        Optional.ofNullable(hardware.getPvspinlock()),
        Optional.ofNullable(hardware.getSmm()));
  }
}
