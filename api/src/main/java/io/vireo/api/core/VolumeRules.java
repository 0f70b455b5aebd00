package io.vireo.api.core;

import static io.vireo.api.core.Rule.duplicate;
import static io.vireo.api.core.Rule.invalid;
import static io.vireo.api.core.Rule.notFound;
import static io.vireo.api.core.Rule.required;
import static io.vireo.api.core.Rule.unsupported;

import io.vireo.api.core.Violation.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/** Rules about volumes, and about what becomes of their data. */
final class VolumeRules {

  static final List<String> CLOUD_INIT = List.of("cloudInitNoCloud", "cloudInitConfigDrive");
  static final int INLINE_BYTES_MAX = 2048;

  private static final String VOLUMES = "volumes[]";

  static final List<Rule> ALL =
      Stream.of(names(), cloudInit(), others(), mapped()).flatMap(List::stream).toList();

  private VolumeRules() {}

  private static List<Rule> names() {
    return List.of(
        invalid("47", VOLUMES + ".containerDisk.path", (p, s) -> p.text().equals("/"), Paths.ROOT),
        invalid(
            "47",
            VOLUMES + ".containerDisk.path",
            (p, s) -> !p.text().equals("/") && !Paths.isPlain(p),
            Paths.PLAIN),
        duplicate(
                "49",
                VOLUMES,
                (volume, scope) -> Scope.isRepeated(volume, scope.spec().items("volumes"), "name"),
                "{} must not have the same Name as another volume")
            .at("name"),
        invalid(
            "50",
            VOLUMES,
            (volume, scope) -> sources(volume) != 1,
            "must have exactly one source type set"),
        required(
            "51",
            VOLUMES + ".dataVolume",
            "name",
            (source, scope) -> !source.has("name"),
            "DataVolume name must be set"),
        required(
            "61",
            VOLUMES + ".configMap",
            "name",
            (source, scope) -> !source.has("name"),
            "is a required field"),
        required(
            "62",
            VOLUMES + ".secret",
            "secretName",
            (source, scope) -> !source.has("secretName"),
            "is a required field"),
        required(
            "63",
            VOLUMES + ".serviceAccount",
            "serviceAccountName",
            (source, scope) -> !source.has("serviceAccountName"),
            "is a required field"),
        oneEach("64", "serviceAccount"),
        oneEach("65", "downwardMetrics"),
        oneEach("66", "memoryDump"));
  }

  private static List<Rule> cloudInit() {
    List<Rule> rules = new ArrayList<>();
    for (String kind : CLOUD_INIT) {
      String source = VOLUMES + "." + kind;
      for (String data : List.of("userData", "networkData")) {
        String secret = data.equals("userData") ? "secretRef" : "networkDataSecretRef";
        String id64 = data.equals("userData") ? "52" : "53";
        rules.add(
            hidden(
                id64,
                source + "." + data + "Base64",
                (node, scope) -> node.isText() && InlineData.size(node, true).isEmpty(),
                "is not a valid base64 value"));
        rules.add(
            hidden(
                data.equals("userData") ? "54" : "55",
                source,
                (node, scope) -> node.count(data, data + "Base64", secret) > 1,
                "must have only one "
                    + data
                    + " source set: one of "
                    + data
                    + ", "
                    + data
                    + "Base64 and "
                    + secret));
        for (boolean base64 : new boolean[] {false, true}) {
          rules.add(
              hidden(
                  data.equals("userData") ? "56" : "57",
                  source + "." + data + (base64 ? "Base64" : ""),
                  (node, scope) -> {
                    OptionalInt size = InlineData.size(node, base64);
                    return size.isPresent() && size.getAsInt() > INLINE_BYTES_MAX;
                  },
                  "exceeds 2048 byte limit; put larger data into a Secret and name it in "
                      + secret));
        }
      }
      rules.add(
          required(
              "58",
              source,
              "",
              (node, scope) ->
                  node.count(
                          "userData",
                          "userDataBase64",
                          "secretRef",
                          "networkData",
                          "networkDataBase64",
                          "networkDataSecretRef")
                      == 0,
              "must have at least one userdata or networkdata source set: userData,"
                  + " userDataBase64, secretRef, networkData, networkDataBase64 or"
                  + " networkDataSecretRef"));
    }
    return rules;
  }

  private static List<Rule> others() {
    String disk = VOLUMES + ".hostDisk";
    return List.of(
        MachineRules.gate("59", VOLUMES + ".downwardMetrics", FeatureGates.DOWNWARD_METRICS),
        MachineRules.gate("59", "domain.devices.downwardMetrics", FeatureGates.DOWNWARD_METRICS),
        MachineRules.gate("60", disk, FeatureGates.HOST_DISK),
        required("60", disk, "path", (d, scope) -> !d.has("path"), "is required for hostDisk"),
        unsupported(
            "60",
            disk + ".type",
            (type, scope) -> type.isTextBut("Disk", "DiskOrCreate"),
            "{} has an invalid value; it must be one of Disk, DiskOrCreate"),
        invalid(
                "60",
                disk,
                (d, scope) -> d.text("type").equals("Disk") && d.has("capacity"),
                "is allowed only with type DiskOrCreate")
            .at("capacity"),
        invalid(
            "85",
            "utilityVolumes",
            (volumes, scope) -> true,
            "can only be added via hotplug, not when a virtual machine is created"));
  }

  private static List<Rule> mapped() {
    return List.of(
        notFound(
                "118",
                VOLUMES,
                (volume, scope) ->
                    !scope.isTemplate()
                        && DiskRules.hasName(volume)
                        && !volume.has("memoryDump")
                        && !isNamed(scope.devices().items("disks"), volume)
                        && !isNamed(scope.devices().items("filesystems"), volume),
                "{} was not found: a volume must be used by a disk or a file system")
            .at("name"),
        invalid(
            "119",
            VOLUMES + ".containerPath",
            (path, scope) -> !scope.isTemplate() && isDisk(path, scope),
            "must not be mapped to a disk; containerPath is for file systems"),
        required(
            "119",
            VOLUMES + ".containerPath",
            "",
            (path, scope) -> !scope.isTemplate() && !isFilesystem(path, scope),
            "must be mapped to one of spec.domain.devices.filesystems"),
        invalid(
            "119",
            VOLUMES + ".containerPath.path",
            (path, scope) ->
                !scope.isTemplate()
                    && (isUnder(path, "/var/run/kubevirt") || isUnder(path, "/var/run/libvirt")),
            "{} must not be under /var/run/kubevirt or /var/run/libvirt"));
  }

  private static boolean isDisk(Node source, Scope scope) {
    return scope.spec().items("volumes").stream()
        .filter(volume -> source.path().startsWith(volume.path() + "."))
        .anyMatch(volume -> isNamed(scope.devices().items("disks"), volume));
  }

  private static boolean isFilesystem(Node source, Scope scope) {
    return scope.spec().items("volumes").stream()
        .filter(volume -> source.path().startsWith(volume.path() + "."))
        .anyMatch(volume -> isNamed(scope.devices().items("filesystems"), volume));
  }

  private static boolean isUnder(Node path, String folder) {
    return path.text().equals(folder) || path.text().startsWith(folder + "/");
  }

  private static boolean isNamed(List<Node> items, Node volume) {
    String name = volume.text("name");
    return items.stream().anyMatch(item -> item.text("name").equals(name));
  }

  /** How many sources it has; an unknown key is one that the table of types does not have. */
  private static long sources(Node volume) {
    return volume.keys().stream().filter(key -> !key.equals("name")).count();
  }

  private static Rule oneEach(String id, String kind) {
    return invalid(
        id,
        VOLUMES + "." + kind,
        (source, scope) -> {
          List<Node> all = Rule.select(scope.spec(), VOLUMES + "." + kind);
          return !all.isEmpty() && !all.getFirst().path().equals(source.path());
        },
        "must have max one " + kind + " volume set");
  }

  /** A rule about inline data, whose words hold nothing of it. */
  private static Rule hidden(
      String id, String select, BiPredicate<Node, Scope> broken, String message) {
    return new Rule(id, select, "", Cause.INVALID, broken, (node, scope) -> message);
  }
}
