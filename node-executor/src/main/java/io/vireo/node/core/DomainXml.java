package io.vireo.node.core;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** libvirt's XML for a domain. Attribute values are escaped by the writer, never by hand. */
public final class DomainXml {

  /** Namespace of Vireo's element in the domain's metadata. */
  public static final String NAMESPACE = "http://vireo.io/domain/1";

  private static final Map<String, String> TARGET_PREFIX =
      Map.of("virtio", "vd", "sata", "sd", "scsi", "sd");

  private final XMLStreamWriter xml;

  private DomainXml(XMLStreamWriter xml) {
    this.xml = xml;
  }

  /** What Vireo keeps in the domain itself. */
  public record Metadata(String uid, long epoch, long seq, String commandId) {}

  /** Renders the domain. */
  public static String render(DomainSpec domain, Metadata metadata) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter writer = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      new DomainXml(writer).domain(domain, metadata);
      writer.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("Expected to write XML to memory", e);
    }
    return text.toString();
  }

  private void domain(DomainSpec domain, Metadata metadata) throws XMLStreamException {
    open("domain", "type", domain.emulated() ? "qemu" : "kvm");
    text("name", domain.name());
    text("uuid", domain.uuid());
    open("metadata");
    xml.writeStartElement("vireo", "vmi", NAMESPACE);
    xml.writeNamespace("vireo", NAMESPACE);
    xml.writeAttribute("uid", metadata.uid());
    xml.writeAttribute("epoch", Long.toString(metadata.epoch()));
    xml.writeAttribute("seq", Long.toString(metadata.seq()));
    xml.writeAttribute("command", metadata.commandId());
    xml.writeAttribute("gracePeriodSeconds", Long.toString(domain.gracePeriodSeconds()));
    xml.writeEndElement();
    close();
    open("memory", "unit", "KiB");
    xml.writeCharacters(Long.toString(domain.memoryKiB()));
    close();
    text("vcpu", Integer.toString(domain.topology().vcpus()));
    open("os");
    open("type", "arch", "x86_64", "machine", domain.machine());
    xml.writeCharacters("hvm");
    close();
    open("smbios", "mode", "sysinfo");
    close();
    close();
    sysinfo(domain);
    features(domain);
    cpu(domain);
    open("clock", "offset", "utc");
    close();
    text("on_poweroff", "destroy");
    text("on_reboot", "restart");
    text("on_crash", "destroy");
    devices(domain);
    close();
  }

  private void sysinfo(DomainSpec domain) throws XMLStreamException {
    open("sysinfo", "type", "smbios");
    open("system");
    for (Map.Entry<String, String> entry :
        Map.of("manufacturer", "KubeVirt", "product", "None", "family", "KubeVirt")
            .entrySet()
            .stream()
            .sorted(Map.Entry.comparingByKey())
            .toList()) {
      open("entry", "name", entry.getKey());
      xml.writeCharacters(entry.getValue());
      close();
    }
    open("entry", "name", "uuid");
    xml.writeCharacters(domain.uuid());
    close();
    close();
    close();
  }

  private void features(DomainSpec domain) throws XMLStreamException {
    open("features");
    empty("acpi");
    if (domain.emulated()) {
      open("tcg");
      open("tb-cache", "unit", "MiB");
      xml.writeCharacters(Integer.toString(domain.tcgCacheMiB()));
      close();
      close();
    }
    close();
  }

  private void cpu(DomainSpec domain) throws XMLStreamException {
    DomainSpec.Topology topology = domain.topology();
    if (domain.emulated()) {
      open("cpu");
    } else {
      open("cpu", "mode", "host-model");
    }
    empty(
        "topology",
        "sockets",
        Integer.toString(topology.sockets()),
        "cores",
        Integer.toString(topology.cores()),
        "threads",
        Integer.toString(topology.threads()));
    close();
  }

  private void devices(DomainSpec domain) throws XMLStreamException {
    open("devices");
    empty("controller", "type", "usb", "model", "none");
    if (domain.disks().stream().anyMatch(d -> d.bus().equals("scsi"))) {
      empty("controller", "type", "scsi", "index", "0", "model", "virtio-non-transitional");
    }
    Map<String, Integer> used = new HashMap<>();
    for (DomainSpec.Disk disk : domain.disks()) {
      disk(disk, used);
    }
    for (DomainSpec.Interface device : domain.interfaces()) {
      nic(device, domain.uuid());
    }
    serialConsole(domain);
    if (domain.rng()) {
      open("rng", "model", "virtio-non-transitional");
      open("backend", "model", "random");
      xml.writeCharacters("/dev/urandom");
      close();
      close();
    }
    if (domain.memBalloon()) {
      open("memballoon", "model", "virtio-non-transitional", "freePageReporting", "on");
      empty("stats", "period", "10");
      close();
    } else {
      empty("memballoon", "model", "none");
    }
    empty("audio", "id", "1", "type", "none");
    close();
  }

  private void serialConsole(DomainSpec domain) throws XMLStreamException {
    for (String element : List.of("serial", "console")) {
      open(element, "type", "unix");
      empty("source", "mode", "bind", "path", domain.serialSocket());
      if (domain.serialLog().isPresent()) {
        empty("log", "file", domain.serialLog().get(), "append", "on");
      }
      if (element.equals("serial")) {
        empty("target", "port", "0");
      } else {
        empty("target", "type", "serial", "port", "0");
      }
      close();
    }
  }

  private void disk(DomainSpec.Disk disk, Map<String, Integer> used) throws XMLStreamException {
    open("disk", "type", "file", "device", disk.device());
    xml.writeEmptyElement("driver");
    xml.writeAttribute("name", "qemu");
    xml.writeAttribute("type", disk.format());
    xml.writeAttribute("error_policy", disk.errorPolicy().orElse("stop"));
    xml.writeAttribute("discard", "unmap");
    if (disk.cache().isPresent()) {
      xml.writeAttribute("cache", disk.cache().get());
    }
    if (disk.io().isPresent()) {
      xml.writeAttribute("io", disk.io().get());
    }
    empty("source", "file", disk.sourceFile());
    String prefix = TARGET_PREFIX.getOrDefault(disk.bus(), "vd");
    int index = used.merge(prefix, 1, Integer::sum) - 1;
    empty("target", "dev", prefix + (char) ('a' + index), "bus", disk.bus());
    if (disk.readOnly()) {
      empty("readonly");
    }
    if (disk.serial().isPresent()) {
      text("serial", disk.serial().get());
    }
    if (disk.bootOrder().isPresent()) {
      empty("boot", "order", Integer.toString(disk.bootOrder().get()));
    }
    empty("alias", "name", "ua-" + disk.name());
    close();
  }

  private void nic(DomainSpec.Interface device, String uuid) throws XMLStreamException {
    // QEMU's user network stands in for masquerade where pods are plain processes.
    open("interface", "type", "user");
    empty("mac", "address", device.mac().orElseGet(() -> mac(uuid, device.name())));
    empty(
        "model",
        "type",
        device.model().equals("virtio") ? "virtio-non-transitional" : device.model());
    if (device.bootOrder().isPresent()) {
      empty("boot", "order", Integer.toString(device.bootOrder().get()));
    }
    empty("alias", "name", "ua-" + device.name());
    empty("rom", "enabled", "no");
    close();
  }

  /** The same address each time, in QEMU's range. */
  static String mac(String uuid, String name) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((uuid + "/" + name).getBytes(StandardCharsets.UTF_8));
      return String.format("52:54:00:%02x:%02x:%02x", hash[0], hash[1], hash[2]);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private void open(String name, String... attributes) throws XMLStreamException {
    xml.writeStartElement(name);
    attributes(attributes);
  }

  private void empty(String name, String... attributes) throws XMLStreamException {
    xml.writeEmptyElement(name);
    attributes(attributes);
  }

  private void attributes(String... attributes) throws XMLStreamException {
    for (int i = 0; i < attributes.length; i += 2) {
      xml.writeAttribute(attributes[i], attributes[i + 1]);
    }
  }

  private void text(String name, String value) throws XMLStreamException {
    xml.writeStartElement(name);
    xml.writeCharacters(value);
    xml.writeEndElement();
  }

  private void close() throws XMLStreamException {
    xml.writeEndElement();
  }
}
