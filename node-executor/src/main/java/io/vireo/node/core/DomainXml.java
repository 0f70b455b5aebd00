package io.vireo.node.core;

import java.util.Map;
import javax.xml.stream.XMLStreamException;

/** libvirt's XML for a domain. */
public final class DomainXml {

  /** Namespace of Vireo's element in the domain's metadata. */
  public static final String NAMESPACE = "http://vireo.io/domain/1";

  private DomainXml() {}

  /** What Vireo keeps in the domain itself. */
  public record Metadata(String uid, long epoch, long seq, String commandId) {}

  /** Renders a domain whose interfaces have the addresses that its spec gives them. */
  public static String render(DomainSpec domain, Metadata metadata) {
    return render(domain, metadata, Map.of());
  }

  /**
   * Renders the domain.
   *
   * @param macs by the names of interfaces, of those whose address only the pod knows
   */
  public static String render(DomainSpec domain, Metadata metadata, Map<String, String> macs) {
    try {
      Xml xml = new Xml();
      xml.open("domain", "type", domain.emulated() ? "qemu" : "kvm");
      xml.text("name", domain.name());
      xml.text("uuid", domain.uuid());
      metadata(xml, domain, metadata);
      size(xml, domain);
      new MachineXml(xml, domain).write();
      xml.text("on_poweroff", "destroy");
      xml.text("on_reboot", "restart");
      xml.text("on_crash", "destroy");
      new DevicesXml(xml, domain, metadata.uid(), macs).write();
      xml.close();
      return xml.end();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("Expected to write XML to memory", e);
    }
  }

  private static void metadata(Xml xml, DomainSpec domain, Metadata metadata)
      throws XMLStreamException {
    xml.open("metadata");
    xml.openIn(NAMESPACE, "vireo", "vmi");
    xml.attributes(
        "uid",
        metadata.uid(),
        "epoch",
        Long.toString(metadata.epoch()),
        "seq",
        Long.toString(metadata.seq()),
        "command",
        metadata.commandId(),
        "gracePeriodSeconds",
        Long.toString(domain.gracePeriodSeconds()));
    xml.close();
    xml.close();
  }

  private static void size(Xml xml, DomainSpec domain) throws XMLStreamException {
    xml.text("memory", Long.toString(domain.memoryKiB()), "unit", "KiB");
    int begins = domain.topology().vcpus();
    int most = MachineXml.topology(domain).vcpus();
    if (most > begins) {
      xml.text("vcpu", Integer.toString(most), "current", Integer.toString(begins));
    } else {
      xml.text("vcpu", Integer.toString(begins));
    }
    if (domain.hardware().ioThreads() > 0) {
      xml.text("iothreads", Integer.toString(domain.hardware().ioThreads()));
    }
  }
}
