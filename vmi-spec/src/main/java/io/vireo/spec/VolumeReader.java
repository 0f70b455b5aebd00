package io.vireo.spec;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the volumes of a spec. */
final class VolumeReader {

  /** Longest name that still fits with a prefix into the name of a volume of a pod. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,55}[a-z0-9])?");

  private static final Quantity EMPTY_DISK_MIN = Quantity.of(1L << 20);
  private static final Quantity EMPTY_DISK_MAX = Quantity.of(16L << 40);

  private static final Pattern OBJECT_NAME =
      Pattern.compile(
          "(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  /** What fits into the volume identifier of an ISO image. */
  private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_.-]{1,32}");

  /** What ingest puts in the place of inline data ends with its size. */
  private static final Pattern INLINE_SIZE = Pattern.compile(";bytes=([0-9]{1,9})$");

  private static final int INLINE_BYTES_MAX = 2048;

  private static final String LABEL_DEFAULT = "cfgdata";

  private final Problems problems;
  private int serviceAccounts;

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
    Map<String, Function<FieldReader, Volume>> kinds = new LinkedHashMap<>();
    kinds.put("containerDisk", this::containerDisk);
    kinds.put("emptyDisk", this::emptyDisk);
    kinds.put("persistentVolumeClaim", this::persistent);
    kinds.put("ephemeral", this::ephemeral);
    kinds.put("cloudInitNoCloud", this::cloudInit);
    kinds.put("configMap", source -> files(source, Volume.FilesKind.CONFIG_MAP, "name"));
    kinds.put("secret", source -> files(source, Volume.FilesKind.SECRET, "secretName"));
    kinds.put("serviceAccount", this::serviceAccount);
    for (Map.Entry<String, Function<FieldReader, Volume>> kind : kinds.entrySet()) {
      Optional<Volume> volume = item.object(kind.getKey()).map(kind.getValue());
      if (volume.isPresent()) {
        // A second one is no source that is missing, but one too many.
        kinds.keySet().forEach(item::told);
        return volume;
      }
    }
    if (sources == 0) {
      problems.required(
          item.path(), "must have a source, one of " + String.join(", ", kinds.keySet()));
    }
    return Optional.empty();
  }

  private Volume persistent(FieldReader source) {
    source.onlyFlag("hotpluggable", false);
    return new Volume.Persistent(
        objectName(source, "claimName"), source.flag("readOnly").orElse(false), Optional.empty());
  }

  private Volume ephemeral(FieldReader source) {
    if (!source.has("persistentVolumeClaim")) {
      problems.required(source.path("persistentVolumeClaim"), "must be set");
    }
    FieldReader claim = source.objectOrEmpty("persistentVolumeClaim");
    // It is only read in any case.
    claim.flag("readOnly");
    return new Volume.Ephemeral(objectName(claim, "claimName"), Optional.empty());
  }

  private Volume files(FieldReader source, Volume.FilesKind kind, String nameKey) {
    Optional<String> label = source.text("volumeLabel");
    if (label.isPresent() && !LABEL.matcher(label.get()).matches()) {
      problems.invalid(
          source.path("volumeLabel"), "must be 1 to 32 letters, digits, and any of _ . -");
    }
    return new Volume.Files(
        kind,
        objectName(source, nameKey),
        source.flag("optional").orElse(false),
        label.orElse(LABEL_DEFAULT));
  }

  private Volume serviceAccount(FieldReader source) {
    serviceAccounts++;
    if (serviceAccounts > 1) {
      problems.invalid(source.path(), "must be the only serviceAccount of the VMI");
    }
    return new Volume.Files(
        Volume.FilesKind.SERVICE_ACCOUNT,
        objectName(source, "serviceAccountName"),
        false,
        LABEL_DEFAULT);
  }

  /** The name of an object of Kubernetes, which the API server would refuse in a pod otherwise. */
  private String objectName(FieldReader source, String key) {
    String name = source.requiredText(key);
    if (source.has(key) && !OBJECT_NAME.matcher(name).matches()) {
      problems.invalid(
          source.path(key),
          "must be a DNS subdomain of at most 253 characters, but is " + Problems.quote(name));
    }
    return name;
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
    boolean userText = inline(source, "userData", "secretRef");
    boolean userInline = inline(source, "userDataBase64", "secretRef") || userText;
    boolean networkText = inline(source, "networkData", "networkDataSecretRef");
    boolean networkInline =
        inline(source, "networkDataBase64", "networkDataSecretRef") || networkText;
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
    Optional<String> networkSecret = secretName(source, "networkDataSecretRef");
    if (!userInline
        && !networkInline
        && !source.has("secretRef")
        && !source.has("networkDataSecretRef")) {
      problems.required(
          source.path(),
          "must have user data or network data: userData, userDataBase64, secretRef, networkData,"
              + " networkDataBase64 or networkDataSecretRef");
    }
    return new Volume.CloudInitNoCloud(userInline, userSecret, networkInline, networkSecret);
  }

  /** Whether there is inline data; of the data itself nothing but its size is here. */
  private boolean inline(FieldReader source, String key, String instead) {
    Optional<String> redacted = source.text(key);
    if (redacted.isEmpty()) {
      return false;
    }
    if (redacted.get().endsWith(";not-base64")) {
      problems.invalid(source.path(key), "is not a valid base64 value");
    }
    Matcher size = INLINE_SIZE.matcher(redacted.get());
    if (size.find() && Long.parseLong(size.group(1)) > INLINE_BYTES_MAX) {
      problems.invalid(
          source.path(key),
          "exceeds "
              + INLINE_BYTES_MAX
              + " byte limit; put larger data into a Secret and name it in "
              + instead);
    }
    return true;
  }

  private static Optional<String> secretName(FieldReader source, String key) {
    return source.object(key).map(reference -> reference.requiredText("name"));
  }
}
