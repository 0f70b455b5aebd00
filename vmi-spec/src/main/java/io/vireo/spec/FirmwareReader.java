package io.vireo.spec;

import io.vireo.spec.Hardware.Firmware;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads firmware and the tables that it shows to the guest. */
final class FirmwareReader {

  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  /** What QEMU takes as text of an SMBIOS table. */
  private static final Pattern TEXT = Pattern.compile("[\\x20-\\x7e]{1,256}");

  private FirmwareReader() {}

  static Firmware read(FieldReader firmware) {
    Optional<String> uuid = firmware.text("uuid");
    if (uuid.isPresent() && !UUID.matcher(uuid.get()).matches()) {
      firmware
          .problems()
          .invalid(firmware.path("uuid"), Problems.quote(uuid.get()) + " is no UUID");
    }
    FieldReader bootloader = firmware.objectOrEmpty("bootloader");
    if (bootloader.has("bios") && bootloader.has("efi")) {
      bootloader.problems().invalid(bootloader.path(), "must have only one of bios and efi");
    }
    FieldReader bios = bootloader.objectOrEmpty("bios");
    Optional<FieldReader> efi = bootloader.object("efi");
    efi.ifPresent(e -> e.onlyFlag("persistent", false));
    return new Firmware(
        uuid.map(text -> text.toLowerCase(Locale.ROOT)),
        table(firmware, "serial"),
        efi.isPresent(),
        efi.flatMap(e -> e.flag("secureBoot")).orElse(efi.isPresent()),
        bios.flag("useSerial").orElse(false));
  }

  static Map<String, String> chassis(FieldReader chassis) {
    Map<String, String> entries = new TreeMap<>();
    for (String key : new String[] {"manufacturer", "version", "serial", "asset", "sku"}) {
      table(chassis, key).ifPresent(text -> entries.put(key, text));
    }
    return entries;
  }

  private static Optional<String> table(FieldReader object, String key) {
    Optional<String> text = object.text(key);
    if (text.isPresent() && !TEXT.matcher(text.get()).matches()) {
      object.problems().invalid(object.path(key), "must be 1 to 256 printable characters of ASCII");
    }
    return text;
  }

  /** What the firmware wants of the rest of the machine. */
  static void check(FieldReader domain, Hardware hardware, String machine) {
    Firmware firmware = hardware.firmware();
    String efi = domain.path("firmware") + ".bootloader.efi";
    if (firmware.secureBoot() && !hardware.features().smm().orElse(false)) {
      domain
          .problems()
          .invalid(
              efi + ".secureBoot",
              "needs spec.domain.features.smm to be on; secure boot is the default with efi, and"
                  + " secureBoot: false does without");
    }
    if (firmware.secureBoot() && machine.contains("pc") && !machine.contains("q35")) {
      domain.problems().invalid(efi + ".secureBoot", "needs a machine of type q35");
    }
    if (firmware.biosSerial() && !hardware.serialConsole()) {
      domain
          .problems()
          .invalid(
              domain.path("firmware") + ".bootloader.bios.useSerial",
              "needs a serial console, but autoattachSerialConsole is false");
    }
  }
}
