package io.vireo.api.core;

import io.vireo.schemas.kubevirt.FieldType;
import io.vireo.spec.Problem;
import io.vireo.spec.SpecReader;
import io.vireo.spec.SpecSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Asks the reader of specs whether it honours a field: a field is set in a small valid VMI, first
 * to what no field can be. Who reads the field says that it is invalid; who does not says that the
 * field is not supported. Then its values are tried.
 */
final class FieldProbe {

  /**
   * A list with a number in it is neither text, number, quantity, switch nor object, or of these.
   */
  private static final Object NOTHING_VALID = List.of(0.5);

  private static final String NIC = "spec.domain.devices.interfaces[]";

  /** Values that the table of types does not list, since KubeVirt checks them elsewhere. */
  private static final Map<String, List<String>> VALUES =
      Map.of(
          "spec.architecture",
          List.of("amd64", "arm64", "s390x"),
          "spec.domain.ioThreadsPolicy",
          List.of("shared", "auto", "supplementalPool"),
          "spec.domain.devices.panicDevices[].model",
          List.of("isa", "hyperv", "pvpanic"),
          "spec.domain.cpu.features[].policy",
          List.of("force", "require", "optional", "disable", "forbid"),
          NIC + ".state",
          List.of("up", "down", "absent"));

  private final SpecSettings settings;

  FieldProbe(SpecSettings settings) {
    this.settings = settings;
  }

  /**
   * What it says of a field.
   *
   * @param values those that it takes of the ones there are; empty where there is no list
   */
  record Answer(boolean honoured, List<String> values) {}

  /** Values that are there for a field; a switch has two. */
  static List<String> values(String path, FieldType type, List<String> listed) {
    if (type instanceof FieldType.Scalar scalar && scalar.name().equals("boolean")) {
      return List.of("true", "false");
    }
    return VALUES.getOrDefault(path, listed);
  }

  Answer ask(String path, FieldType type, List<String> listed, boolean isEmptyType) {
    List<Problem> problems = problems(path, NOTHING_VALID);
    if (isRefused(path, problems)) {
      return new Answer(false, List.of());
    }
    if (problems.stream().noneMatch(problem -> isAtOrIn(path, problem.path()))) {
      throw new AssertionError("Expected a word about " + path + ", but got " + problems);
    }
    if (isEmptyType) {
      return new Answer(!isRefused(path, problems(path, new LinkedHashMap<>())), List.of());
    }
    List<String> taken = new ArrayList<>();
    List<String> all = values(path, type, listed);
    for (String value : all) {
      Object given =
          type.equals(new FieldType.Scalar("boolean")) ? Boolean.valueOf(value) : (Object) value;
      if (!isRefused(path, problems(path, given))) {
        taken.add(value);
      }
    }
    return new Answer(all.isEmpty() || !taken.isEmpty(), taken);
  }

  private static boolean isRefused(String path, List<Problem> problems) {
    return problems.stream()
        .filter(problem -> problem.kind() == Problem.Kind.NOT_SUPPORTED)
        .map(problem -> plain(problem.path()))
        .anyMatch(told -> path.equals(told) || isIn(path, told) || isIn(told, path));
  }

  private static boolean isAtOrIn(String path, String problem) {
    return plain(problem).equals(path) || isIn(plain(problem), path);
  }

  private static String plain(String path) {
    return path.replaceAll("\\[\\d+]", "[]");
  }

  private static boolean isIn(String inner, String outer) {
    return !outer.equals("spec")
        && (inner.startsWith(outer + ".") || inner.startsWith(outer + "["));
  }

  private List<Problem> problems(String path, Object value) {
    Map<String, Object> object = VmiDefaults.object("spec", around(path));
    Manifests.set(object, "", Map.of(path.replace("[]", "[0]"), value));
    return new SpecReader(settings).read(Objects.requireNonNull(object.get("spec")))
            instanceof SpecReader.Result.Refused r
        ? r.problems()
        : List.of();
  }

  /** A VMI in which nothing else is to be said of the field. */
  private static Map<String, Object> around(String path) {
    Map<String, Object> devices = new LinkedHashMap<>();
    Map<String, Object> spec = new LinkedHashMap<>();
    if (path.startsWith("spec.domain.devices.disks") || path.startsWith("spec.volumes")) {
      Map<String, Object> disk = VmiDefaults.object("name", "root");
      target(path).ifPresent(target -> disk.put("disk", VmiDefaults.object("bus", target)));
      Map<String, Object> volume = VmiDefaults.object("name", "root");
      if (path.endsWith(".shareable")) {
        volume.put("persistentVolumeClaim", VmiDefaults.object("claimName", "c"));
      } else if (!path.startsWith("spec.volumes[].") || path.endsWith("[].name")) {
        volume.put("containerDisk", VmiDefaults.object("image", "i"));
      }
      if (path.startsWith("spec.volumes[].cloudInit")) {
        String source = path.split("\\.", -1)[2];
        volume.put(source, VmiDefaults.object());
      }
      devices.put("disks", VmiDefaults.list(disk));
      spec.put("volumes", VmiDefaults.list(volume));
    }
    if (path.startsWith(NIC) || path.startsWith("spec.networks")) {
      Map<String, Object> nic = VmiDefaults.object("name", "default");
      boolean isBinding =
          List.of("bridge", "sriov", "passtBinding", "binding", "slirp", "macvtap", "passt")
              .stream()
              .anyMatch(binding -> path.startsWith(NIC + "." + binding));
      if (!isBinding) {
        nic.put("masquerade", VmiDefaults.object());
      }
      Map<String, Object> network = VmiDefaults.object("name", "default");
      network.put("pod", VmiDefaults.object());
      devices.put("interfaces", VmiDefaults.list(nic));
      spec.put("networks", VmiDefaults.list(network));
    }
    if (path.startsWith("spec.domain.devices.inputs")) {
      devices.put("inputs", VmiDefaults.list(VmiDefaults.object("name", "pen", "type", "tablet")));
    }
    Map<String, Object> domain =
        VmiDefaults.object("memory", VmiDefaults.object("guest", "128Mi"), "devices", devices);
    if (path.startsWith("spec.domain.cpu.features")) {
      domain.put(
          "cpu", VmiDefaults.object("features", VmiDefaults.list(VmiDefaults.object("name", "x"))));
    }
    spec.put("domain", domain);
    return spec;
  }

  /** Bus of a hard disk, unless the field is in another target. */
  private static Optional<String> target(String path) {
    boolean other =
        path.startsWith("spec.domain.devices.disks[].cdrom")
            || path.startsWith("spec.domain.devices.disks[].lun");
    return other ? Optional.empty() : Optional.of("virtio");
  }
}
