package io.vireo.node.libvirt;

import io.vireo.node.core.LaneState.DomainView;
import io.vireo.node.core.LaneState.Nic;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Reads what libvirt says of a domain that is active. */
final class LiveXml {

  private static final String AGENT_CHANNEL = "org.qemu.guest_agent.0";

  private final XMLStreamReader reader;
  private final List<Nic> nics = new ArrayList<>();
  private @Nullable String machine;
  private boolean agentConnected;
  private @Nullable Device device;

  /** The interface that is being read. */
  private static final class Device {
    @Nullable String mac;
    @Nullable String alias;
    int queues = 1;
    String linkState = "up";
  }

  private LiveXml(XMLStreamReader reader) {
    this.reader = reader;
  }

  /** Machine type, interfaces and whether the guest's agent is connected. */
  static DomainView described(String state, String reason, String xml) throws IOException {
    try {
      XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
      factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
      LiveXml live = new LiveXml(factory.createXMLStreamReader(new StringReader(xml)));
      live.read();
      return new DomainView(state, reason, live.machine, live.nics, live.agentConnected, List.of());
    } catch (XMLStreamException e) {
      throw new IOException("Expected libvirt's XML to be well-formed", e);
    }
  }

  private void read() throws XMLStreamException {
    while (reader.hasNext()) {
      int event = reader.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        begin(reader.getLocalName());
      } else if (event == XMLStreamConstants.END_ELEMENT
          && reader.getLocalName().equals("interface")) {
        endInterface();
      }
    }
    reader.close();
  }

  private void begin(String element) {
    Device nic = device;
    if (element.equals("interface")) {
      device = new Device();
    } else if (nic != null) {
      part(nic, element);
    } else if (element.equals("type")) {
      String type = attribute("machine");
      machine = type == null ? machine : type;
    } else if (element.equals("target")) {
      agentConnected |=
          AGENT_CHANNEL.equals(attribute("name")) && "connected".equals(attribute("state"));
    }
  }

  private void part(Device nic, String element) {
    switch (element) {
      case "mac" -> nic.mac = attribute("address");
      case "alias" -> nic.alias = attribute("name");
      case "driver" -> {
        String queues = attribute("queues");
        nic.queues = queues != null && queues.matches("[0-9]{1,4}") ? Integer.parseInt(queues) : 1;
      }
      case "link" -> nic.linkState = "down".equals(attribute("state")) ? "down" : "up";
      default -> {}
    }
  }

  private void endInterface() {
    Device nic = device;
    device = null;
    if (nic != null && nic.mac != null && nic.alias != null) {
      String name = nic.alias.startsWith("ua-") ? nic.alias.substring(3) : nic.alias;
      nics.add(new Nic(name, nic.mac, nic.queues, nic.linkState));
    }
  }

  private @Nullable String attribute(String name) {
    return reader.getAttributeValue(null, name);
  }
}
