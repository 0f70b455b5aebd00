package io.vireo.api.core;

import static io.vireo.api.core.Rule.duplicate;
import static io.vireo.api.core.Rule.invalid;
import static io.vireo.api.core.Rule.notFound;
import static io.vireo.api.core.Rule.required;
import static io.vireo.api.core.Rule.unsupported;

import io.vireo.api.core.Violation.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Rules about disks, file systems and the threads that serve them. */
final class DiskRules {

  private static final String DISKS = "domain.devices.disks[]";
  private static final String BLOCK = DISKS + ".blockSize";
  private static final Pattern PCI =
      Pattern.compile("[0-9a-fA-F]{4}:[0-9a-fA-F]{2}:[01][0-9a-fA-F]\\.[0-7]");
  private static final Pattern CONTAINER_NAME = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  private static final int CONTAINER_NAME_MAX = 63;
  private static final Pattern SERIAL = Pattern.compile("[A-Za-z0-9_.+-]*");
  private static final int SERIAL_MAX = 256;
  private static final int BLOCK_MIN = 512;
  private static final int BLOCK_MAX = 2 << 20;

  static final List<Rule> ALL =
      Stream.of(names(), buses(), driver(), blockSizes(), others()).flatMap(List::stream).toList();

  private DiskRules() {}

  private static List<Rule> names() {
    return List.of(
        notFound(
                "33",
                DISKS,
                (disk, scope) -> hasName(disk) && !disk.has("cdrom") && noVolume(disk, scope),
                "{} is the name of a disk, but was not found in spec.volumes")
            .at("name"),
        invalid(
                "34",
                DISKS,
                (disk, scope) ->
                    isEmptyCdrom(disk, scope) && !scope.gate(FeatureGates.DECLARATIVE_HOTPLUG),
                "{}: cannot define an empty CD-ROM; feature gate DeclarativeHotplugVolumes is not"
                    + " enabled")
            .at("name"),
        unsupported(
                "34",
                DISKS,
                (disk, scope) ->
                    isEmptyCdrom(disk, scope) && scope.gate(FeatureGates.DECLARATIVE_HOTPLUG),
                "{}: an empty CD-ROM is not supported by Vireo yet; it must name a volume")
            .at("name"),
        duplicate(
                "86",
                DISKS,
                (disk, scope) -> Scope.isRepeated(disk, scope.devices().items("disks"), "name"),
                "{} must not have the same Name as another disk")
            .at("name"),
        invalid(
            "86",
            DISKS + ".name",
            (name, scope) ->
                name.isText()
                    && (name.text().length() > CONTAINER_NAME_MAX
                        || !CONTAINER_NAME.matcher(name.text()).matches()),
            "{} must be a DNS label, since a container is named after it"),
        invalid(
            "87",
            DISKS,
            (disk, scope) -> disk.count("disk", "lun", "cdrom") > 1,
            "can only have a single target type: one of disk, lun and cdrom"),
        new Rule(
            "37",
            DISKS + ".bootOrder",
            "",
            Cause.INVALID,
            (order, scope) -> isBootOrderTaken(order, scope),
            DiskRules::bootOrderTaken),
        new Rule(
            "37",
            "domain.devices.interfaces[].bootOrder",
            "",
            Cause.INVALID,
            (order, scope) -> isBootOrderTaken(order, scope),
            DiskRules::bootOrderTaken),
        invalid(
            "38", DISKS + ".bootOrder", DiskRules::notPositive, "{}: must have a boot order > 0"),
        invalid(
            "38",
            "domain.devices.interfaces[].bootOrder",
            DiskRules::notPositive,
            "{}: must have a boot order > 0"));
  }

  private static List<Rule> buses() {
    List<Rule> rules = new ArrayList<>();
    rules.add(
        invalid(
                "35",
                DISKS,
                (disk, scope) ->
                    disk.has("lun")
                        && scope
                            .volume(disk.text("name"))
                            .filter(v -> v.count("persistentVolumeClaim", "dataVolume") == 0)
                            .isPresent(),
                "a lun can only be mapped to a DataVolume or a PersistentVolumeClaim")
            .at("lun"));
    rules.add(
        invalid(
            "36",
            DISKS,
            (disk, scope) -> isDownwardMetrics(disk, scope) && !disk.has("disk"),
            "a downwardMetrics volume must be mapped to a disk"));
    rules.add(
        invalid(
                "36",
                DISKS,
                (disk, scope) ->
                    isDownwardMetrics(disk, scope) && disk.get("disk.bus").isTextBut("virtio"),
                "a downwardMetrics volume must use virtio bus, but has {}")
            .at("disk.bus"));
    rules.add(
        invalid(
                "88",
                DISKS + ".disk",
                (disk, scope) -> disk.has("pciAddress") && disk.get("bus").isTextBut("virtio"),
                "can only be given with virtio bus")
            .at("pciAddress"));
    rules.add(
        invalid(
            "88",
            DISKS + ".disk.pciAddress",
            (address, scope) -> address.isText() && !PCI.matcher(address.text()).matches(),
            "{} is malformed; it must be like 0000:81:00.1"));
    for (String target : List.of("disk", "lun", "cdrom")) {
      String bus = DISKS + "." + target + ".bus";
      rules.add(
          invalid("89", bus, (b, scope) -> b.text().equals("ide"), "IDE bus is not supported"));
      rules.add(
          unsupported(
              "89",
              bus,
              (b, scope) -> b.isTextBut("ide", "virtio", "sata", "scsi", "usb"),
              "{} must be one of virtio, sata, scsi, usb"));
    }
    rules.add(
        invalid(
            "89",
            DISKS + ".cdrom.bus",
            (bus, scope) -> bus.text().equals("virtio"),
            "bus virtio is invalid for CD-ROM; it must be one of sata, scsi, usb"));
    rules.add(
        invalid(
                "90",
                DISKS + ".disk",
                (disk, scope) ->
                    disk.get("readonly").is(true) && !disk.get("bus").isTextBut("sata"),
                "a hard disk on bus sata does not support read-only; use cdrom, or bus virtio, scsi"
                    + " or usb")
            .at("readonly"));
    return rules;
  }

  private static List<Rule> driver() {
    return List.of(
        new Rule(
            "91",
            DISKS,
            "dedicatedIOThread",
            Cause.INVALID,
            (disk, scope) -> disk.get("dedicatedIOThread").is(true) && !bus(disk).equals("virtio"),
            (flag, scope) -> "an I/O thread of its own is supported on virtio bus only"),
        invalid(
            "92",
            DISKS + ".serial",
            (serial, scope) -> !SERIAL.matcher(serial.text()).matches(),
            "{} has a character other than letters, digits and _ . + -"),
        invalid(
            "92",
            DISKS + ".serial",
            (serial, scope) -> serial.text().length() > SERIAL_MAX,
            "{} must have a length of at most 256 characters"),
        invalid(
            "93",
            DISKS + ".cache",
            (cache, scope) -> cache.isTextBut("none", "writethrough", "writeback"),
            "{} has an invalid value; it must be one of none, writethrough, writeback"),
        invalid(
            "93",
            DISKS + ".io",
            (io, scope) -> io.isTextBut("native", "threads"),
            "{} has an invalid value; it must be one of native, threads"),
        invalid(
            "93",
            DISKS + ".errorPolicy",
            (policy, scope) -> policy.isTextBut("stop", "ignore", "report", "enospace"),
            "{} has an invalid value; it must be one of stop, ignore, report, enospace"));
  }

  private static List<Rule> blockSizes() {
    String custom = BLOCK + ".custom";
    return List.of(
        invalid(
            "94",
            BLOCK,
            (size, scope) -> size.has("custom") && size.get("matchVolume").isOn(),
            "must not have custom together with matchVolume"),
        invalid(
            "94", custom + ".logical", DiskRules::outside, "{} must be within 512 bytes and 2 MiB"),
        invalid(
            "94",
            custom + ".physical",
            DiskRules::outside,
            "{} must be within 512 bytes and 2 MiB"),
        invalid("94", custom + ".logical", DiskRules::uneven, "{} must be a power of 2"),
        invalid("94", custom + ".physical", DiskRules::uneven, "{} must be a power of 2"),
        invalid(
                "94",
                custom,
                (size, scope) -> {
                  OptionalLong physical = size.get("physical").number();
                  return physical.isPresent()
                      && size.get("logical").isNumberOutside(0, physical.getAsLong());
                },
                "{}: the logical size must not be larger than the physical one")
            .at("logical"),
        invalid(
                "94",
                DISKS,
                (disk, scope) ->
                    bus(disk).equals("sata")
                        && disk.get("blockSize.custom.logical")
                            .isNumberOutside(BLOCK_MIN, BLOCK_MIN),
                "{}: the logical size must be 512 on bus sata")
            .at("blockSize.custom.logical"),
        invalid(
                "94",
                custom,
                (size, scope) -> {
                  long logical = size.get("logical").number().orElse(0);
                  OptionalLong granularity = size.get("discardGranularity").number();
                  return logical > 0
                      && granularity.isPresent()
                      && granularity.getAsLong() % logical != 0;
                },
                "{}: the discard granularity must be a multiple of the logical size")
            .at("discardGranularity"));
  }

  private static List<Rule> others() {
    return List.of(
        invalid(
            "40",
            "domain.ioThreadsPolicy",
            (policy, scope) -> policy.isTextBut("shared", "auto", "supplementalPool"),
            "{} is an invalid IOThreadsPolicy; it must be one of shared, auto, supplementalPool"),
        required(
            "41",
            "domain",
            "ioThreads.supplementalPoolThreadCount",
            (domain, scope) ->
                domain.text("ioThreadsPolicy").equals("supplementalPool")
                    && domain.get("ioThreads.supplementalPoolThreadCount").number().orElse(0) < 1,
            "the number of threads must be set and positive with policy supplementalPool"),
        MachineRules.gate("78", DISKS + ".lun.reservation", FeatureGates.PERSISTENT_RESERVATION),
        new Rule(
            "79",
            "domain.devices.filesystems[]",
            "name",
            Cause.INVALID,
            (files, scope) ->
                scope
                        .volume(files.text("name"))
                        .filter(v -> v.count("persistentVolumeClaim", "dataVolume") > 0)
                        .isPresent()
                    && !scope.gate(FeatureGates.VIRTIOFS_STORAGE),
            (files, scope) ->
                "virtiofs is not allowed: " + MachineRules.gateOff(FeatureGates.VIRTIOFS_STORAGE)));
  }

  static boolean hasName(Node disk) {
    return !disk.text("name").isEmpty();
  }

  private static boolean noVolume(Node disk, Scope scope) {
    return scope.volume(disk.text("name")).isEmpty();
  }

  private static boolean isEmptyCdrom(Node disk, Scope scope) {
    return hasName(disk) && disk.has("cdrom") && noVolume(disk, scope);
  }

  private static boolean isDownwardMetrics(Node disk, Scope scope) {
    return scope.volume(disk.text("name")).filter(v -> v.has("downwardMetrics")).isPresent();
  }

  /** What the disk hangs on; sata where nothing is said. */
  private static String bus(Node disk) {
    for (String target : List.of("disk", "lun", "cdrom")) {
      if (disk.has(target)) {
        String bus = disk.text(target + ".bus");
        return bus.isEmpty() ? "sata" : bus;
      }
    }
    return "sata";
  }

  private static boolean notPositive(Node order, Scope scope) {
    return order.isNumberOutside(1, Long.MAX_VALUE);
  }

  private static boolean outside(Node size, Scope scope) {
    return size.isNumberOutside(BLOCK_MIN, BLOCK_MAX);
  }

  private static boolean uneven(Node size, Scope scope) {
    long bytes = size.number().orElse(1);
    return bytes >= BLOCK_MIN && bytes <= BLOCK_MAX && Long.bitCount(bytes) != 1;
  }

  /** Whether a device before this one, disks first, has the same order. */
  private static boolean isBootOrderTaken(Node order, Scope scope) {
    OptionalLong number = order.number();
    if (number.isEmpty()) {
      return false;
    }
    List<Node> devices = new ArrayList<>(scope.devices().items("disks"));
    devices.addAll(scope.devices().items("interfaces"));
    for (Node device : devices) {
      Node other = device.get("bootOrder");
      if (other.path().equals(order.path())) {
        return false;
      }
      if (other.number().equals(number)) {
        return true;
      }
    }
    return false;
  }

  private static String bootOrderTaken(Node order, Scope scope) {
    return "boot order " + order.quoted() + " is already set for a different device";
  }
}
