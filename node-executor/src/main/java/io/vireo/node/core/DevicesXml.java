package io.vireo.node.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;

/** The devices of a domain's XML. */
final class DevicesXml {

  /** The device that the node's network helper makes. */
  private static final String TAP = "tap0";

  /** Where QEMU's guest agent listens. */
  private static final String AGENT_CHANNEL = "org.qemu.guest_agent.0";

  private static final String VIDEO_KIB = "16384";

  private final Xml xml;
  private final DomainSpec domain;
  private final Hardware hardware;
  private final String uid;
  private final Map<String, String> macs;
  private final String virtio;

  /**
   * The devices of the VMI with this uid.
   *
   * @param macs of interfaces whose address only the pod knows
   */
  DevicesXml(Xml xml, DomainSpec domain, String uid, Map<String, String> macs) {
    this.macs = macs;
    this.xml = xml;
    this.domain = domain;
    this.hardware = domain.hardware();
    this.uid = uid;
    this.virtio =
        domain.hardware().transitional() ? "virtio-transitional" : "virtio-non-transitional";
  }

  void write() throws XMLStreamException {
    xml.open("devices");
    boolean usb =
        hardware.inputs().stream().anyMatch(input -> input.bus().equals("usb"))
            || domain.disks().stream().anyMatch(disk -> disk.bus().equals("usb"));
    xml.empty("controller", "type", "usb", "index", "0", "model", usb ? "qemu-xhci" : "none");
    if (domain.disks().stream().anyMatch(d -> d.bus().equals("scsi"))) {
      xml.empty("controller", "type", "scsi", "index", "0", "model", virtio);
    }
    xml.empty("controller", "type", "virtio-serial", "index", "0", "model", virtio);
    new DisksXml(xml, virtio).write(domain.disks());
    for (DomainSpec.Interface device : domain.interfaces()) {
      nic(device);
    }
    if (hardware.serialConsole()) {
      serialConsole();
    }
    agentChannel();
    for (Hardware.Input input : hardware.inputs()) {
      xml.open("input", "type", input.type(), "bus", input.bus());
      alias(input.name());
      xml.close();
    }
    if (hardware.screen().isPresent()) {
      screen(hardware.screen().get());
    }
    if (hardware.watchdog().isPresent()) {
      Hardware.Watchdog watchdog = hardware.watchdog().get();
      xml.open("watchdog", "model", watchdog.model(), "action", watchdog.action());
      alias(watchdog.name());
      xml.close();
    }
    for (String model : hardware.panicModels()) {
      xml.empty("panic", "model", model);
    }
    rngAndBalloon();
    xml.empty("audio", "id", "1", "type", "none");
    xml.close();
  }

  private void alias(String name) throws XMLStreamException {
    xml.empty("alias", "name", "ua-" + name);
  }

  private void rngAndBalloon() throws XMLStreamException {
    if (domain.rng()) {
      xml.open("rng", "model", virtio);
      xml.text("backend", "/dev/urandom", "model", "random");
      xml.close();
    }
    if (domain.memBalloon()) {
      xml.open("memballoon", "model", virtio, "freePageReporting", "on");
      xml.empty("stats", "period", "10");
      xml.close();
    } else {
      xml.empty("memballoon", "model", "none");
    }
  }

  private void serialConsole() throws XMLStreamException {
    for (String element : List.of("serial", "console")) {
      xml.open(element, "type", "unix");
      xml.empty("source", "mode", "bind", "path", domain.serialSocket());
      if (domain.serialLog().isPresent()) {
        xml.empty("log", "file", domain.serialLog().get(), "append", "on");
      }
      if (element.equals("serial")) {
        xml.empty("target", "port", "0");
      } else {
        xml.empty("target", "type", "serial", "port", "0");
      }
      xml.close();
    }
  }

  private void agentChannel() throws XMLStreamException {
    xml.open("channel", "type", "unix");
    // The place that libvirt would take has too long a path for a socket.
    xml.empty("source", "mode", "bind", "path", domain.agentSocket());
    xml.empty("target", "type", "virtio", "name", AGENT_CHANNEL);
    xml.close();
  }

  private void screen(Hardware.Screen screen) throws XMLStreamException {
    xml.open("graphics", "type", "vnc");
    xml.empty("listen", "type", "socket", "socket", screen.socket());
    xml.close();
    xml.open("video");
    xml.empty("model", "type", screen.model(), "heads", "1");
    if (!screen.model().equals("virtio") && !screen.model().equals("ramfb")) {
      xml.attributes("vram", VIDEO_KIB);
    }
    xml.close();
  }

  private void nic(DomainSpec.Interface device) throws XMLStreamException {
    if (device.podNetwork().isPresent()) {
      xml.open("interface", "type", "ethernet");
      // Made beforehand, by a process with the rights that neither libvirt nor QEMU has here.
      xml.empty("target", "dev", TAP, "managed", "no");
    } else {
      // QEMU's user network stands in for masquerade where pods are plain processes.
      xml.open("interface", "type", "user");
    }
    String mac = device.mac().orElseGet(() -> GuestMac.of(uid, device.name()));
    xml.empty("mac", "address", macs.getOrDefault(device.name(), mac));
    xml.empty("model", "type", device.model().equals("virtio") ? virtio : device.model());
    if (device.queues().isPresent()) {
      xml.empty("driver", "queues", Integer.toString(device.queues().get()));
    }
    bootOrder(device.bootOrder());
    alias(device.name());
    xml.empty("rom", "enabled", "no");
    xml.close();
  }

  private void bootOrder(Optional<Integer> order) throws XMLStreamException {
    if (order.isPresent()) {
      xml.empty("boot", "order", Integer.toString(order.get()));
    }
  }
}
