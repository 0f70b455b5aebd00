package io.vireo.scheduler.spec;

import io.vireo.scheduler.spec.VmiSpec.Volume;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads disks together with the volumes behind them. */
final class DiskReader {

  /** Longest name that still fits with a prefix into the name of a volume of a pod. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,55}[a-z0-9])?");

  private static final int DISKS_MAX = 26;
  private static final Quantity EMPTY_DISK_MIN = Quantity.of(1L << 20);
  private static final Quantity EMPTY_DISK_MAX = Quantity.of(16L << 40);
  private static final Pattern SERIAL = Pattern.compile("[A-Za-z0-9_.+-]{1,256}");

  private final Problems problems;

  DiskReader(Problems problems) {
    this.problems = problems;
  }

  private record Named(String path, Optional<Volume> volume) {}

  List<VmiSpec.Disk> read(FieldReader devices, FieldReader spec) {
    Map<String, Named> volumes = volumes(spec);
    Set<String> used = new HashSet<>();
    List<VmiSpec.Disk> disks = new ArrayList<>();
    for (FieldReader item : devices.objects("disks", DISKS_MAX)) {
      String name = item.requiredText("name");
      Named named = volumes.get(name);
      if (!used.add(name)) {
        problems.invalid(item.path("name"), Problems.quote(name) + " is used twice");
      }
      if (named == null) {
        problems.add(
            Problem.Kind.NOT_FOUND,
            item.path("name"),
            Problems.quote(name) + " names no volume in spec.volumes");
      }
      VmiSpec.Disk disk = disk(item, name, named);
      disks.add(disk);
    }
    volumes.forEach(
        (name, named) -> {
          if (!used.contains(name)) {
            problems.invalid(named.path(), Problems.quote(name) + " is not used by any disk");
          }
        });
    return disks;
  }

  private VmiSpec.Disk disk(
      FieldReader item, String name, @org.jspecify.annotations.Nullable Named named) {
    Volume volume =
        named == null ? new Volume.EmptyDisk(0) : named.volume().orElse(new Volume.EmptyDisk(0));
    boolean cdrom = item.has("cdrom");
    if (cdrom && item.has("disk")) {
      problems.invalid(item.path(), "must have only one of disk and cdrom");
    }
    FieldReader target = cdrom ? item.objectOrEmpty("cdrom") : item.objectOrEmpty("disk");
    String bus = target.text("bus").orElse("sata");
    Set<String> buses = cdrom ? Set.of("sata", "scsi") : Set.of("virtio", "sata", "scsi");
    if (!buses.contains(bus)) {
      problems.invalid(
          target.path("bus"),
          Problems.quote(bus)
              + " is not one of "
              + String.join(", ", buses.stream().sorted().toList()));
    }
    boolean readOnly =
        target.flag("readonly").orElse(cdrom || volume instanceof Volume.CloudInitNoCloud);
    if (cdrom && !readOnly) {
      problems.notSupported(target.path("readonly"), "a writable CD-ROM is");
    }
    Optional<String> serial = item.text("serial");
    if (serial.isPresent() && !SERIAL.matcher(serial.get()).matches()) {
      problems.invalid(item.path("serial"), "must be 1 to 256 letters, digits, and any of _ . + -");
    }
    Optional<String> cache = item.oneOf("cache", "none", "writethrough", "writeback");
    Optional<String> io = item.oneOf("io", "native", "threads");
    if (io.equals(Optional.of("native")) && !cache.equals(Optional.of("none"))) {
      problems.invalid(item.path("io"), "native needs cache: none, or QEMU refuses the disk");
    }
    boolean ownThread = item.flag("dedicatedIOThread").orElse(false);
    if (ownThread && !bus.equals("virtio")) {
      problems.invalid(
          item.path("dedicatedIOThread"), "needs bus virtio, but the disk's bus is " + bus);
    }
    return new VmiSpec.Disk(
        name,
        cdrom ? "cdrom" : "disk",
        bus,
        readOnly,
        SpecReader.bootOrder(item),
        serial,
        cache,
        io,
        item.oneOf("errorPolicy", "stop", "ignore", "report", "enospace"),
        ownThread,
        volume);
  }

  private Map<String, Named> volumes(FieldReader spec) {
    Map<String, Named> volumes = new LinkedHashMap<>();
    for (FieldReader item : spec.objects("volumes", DISKS_MAX)) {
      String name = item.requiredText("name");
      if (!name.isEmpty() && !NAME.matcher(name).matches()) {
        problems.invalid(
            item.path("name"),
            "must be a DNS label of at most 57 characters, but is " + Problems.quote(name));
      }
      if (volumes.containsKey(name)) {
        problems.invalid(item.path("name"), Problems.quote(name) + " is used twice");
      }
      volumes.put(name, new Named(item.path("name"), volume(item)));
    }
    return volumes;
  }

  private Optional<Volume> volume(FieldReader item) {
    int sources = item.keys().size() - (item.has("name") ? 1 : 0);
    if (sources > 1) {
      problems.invalid(item.path(), "must have exactly one source, but has " + sources);
    }
    Optional<Volume> containerDisk = item.object("containerDisk").map(this::containerDisk);
    if (containerDisk.isPresent()) {
      return containerDisk;
    }
    Optional<Volume> emptyDisk = item.object("emptyDisk").map(this::emptyDisk);
    if (emptyDisk.isPresent()) {
      return emptyDisk;
    }
    Optional<Volume> cloudInit = item.object("cloudInitNoCloud").map(this::cloudInit);
    if (cloudInit.isEmpty() && sources == 0) {
      problems.required(
          item.path(), "must have a source: containerDisk, emptyDisk or cloudInitNoCloud");
    }
    return cloudInit;
  }

  private Volume containerDisk(FieldReader source) {
    String image = source.requiredText("image");
    if (image.chars().anyMatch(c -> c <= 0x20 || c >= 0x7f)) {
      problems.invalid(source.path("image"), "must be an image reference without blanks");
    }
    Optional<String> path = source.text("path");
    if (path.isPresent() && !isPlainAbsolute(path.get())) {
      problems.invalid(
          source.path("path"), "must be an absolute path without '.', '..' or empty components");
    }
    return new Volume.ContainerDisk(
        image,
        path,
        source.oneOf("imagePullPolicy", "Always", "IfNotPresent", "Never"),
        source.text("imagePullSecret"));
  }

  private static boolean isPlainAbsolute(String path) {
    if (!path.startsWith("/") || path.length() < 2 || path.indexOf('\0') >= 0) {
      return false;
    }
    for (String part : path.substring(1).split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return false;
      }
    }
    return true;
  }

  private Volume emptyDisk(FieldReader source) {
    Optional<Quantity> capacity =
        source.quantity(
            "capacity",
            quantity -> quantity.isBetween(EMPTY_DISK_MIN, EMPTY_DISK_MAX),
            "between 1Mi and 16Ti");
    if (capacity.isEmpty() && !source.has("capacity")) {
      problems.required(source.path("capacity"), "must be set");
    }
    return new Volume.EmptyDisk(capacity.map(Quantity::ceiling).orElse(0L));
  }

  private Volume cloudInit(FieldReader source) {
    // Both are asked for, so that both count as read.
    boolean userText = source.hasText("userData");
    boolean userInline = source.hasText("userDataBase64") || userText;
    boolean networkText = source.hasText("networkData");
    boolean networkInline = source.hasText("networkDataBase64") || networkText;
    if ((source.has("userData") && source.has("userDataBase64"))
        || (userInline && source.has("secretRef"))) {
      problems.invalid(
          source.path(), "must have only one of userData, userDataBase64 and secretRef");
    }
    if ((source.has("networkData") && source.has("networkDataBase64"))
        || (networkInline && source.has("networkDataSecretRef"))) {
      problems.invalid(
          source.path(),
          "must have only one of networkData, networkDataBase64 and networkDataSecretRef");
    }
    Optional<String> userSecret = secretName(source, "secretRef");
    if (!userInline && userSecret.isEmpty() && !source.has("secretRef")) {
      problems.required(source.path(), "must have one of userData, userDataBase64 and secretRef");
    }
    return new Volume.CloudInitNoCloud(
        userInline, userSecret, networkInline, secretName(source, "networkDataSecretRef"));
  }

  private static Optional<String> secretName(FieldReader source, String key) {
    return source.object(key).map(reference -> reference.requiredText("name"));
  }
}
