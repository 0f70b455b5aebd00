package io.vireo.spec;

import io.vireo.spec.Hardware.Input;
import io.vireo.spec.Hardware.Watchdog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the devices that are neither disks nor interfaces. */
final class DeviceReader {

  /** What libvirt takes as an alias; with a prefix it is one. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,57}");

  private static final int INPUTS_MAX = 16;
  private static final int PANICS_MAX = 2;

  private final FieldReader devices;
  private final boolean emulated;

  DeviceReader(FieldReader devices, boolean emulated) {
    this.devices = devices;
    this.emulated = emulated;
    devices.onlyFlag("autoattachVSOCK", false);
    devices.onlyFlag("disableHotplug", true);
  }

  /** Model of the graphics card; empty for none. */
  Optional<String> video(boolean efi) {
    boolean graphics = devices.flag("autoattachGraphicsDevice").orElse(true);
    Optional<FieldReader> video = devices.object("video");
    if (video.isPresent() && !graphics) {
      devices
          .problems()
          .invalid(
              devices.path("video"), "must not be given when autoattachGraphicsDevice is false");
    }
    Optional<String> type =
        video.flatMap(v -> v.oneOf("type", "vga", "cirrus", "virtio", "ramfb", "bochs"));
    // EFI needs no VGA, and its registers are slow to emulate.
    return graphics ? type.or(() -> Optional.of(efi ? "bochs" : "vga")) : Optional.empty();
  }

  List<Input> inputs() {
    List<Input> inputs = new ArrayList<>();
    for (FieldReader item : devices.objects("inputs", INPUTS_MAX)) {
      String type = item.requiredText("type");
      if (!type.isEmpty() && !type.equals("tablet")) {
        item.problems()
            .invalid(item.path("type"), "expected one of tablet, but got " + Problems.quote(type));
      }
      inputs.add(new Input(name(item), type, item.oneOf("bus", "usb", "virtio").orElse("usb")));
    }
    boolean auto = devices.flag("autoattachInputDevice").orElse(false);
    return auto && inputs.isEmpty() ? List.of(new Input("default-0", "tablet", "usb")) : inputs;
  }

  private static String name(FieldReader item) {
    String name = item.requiredText("name");
    if (!name.isEmpty() && !NAME.matcher(name).matches()) {
      item.problems()
          .invalid(
              item.path("name"),
              "must be 1 to 57 letters, digits, and any of _ -, but is " + Problems.quote(name));
    }
    return name;
  }

  Optional<Watchdog> watchdog() {
    return devices
        .object("watchdog")
        .map(
            item ->
                new Watchdog(
                    name(item),
                    "i6300esb",
                    item.objectOrEmpty("i6300esb")
                        .oneOf("action", "poweroff", "reset", "shutdown")
                        .orElse("reset")));
  }

  List<String> panicModels() {
    List<String> models = new ArrayList<>();
    for (FieldReader item : devices.objects("panicDevices", PANICS_MAX)) {
      if (item.text("model").equals(Optional.of("pvpanic"))) {
        // libvirt knows it from 9.1 on.
        item.problems().notSupported(item.path("model"), "the model 'pvpanic' is");
        continue;
      }
      String model = item.oneOf("model", "isa", "hyperv").orElse("isa");
      if (model.equals("hyperv") && emulated) {
        item.problems().needsKvm(item.path("model"), "'hyperv'");
      }
      if (models.contains(model)) {
        item.problems().invalid(item.path("model"), Problems.quote(model) + " is there twice");
      }
      models.add(model);
    }
    return models;
  }
}
