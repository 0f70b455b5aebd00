package io.vireo.node.core;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.xml.stream.XMLStreamException;

/** The part of a domain's XML that is no device: firmware, tables, features, CPU, clock. */
final class MachineXml {

  private static final Map<String, String> SYSTEM =
      Map.of("manufacturer", "KubeVirt", "product", "None", "family", "KubeVirt");

  private final Xml xml;
  private final DomainSpec domain;
  private final Hardware hardware;

  MachineXml(Xml xml, DomainSpec domain) {
    this.xml = xml;
    this.domain = domain;
    this.hardware = domain.hardware();
  }

  void write() throws XMLStreamException {
    firmware();
    tables();
    features();
    cpu();
    clock();
  }

  private void firmware() throws XMLStreamException {
    Hardware.Firmware firmware = hardware.firmware();
    if (firmware.efi()) {
      xml.open("os", "firmware", "efi");
    } else {
      xml.open("os");
    }
    xml.text("type", "hvm", "arch", "x86_64", "machine", domain.machine());
    if (firmware.efi()) {
      // libvirt finds the files by what they can do; the variables live as long as the pod.
      String secure = firmware.secureBoot() ? "yes" : "no";
      xml.open("firmware");
      xml.empty("feature", "enabled", secure, "name", "secure-boot");
      if (firmware.secureBoot()) {
        xml.empty("feature", "enabled", "yes", "name", "enrolled-keys");
      }
      xml.close();
    }
    if (firmware.biosSerial()) {
      xml.empty("bios", "useserial", "yes");
    }
    xml.empty("smbios", "mode", "sysinfo");
    xml.close();
  }

  private void tables() throws XMLStreamException {
    Map<String, String> system = new TreeMap<>(SYSTEM);
    system.put("uuid", domain.uuid());
    hardware.firmware().serial().ifPresent(serial -> system.put("serial", serial));
    xml.open("sysinfo", "type", "smbios");
    table("system", system);
    if (!hardware.firmware().chassis().isEmpty()) {
      table("chassis", new TreeMap<>(hardware.firmware().chassis()));
    }
    xml.close();
  }

  private void table(String name, Map<String, String> entries) throws XMLStreamException {
    xml.open(name);
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      xml.text("entry", entry.getValue(), "name", entry.getKey());
    }
    xml.close();
  }

  private void features() throws XMLStreamException {
    Hardware.Features features = hardware.features();
    xml.open("features");
    if (features.acpi()) {
      xml.empty("acpi");
    }
    if (features.apic()) {
      xml.empty("apic");
      xml.attribute("eoi", features.apicEoi().map(MachineXml::onOff));
    }
    if (features.hypervPassthrough()) {
      xml.empty("hyperv", "mode", "passthrough");
    } else if (!features.hyperv().isEmpty()) {
      xml.open("hyperv", "mode", "custom");
      for (Hardware.HypervFeature feature : features.hyperv()) {
        hyperv(feature);
      }
      xml.close();
    }
    if (features.kvmHidden().isPresent()) {
      xml.open("kvm");
      xml.empty("hidden", "state", onOff(features.kvmHidden().get()));
      xml.close();
    }
    state("pvspinlock", features.pvspinlock());
    state("smm", features.smm());
    if (domain.emulated()) {
      xml.open("tcg");
      xml.text("tb-cache", Integer.toString(domain.tcgCacheMiB()), "unit", "MiB");
      xml.close();
    }
    xml.close();
  }

  private void hyperv(Hardware.HypervFeature feature) throws XMLStreamException {
    xml.open(feature.name(), "state", onOff(feature.on()));
    switch (feature.name()) {
      case "spinlocks" -> xml.attribute("retries", feature.value());
      case "vendor_id" -> xml.attribute("value", feature.value());
      case "stimer" -> {
        if (feature.value().isPresent()) {
          xml.empty("direct", "state", onOff(feature.value().get().equals("direct")));
        }
      }
      default -> {}
    }
    xml.close();
  }

  private void state(String name, Optional<Boolean> on) throws XMLStreamException {
    if (on.isPresent()) {
      xml.empty(name, "state", onOff(on.get()));
    }
  }

  private static String onOff(boolean on) {
    return on ? "on" : "off";
  }

  /** As many sockets as the guest can have. */
  static DomainSpec.Topology topology(DomainSpec domain) {
    DomainSpec.Topology begins = domain.topology();
    int sockets = Math.max(begins.sockets(), domain.hardware().maxSockets().orElse(0));
    return new DomainSpec.Topology(sockets, begins.cores(), begins.threads());
  }

  private void cpu() throws XMLStreamException {
    Optional<Hardware.Cpu> cpu = hardware.cpu();
    if (cpu.isEmpty()) {
      xml.open("cpu");
      if (!domain.emulated()) {
        xml.attributes("mode", "host-model");
      }
    } else if (cpu.get().model().isPresent()) {
      // Unchecked, libvirt would start a guest without the features that QEMU cannot emulate.
      xml.open("cpu", "mode", cpu.get().mode(), "match", "exact", "check", "partial");
      xml.text("model", cpu.get().model().get(), "fallback", "forbid");
    } else {
      xml.open("cpu", "mode", cpu.get().mode());
    }
    DomainSpec.Topology topology = topology(domain);
    xml.empty(
        "topology",
        "sockets",
        Integer.toString(topology.sockets()),
        "cores",
        Integer.toString(topology.cores()),
        "threads",
        Integer.toString(topology.threads()));
    if (cpu.isPresent()) {
      for (Hardware.CpuFeature feature : cpu.get().features()) {
        xml.empty("feature", "policy", feature.policy(), "name", feature.name());
      }
    }
    xml.close();
  }

  private void clock() throws XMLStreamException {
    Hardware.Clock clock = hardware.clock();
    if (clock.timezone().isPresent()) {
      xml.open("clock", "offset", "timezone", "timezone", clock.timezone().get());
    } else if (clock.offsetSeconds().isPresent()) {
      xml.open("clock", "offset", "variable", "basis", "utc");
      xml.attribute("adjustment", clock.offsetSeconds());
    } else {
      xml.open("clock", "offset", "utc");
    }
    for (Hardware.Timer timer : clock.timers()) {
      xml.empty("timer", "name", timer.name(), "present", timer.present() ? "yes" : "no");
      xml.attribute("tickpolicy", timer.tickPolicy());
      xml.attribute("track", timer.track());
    }
    xml.close();
  }
}
