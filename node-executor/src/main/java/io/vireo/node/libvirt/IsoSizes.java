package io.vireo.node.libvirt;

import io.vireo.node.core.LaneState.VolumeSize;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;

/** Sizes of the ISO images that a launcher made, which nobody knows before. */
final class IsoSizes {

  private static final String ALIAS = "ua-";

  private IsoSizes() {}

  /** By libvirt's word, in the order of the names; without those that it does not tell just now. */
  static List<VolumeSize> of(Domain domain, String xml) throws IOException {
    List<VolumeSize> sizes = new ArrayList<>();
    for (Map.Entry<String, String> iso : files(xml).entrySet()) {
      try {
        sizes.add(new VolumeSize(iso.getKey(), domain.blockInfo(iso.getValue()).getCapacity()));
      } catch (LibvirtException e) {
        // A guest that is ending; its state is what matters.
      }
    }
    return sizes;
  }

  /** Names of volumes, each with the file that it is. */
  static Map<String, String> files(String xml) throws IOException {
    Map<String, String> files = new TreeMap<>();
    @Nullable String file = null;
    @Nullable String alias = null;
    try {
      XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
      factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
      XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(xml));
      while (reader.hasNext()) {
        int event = reader.next();
        if (event == XMLStreamConstants.START_ELEMENT) {
          switch (reader.getLocalName()) {
            case "disk" -> {
              file = null;
              alias = null;
            }
            // Not that of a backing file, which comes later.
            case "source" -> file = file == null ? reader.getAttributeValue(null, "file") : file;
            case "alias" -> alias = reader.getAttributeValue(null, "name");
            default -> {}
          }
        } else if (event == XMLStreamConstants.END_ELEMENT
            && reader.getLocalName().equals("disk")
            && file != null
            && file.endsWith(".iso")
            && alias != null
            && alias.startsWith(ALIAS)) {
          files.put(alias.substring(ALIAS.length()), file);
        }
      }
      reader.close();
    } catch (XMLStreamException e) {
      throw new IOException("Expected libvirt's XML to be well-formed", e);
    }
    return files;
  }
}
