package io.vireo.api.core;

import java.util.List;
import java.util.Map;

/** What is left open of disks, inputs and the watchdog. */
final class DeviceDefaults {

  private static final List<String> TARGETS = List.of("disk", "lun", "cdrom");

  private DeviceDefaults() {}

  /**
   * Puts it into a spec.
   *
   * @param amd64 whether the machine is a PC, whose disks hang on SATA
   */
  static void apply(Map<String, Object> spec, boolean amd64) {
    Node devices = new Node("spec", spec).get("domain.devices");
    for (Node disk : devices.items("disks")) {
      if (disk.value() instanceof Map<?, ?> map) {
        disk(Trees.asObject(map), amd64);
      }
    }
    for (Node input : devices.items("inputs")) {
      if (input.value() instanceof Map<?, ?> map) {
        Trees.putIfNothing(Trees.asObject(map), "bus", "usb");
        Trees.putIfNothing(Trees.asObject(map), "type", "tablet");
      }
    }
    if (amd64 && devices.get("watchdog").value() instanceof Map<?, ?> watchdog) {
      watchdog(Trees.asObject(watchdog));
    }
  }

  private static void disk(Map<String, Object> disk, boolean amd64) {
    if (new Node("", disk).count("disk", "lun", "cdrom") == 0) {
      disk.put("disk", VmiDefaults.object());
    }
    if (disk.get("cdrom") instanceof Map<?, ?> cdrom) {
      Trees.putIfNothing(Trees.asObject(cdrom), "readonly", true);
      Trees.putIfNothing(Trees.asObject(cdrom), "tray", "closed");
    }
    for (String target : TARGETS) {
      if (amd64 && disk.get(target) instanceof Map<?, ?> map) {
        Trees.putIfNothing(Trees.asObject(map), "bus", "sata");
      }
    }
  }

  private static void watchdog(Map<String, Object> watchdog) {
    if (new Node("", watchdog).has("diag288")) {
      return;
    }
    Map<String, Object> model = Trees.object(watchdog, "i6300esb");
    if (model != null) {
      Trees.putIfNothing(model, "action", "reset");
    }
  }
}
