package io.vireo.scheduler.spec;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the volumes of a spec. */
final class VolumeReader {

  /** Longest name that still fits with a prefix into the name of a volume of a pod. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,55}[a-z0-9])?");

  private static final Quantity EMPTY_DISK_MIN = Quantity.of(1L << 20);
  private static final Quantity EMPTY_DISK_MAX = Quantity.of(16L << 40);

  private final Problems problems;

  VolumeReader(Problems problems) {
    this.problems = problems;
  }

  /**
   * A volume and where the spec has it.
   *
   * @param volume empty if its source is wrong
   */
  record Named(String path, Optional<Volume> volume) {}

  Map<String, Named> read(FieldReader spec) {
    Map<String, Named> volumes = new LinkedHashMap<>();
    for (FieldReader item : spec.objects("volumes", DiskReader.DISKS_MAX)) {
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
