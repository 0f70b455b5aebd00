package io.vireo.e2e;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The spec of a small valid VMI as a tree, to set one field more in. */
final class SampleSpec {

  private SampleSpec() {}

  /** A VMI with a disk, a volume, an interface and a network, as small as the leaf allows. */
  static Map<String, Object> base(String leaf) {
    Map<String, Object> disk = new LinkedHashMap<>();
    disk.put("name", "root");
    Map<String, Object> target = new LinkedHashMap<>();
    if (leaf.endsWith("blockMultiQueue")
        || leaf.endsWith("ioThreadsPolicy")
        || leaf.endsWith("disk.readonly")
        || leaf.endsWith("persistentVolumeClaim.readOnly")
        || leaf.endsWith("dedicatedIOThread")) {
      target.put("bus", "virtio");
    }
    disk.put(leaf.contains("disks[].cdrom") ? "cdrom" : "disk", target);
    if (leaf.contains("disks[].lun")) {
      disk.remove("disk");
    }
    Map<String, Object> volume = new LinkedHashMap<>();
    volume.put("name", "root");
    if (leaf.startsWith("spec.volumes[].cloudInitNoCloud")) {
      Map<String, Object> source = new LinkedHashMap<>();
      if (leaf.contains("networkData")) {
        source.put("userData", "u");
      }
      volume.put("cloudInitNoCloud", source);
    } else if (leaf.endsWith("disks[].shareable") || leaf.contains("[].persistentVolumeClaim")) {
      volume.put("persistentVolumeClaim", new LinkedHashMap<>(Map.of("claimName", "claim")));
    } else if (leaf.startsWith("spec.volumes[].ephemeral")) {
      Map<String, Object> source = new LinkedHashMap<>();
      source.put("persistentVolumeClaim", new LinkedHashMap<>(Map.of("claimName", "claim")));
      volume.put("ephemeral", source);
    } else if (leaf.startsWith("spec.volumes[].configMap")) {
      volume.put("configMap", new LinkedHashMap<>(Map.of("name", "files")));
    } else if (leaf.startsWith("spec.volumes[].secret")) {
      volume.put("secret", new LinkedHashMap<>(Map.of("secretName", "files")));
    } else if (leaf.startsWith("spec.volumes[].serviceAccount")) {
      volume.put("serviceAccount", new LinkedHashMap<>(Map.of("serviceAccountName", "robot")));
    } else if (leaf.startsWith("spec.volumes[].emptyDisk")) {
      volume.put("emptyDisk", new LinkedHashMap<>(Map.of("capacity", "1Gi")));
    } else if (!leaf.startsWith("spec.volumes[].")
        || leaf.contains("containerDisk")
        || leaf.endsWith(".name")) {
      volume.put("containerDisk", new LinkedHashMap<>(Map.of("image", "example.org/guest:1")));
    }
    Map<String, Object> devices = new LinkedHashMap<>();
    devices.put("disks", list(disk));
    Map<String, Object> spec = new LinkedHashMap<>();
    if (leaf.startsWith("spec.domain.devices.interfaces") || leaf.startsWith("spec.networks")) {
      Map<String, Object> nic = new LinkedHashMap<>();
      nic.put("name", "default");
      if (!leaf.endsWith("interfaces[].bridge")) {
        nic.put("masquerade", new LinkedHashMap<>());
      }
      devices.put("interfaces", list(nic));
      Map<String, Object> network = new LinkedHashMap<>();
      network.put("name", "default");
      network.put("pod", new LinkedHashMap<>());
      spec.put("networks", list(network));
    }
    Map<String, Object> domain = new LinkedHashMap<>();
    domain.put("devices", devices);
    domain.put("memory", new LinkedHashMap<>(Map.of("guest", "128Mi")));
    spec.put("domain", domain);
    spec.put("volumes", list(volume));
    return spec;
  }

  private static List<Object> list(Object item) {
    return new ArrayList<>(List.of(item));
  }

  /** Puts a value there, and what lies on the way. */
  @SuppressWarnings("unchecked")
  static void set(Map<String, Object> spec, String path, Object value) {
    List<String> steps = steps(path);
    Object at = spec;
    for (int i = 0; i < steps.size(); i++) {
      String step = steps.get(i);
      boolean last = i == steps.size() - 1;
      boolean listNext = !last && steps.get(i + 1).equals("[]");
      if (step.equals("[]")) {
        List<Object> list = (List<Object>) at;
        if (last) {
          list.clear();
          list.add(value);
          return;
        }
        if (list.isEmpty()) {
          list.add(new LinkedHashMap<>());
        }
        at = list.getFirst();
      } else if (last) {
        ((Map<String, Object>) at).put(step, value);
      } else {
        at =
            ((Map<String, Object>) at)
                .computeIfAbsent(
                    step,
                    key -> listNext ? new ArrayList<>() : new LinkedHashMap<String, Object>());
      }
    }
  }

  /** {@code spec.a[].b[k]} to a, [], b, k. */
  private static List<String> steps(String path) {
    List<String> steps = new ArrayList<>();
    for (String part : path.substring("spec.".length()).split("\\.")) {
      String rest = part;
      int open = rest.indexOf('[');
      if (open < 0) {
        steps.add(rest);
        continue;
      }
      steps.add(rest.substring(0, open));
      while (open >= 0) {
        int close = rest.indexOf(']', open);
        steps.add(close == open + 1 ? "[]" : rest.substring(open + 1, close));
        rest = rest.substring(close + 1);
        open = rest.indexOf('[');
      }
    }
    return steps;
  }
}
