package io.vireo.spec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads disks together with the volumes behind them. */
final class DiskReader {

  static final int DISKS_MAX = 26;

  private static final Set<String> DISK_BUSES = Set.of("virtio", "sata", "scsi", "usb");
  private static final Set<String> CDROM_BUSES = Set.of("sata", "scsi", "usb");
  private static final Pattern SERIAL = Pattern.compile("[A-Za-z0-9_.+-]{1,256}");
  private static final int BLOCK_MIN = 512;
  private static final int BLOCK_MAX = 2 << 20;

  private final Problems problems;

  DiskReader(Problems problems) {
    this.problems = problems;
  }

  List<VmiSpec.Disk> read(FieldReader devices, FieldReader spec) {
    Map<String, VolumeReader.Named> volumes = new VolumeReader(problems).read(spec);
    Set<String> used = new HashSet<>();
    List<VmiSpec.Disk> disks = new ArrayList<>();
    for (FieldReader item : devices.objects("disks", DISKS_MAX)) {
      String name = item.requiredText("name");
      VolumeReader.Named named = volumes.get(name);
      if (!used.add(name)) {
        problems.invalid(item.path("name"), Problems.quote(name) + " is used twice");
      }
      if (named == null) {
        problems.add(
            Problem.Kind.NOT_FOUND,
            item.path("name"),
            Problems.quote(name) + " names no volume in spec.volumes");
      }
      disks.add(disk(item, name, named));
    }
    volumes.forEach(
        (name, named) -> {
          if (!used.contains(name)) {
            problems.invalid(named.path(), Problems.quote(name) + " is not used by any disk");
          }
        });
    return disks;
  }

  private VmiSpec.Disk disk(FieldReader item, String name, VolumeReader.@Nullable Named named) {
    Volume volume =
        named == null ? new Volume.EmptyDisk(0) : named.volume().orElse(new Volume.EmptyDisk(0));
    boolean cdrom = item.has("cdrom");
    if (cdrom && item.has("disk")) {
      problems.invalid(item.path(), "must have only one of disk and cdrom");
      item.told("disk");
    }
    FieldReader target = cdrom ? item.objectOrEmpty("cdrom") : item.objectOrEmpty("disk");
    String bus = bus(target, cdrom ? CDROM_BUSES : DISK_BUSES);
    boolean readOnly = readOnly(target, cdrom, bus, volume);
    VmiSpec.Driver driver = driver(item, bus);
    Optional<String> serial = item.text("serial");
    if (serial.isPresent() && !SERIAL.matcher(serial.get()).matches()) {
      problems.invalid(item.path("serial"), "must be 1 to 256 letters, digits, and any of _ . + -");
    }
    return new VmiSpec.Disk(
        name,
        cdrom ? "cdrom" : "disk",
        bus,
        readOnly,
        shareable(item, driver, volume),
        SpecReader.bootOrder(item),
        serial,
        cdrom ? target.oneOf("tray", "open", "closed") : Optional.empty(),
        blockSize(item, bus),
        driver,
        volume);
  }

  private String bus(FieldReader target, Set<String> buses) {
    String bus = target.text("bus").orElse("sata");
    if (!buses.contains(bus)) {
      problems.invalid(
          target.path("bus"),
          Problems.quote(bus)
              + " is not one of "
              + String.join(", ", buses.stream().sorted().toList()));
    }
    return bus;
  }

  /** An ISO is read-only to begin with, where the bus has disks of that kind. */
  private boolean readOnly(FieldReader target, boolean cdrom, String bus, Volume volume) {
    Optional<Boolean> wanted = target.flag("readonly");
    if (cdrom) {
      if (wanted.equals(Optional.of(false))) {
        problems.notSupported(target.path("readonly"), "a writable CD-ROM is");
      }
      return true;
    }
    boolean canBe = !bus.equals("sata");
    if (wanted.orElse(false) && !canBe) {
      problems.invalid(
          target.path("readonly"),
          "a hard disk on bus sata cannot be read-only; use cdrom, or bus virtio, scsi or usb");
    }
    if (volume instanceof Volume.Persistent claim && claim.readOnly()) {
      if (!canBe || wanted.equals(Optional.of(false))) {
        problems.invalid(
            target.path("readonly"),
            "must be true, on bus virtio, scsi or usb, since the claim is read-only");
      }
      return true;
    }
    return wanted.orElse(canBe && volume.isIso());
  }

  /** Only what others can reach can be shared, and only without a cache between them. */
  private boolean shareable(FieldReader item, VmiSpec.Driver driver, Volume volume) {
    boolean shareable = item.flag("shareable").orElse(false);
    if (shareable && !(volume instanceof Volume.Persistent)) {
      problems.invalid(item.path("shareable"), "needs a persistentVolumeClaim");
    }
    if (shareable && !driver.cache().orElse("none").equals("none")) {
      problems.invalid(item.path("cache"), "must be none for a disk that is shareable");
    }
    return shareable;
  }

  private VmiSpec.Driver driver(FieldReader item, String bus) {
    Optional<String> cache = item.oneOf("cache", "none", "writethrough", "writeback");
    if (cache.isEmpty() && item.flag("shareable").orElse(false)) {
      cache = Optional.of("none");
    }
    Optional<String> io = item.oneOf("io", "native", "threads");
    if (io.equals(Optional.of("native")) && !cache.equals(Optional.of("none"))) {
      problems.invalid(item.path("io"), "native needs cache: none, or QEMU refuses the disk");
    }
    boolean ownThread = item.flag("dedicatedIOThread").orElse(false);
    if (ownThread && !bus.equals("virtio")) {
      problems.invalid(
          item.path("dedicatedIOThread"), "needs bus virtio, but the disk's bus is " + bus);
    }
    return new VmiSpec.Driver(
        cache, io, item.oneOf("errorPolicy", "stop", "ignore", "report", "enospace"), ownThread);
  }

  private Optional<VmiSpec.BlockSize> blockSize(FieldReader item, String bus) {
    FieldReader blockSize = item.objectOrEmpty("blockSize");
    Optional<FieldReader> custom = blockSize.object("custom");
    if (custom.isEmpty()) {
      return Optional.empty();
    }
    int logical = block(custom.get(), "logical");
    int physical = block(custom.get(), "physical");
    if (logical > physical) {
      problems.invalid(
          custom.get().path("logical"), "must not be larger than physical, " + physical);
    }
    if (bus.equals("sata") && logical != BLOCK_MIN) {
      problems.invalid(custom.get().path("logical"), "must be 512 on bus sata");
    }
    return Optional.of(new VmiSpec.BlockSize(logical, physical));
  }

  private int block(FieldReader custom, String key) {
    if (!custom.has(key)) {
      problems.required(custom.path(key), "must be set");
    }
    OptionalLong size = custom.number(key, BLOCK_MIN, BLOCK_MAX);
    if (size.isPresent() && Long.bitCount(size.getAsLong()) != 1) {
      problems.invalid(custom.path(key), "must be a power of two, but is " + size.getAsLong());
    }
    return (int) size.orElse(BLOCK_MIN);
  }
}
