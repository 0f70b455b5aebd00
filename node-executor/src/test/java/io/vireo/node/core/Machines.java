package io.vireo.node.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Machines that tests need. */
final class Machines {

  private Machines() {}

  /** As one reads it of a record that says nothing of hardware. */
  static Hardware plain() {
    return new Hardware(
        Optional.empty(),
        Optional.empty(),
        new Hardware.Firmware(false, false, false, Optional.empty(), Map.of()),
        new Hardware.Clock(Optional.empty(), Optional.empty(), List.of()),
        new Hardware.Features(
            true,
            false,
            Optional.empty(),
            List.of(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        true,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        List.of(),
        false,
        0);
  }

  /** One with everything, as KVM can do it. */
  static Hardware full() {
    return new Hardware(
        Optional.of(
            new Hardware.Cpu(
                "custom",
                Optional.of("Haswell"),
                List.of(new Hardware.CpuFeature("vmx", "require")))),
        Optional.of(8),
        new Hardware.Firmware(
            true, true, false, Optional.of("S-42"), Map.of("asset", "A-1", "sku", "K-1")),
        new Hardware.Clock(
            Optional.of(-3600),
            Optional.empty(),
            List.of(
                new Hardware.Timer("rtc", true, Optional.of("catchup"), Optional.of("wall")),
                new Hardware.Timer("hpet", false, Optional.empty(), Optional.empty()),
                new Hardware.Timer("hypervclock", true, Optional.empty(), Optional.empty()))),
        new Hardware.Features(
            true,
            true,
            Optional.of(true),
            List.of(
                new Hardware.HypervFeature("relaxed", true, Optional.empty()),
                new Hardware.HypervFeature("spinlocks", true, Optional.of("8191")),
                new Hardware.HypervFeature("vpindex", true, Optional.empty()),
                new Hardware.HypervFeature("synic", true, Optional.empty()),
                new Hardware.HypervFeature("stimer", true, Optional.of("direct")),
                new Hardware.HypervFeature("vendor_id", true, Optional.of("vireo")),
                new Hardware.HypervFeature("ipi", false, Optional.empty())),
            false,
            Optional.of(true),
            Optional.of(true),
            Optional.of(true)),
        true,
        Optional.of(new Hardware.Screen("vga", "/var/run/kubevirt-private/u/virt-vnc")),
        List.of(
            new Hardware.Input("tablet", "tablet", "usb"),
            new Hardware.Input("pen", "tablet", "virtio")),
        Optional.of(new Hardware.Watchdog("dog", "i6300esb", "reset")),
        List.of("isa", "hyperv"),
        false,
        2);
  }

  /** One whose every text tries to leave its place. */
  static Hardware hostile() {
    String evil = "\"/><evil a='<&>";
    return new Hardware(
        Optional.of(
            new Hardware.Cpu(
                evil, Optional.of(evil), List.of(new Hardware.CpuFeature(evil, evil)))),
        Optional.empty(),
        new Hardware.Firmware(false, false, true, Optional.of(evil), Map.of(evil, evil)),
        new Hardware.Clock(
            Optional.empty(),
            Optional.of(evil),
            List.of(new Hardware.Timer(evil, true, Optional.of(evil), Optional.of(evil)))),
        new Hardware.Features(
            false,
            false,
            Optional.empty(),
            List.of(new Hardware.HypervFeature("vendor_id", true, Optional.of(evil))),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        false,
        Optional.of(new Hardware.Screen(evil, evil)),
        List.of(new Hardware.Input(evil, evil, evil)),
        Optional.of(new Hardware.Watchdog(evil, evil, evil)),
        List.of(evil),
        true,
        0);
  }
}
