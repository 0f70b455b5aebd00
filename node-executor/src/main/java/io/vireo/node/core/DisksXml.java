package io.vireo.node.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamException;

/** The disks of a domain's XML. */
final class DisksXml {

  private final Xml xml;
  private final String virtio;
  private final Map<String, Integer> targets = new HashMap<>();

  /**
   * Disks.
   *
   * @param virtio model of virtio devices
   */
  DisksXml(Xml xml, String virtio) {
    this.xml = xml;
    this.virtio = virtio;
  }

  void write(List<DomainSpec.Disk> disks) throws XMLStreamException {
    for (DomainSpec.Disk disk : disks) {
      write(disk);
    }
  }

  private void write(DomainSpec.Disk disk) throws XMLStreamException {
    DomainSpec.Source source = disk.source();
    xml.open("disk", "type", source.block() ? "block" : "file", "device", disk.device());
    if (disk.bus().equals("virtio")) {
      xml.attributes("model", virtio);
    }
    driver(disk);
    xml.empty("source", source.block() ? "dev" : "file", source.path());
    xml.empty("target", "dev", target(disk), "bus", disk.bus());
    xml.attribute("tray", disk.tray());
    if (disk.blockSize().isPresent()) {
      DomainSpec.BlockSize size = disk.blockSize().get();
      xml.empty(
          "blockio",
          "logical_block_size",
          Integer.toString(size.logical()),
          "physical_block_size",
          Integer.toString(size.physical()));
    }
    if (disk.readOnly()) {
      xml.empty("readonly");
    }
    if (disk.shareable()) {
      xml.empty("shareable");
    }
    if (disk.serial().isPresent()) {
      xml.text("serial", disk.serial().get());
    }
    if (disk.bootOrder().isPresent()) {
      xml.empty("boot", "order", Integer.toString(disk.bootOrder().get()));
    }
    xml.empty("alias", "name", "ua-" + disk.name());
    xml.close();
  }

  private void driver(DomainSpec.Disk disk) throws XMLStreamException {
    DomainSpec.Driver driver = disk.driver();
    xml.empty(
        "driver",
        "name",
        "qemu",
        "type",
        disk.source().format(),
        "error_policy",
        driver.errorPolicy().orElse("stop"),
        "discard",
        "unmap");
    xml.attribute("cache", driver.cache());
    xml.attribute("io", driver.io());
    xml.attribute("iothread", driver.ioThread());
    xml.attribute("queues", driver.queues());
  }

  private String target(DomainSpec.Disk disk) {
    String prefix = disk.bus().equals("virtio") ? "vd" : "sd";
    int index = targets.merge(prefix, 1, Integer::sum) - 1;
    return disk.target().orElse(prefix + (char) ('a' + index));
  }
}
