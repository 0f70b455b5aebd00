package io.vireo.api.core;

import io.vireo.spec.Quantity;
import io.vireo.spec.SpecSettings;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What the writer of a spec left open, put in as KubeVirt does, and in its order. A default that
 * {@link io.vireo.spec.SpecReader} would refuse is left out; so is one that is made of a value that
 * is wrong, which is told by itself.
 */
final class VmiDefaults {

  private static final Quantity MEMORY_MIN = Quantity.of(1L << 20);
  private static final Quantity MEMORY_MAX = Quantity.of(16L << 40);
  private static final int VCPUS_MAX = 512;

  /** What KubeVirt takes for set by nobody. */
  private static final String CPU_REQUEST_UNSET = "100m";

  private final Map<String, Object> spec;
  private final ClusterConfiguration configuration;
  private final SpecSettings settings;

  private VmiDefaults(
      Map<String, Object> spec, ClusterConfiguration configuration, SpecSettings settings) {
    this.spec = spec;
    this.configuration = configuration;
    this.settings = settings;
  }

  /**
   * Puts them into a spec.
   *
   * @param uuid that the guest's firmware gets if it has none
   */
  static void apply(
      Map<String, Object> spec,
      ClusterConfiguration configuration,
      SpecSettings settings,
      UUID uuid) {
    VmiDefaults defaults = new VmiDefaults(spec, configuration, settings);
    Trees.putIfNothing(spec, "architecture", configuration.defaultArchitecture());
    machine(spec, configuration);
    defaults.resources();
    defaults.topology();
    defaults.pullPolicies();
    defaults.network();
    defaults.disks();
    firmware(spec, uuid);
    boolean amd64 = "amd64".equals(spec.get("architecture"));
    DeviceDefaults.apply(spec, amd64);
    FeatureDefaults.apply(spec);
    defaults.cpuModel();
  }

  static void machine(Map<String, Object> spec, ClusterConfiguration configuration) {
    Map<String, Object> machine = Trees.object(spec, "domain.machine");
    if (machine != null) {
      Trees.putIfNothing(machine, "type", configuration.machineType());
    }
  }

  static void firmware(Map<String, Object> spec, UUID uuid) {
    Map<String, Object> firmware = Trees.object(spec, "domain.firmware");
    if (firmware != null) {
      Trees.putIfNothing(firmware, "uuid", uuid.toString());
    }
  }

  private Node top() {
    return new Node("spec", spec);
  }

  private void resources() {
    Node given = top().get("domain.resources");
    Optional<Quantity> limit = given.get("limits.cpu").quantity().filter(VmiDefaults::isCpu);
    Optional<String> configured =
        configuration.cpuRequest().filter(request -> !request.equals(CPU_REQUEST_UNSET));
    if (!given.has("requests.cpu")) {
      Object request =
          limit.isPresent() ? given.get("limits.cpu").value() : configured.orElse(null);
      boolean isWrong = given.has("limits.cpu") && limit.isEmpty();
      if (request != null && !isWrong) {
        put("domain.resources.requests", "cpu", request);
      }
    }
    if (top().has("domain.memory.guest")) {
      return;
    }
    for (String from :
        List.of(
            "domain.resources.requests.memory",
            "domain.resources.limits.memory",
            "domain.memory.hugepages.pageSize")) {
      Node memory = top().get(from);
      if (memory.isThere()) {
        Object value = memory.value();
        if (value != null && memory.quantity().filter(VmiDefaults::isMemory).isPresent()) {
          put("domain.memory", "guest", value);
        }
        return;
      }
    }
  }

  private static boolean isMemory(Quantity quantity) {
    return !MEMORY_MIN.isGreaterThan(quantity) && !quantity.isGreaterThan(MEMORY_MAX);
  }

  private static boolean isCpu(Quantity quantity) {
    return quantity.value().signum() > 0 && !quantity.isGreaterThan(Quantity.of(VCPUS_MAX));
  }

  private void topology() {
    Node cpu = top().get("domain.cpu");
    if (cpu.count("sockets", "cores", "threads") > 0) {
      return;
    }
    Node resources = top().get("domain.resources");
    Optional<Quantity> wanted =
        resources
            .get("limits.cpu")
            .quantity()
            .or(() -> resources.get("requests.cpu").quantity())
            .filter(VmiDefaults::isCpu);
    long sockets = wanted.map(VmiDefaults::roundedUp).orElse(1L);
    long max = cpu.get("maxSockets").number().orElse(VCPUS_MAX);
    put("domain.cpu", "cores", 1);
    // More than may ever be is told where it is written, not here.
    put("domain.cpu", "sockets", (int) (sockets > max ? 1 : sockets));
    put("domain.cpu", "threads", 1);
  }

  private static long roundedUp(Quantity quantity) {
    return quantity.value().setScale(0, RoundingMode.CEILING).longValueExact();
  }

  /** As Kubernetes does for the images of containers. */
  private void pullPolicies() {
    for (Node disk : Rule.select(top(), "volumes[].containerDisk")) {
      if (disk.value() instanceof Map<?, ?> source && disk.get("image").isText()) {
        Trees.putIfNothing(
            Trees.asObject(source), "imagePullPolicy", pullPolicy(disk.text("image")));
      }
    }
  }

  private static String pullPolicy(String image) {
    boolean digest = image.contains("@");
    String last = image.substring(image.lastIndexOf('/') + 1);
    boolean newest = !last.contains(":") || last.endsWith(":latest");
    return newest && !digest ? "Always" : "IfNotPresent";
  }

  /** A binding that there is not here is left out: the reader has words for it. */
  private void network() {
    Node devices = top().get("domain.devices");
    boolean wanted =
        !devices.has("interfaces")
            && !top().has("networks")
            && !devices.get("autoattachPodInterface").is(false);
    String binding = configuration.defaultNetworkInterface();
    boolean possible =
        binding.equals("masquerade") || (binding.equals("bridge") && settings.podNetwork());
    if (!wanted || !possible || !isObjectOrNothing(devices)) {
      return;
    }
    put("domain.devices", "interfaces", list(object("name", "default", binding, object())));
    spec.put("networks", list(object("name", "default", "pod", object())));
  }

  private static boolean isObjectOrNothing(Node node) {
    return node.value() == null || node.value() instanceof Map;
  }

  /** Every volume is a disk, unless something else has it. */
  private void disks() {
    Node devices = top().get("domain.devices");
    if (!isObjectOrNothing(devices)
        || (devices.has("disks") && !(devices.get("disks").value() instanceof List))) {
      return;
    }
    List<Object> disks = new ArrayList<>();
    devices.items("disks").forEach(disk -> disks.add(disk.value() == null ? "" : disk.value()));
    Set<String> taken = new HashSet<>();
    devices.items("disks").forEach(disk -> taken.add(disk.text("name")));
    devices.items("filesystems").forEach(files -> taken.add(files.text("name")));
    int before = disks.size();
    for (Node volume : top().items("volumes")) {
      String name = volume.text("name");
      if (name.isEmpty() || volume.has("memoryDump") || !taken.add(name)) {
        continue;
      }
      // A disk on bus sata cannot be read-only, and the claim can be nothing else.
      boolean readOnly = volume.get("persistentVolumeClaim.readOnly").is(true);
      Map<String, Object> target = readOnly ? object("bus", "virtio", "readonly", true) : object();
      disks.add(object("name", name, "disk", target));
    }
    if (disks.size() > before) {
      put("domain.devices", "disks", disks);
    }
  }

  /** Without one the hypervisor of the node gives the best that it can: KVM its host's. */
  private void cpuModel() {
    Optional<String> model = configuration.cpuModel();
    boolean possible =
        model.isPresent() && !(settings.emulation() && model.get().equals("host-passthrough"));
    if (possible && !top().has("domain.cpu.model")) {
      put("domain.cpu", "model", model.get());
    }
  }

  private void put(String object, String key, Object value) {
    Map<String, Object> at = Trees.object(spec, object);
    if (at != null) {
      at.put(key, value);
    }
  }

  static List<Object> list(Object item) {
    List<Object> list = new ArrayList<>();
    list.add(item);
    return list;
  }

  /** An object of key, value, key, value ... */
  static Map<String, Object> object(Object... pairs) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      object.put((String) pairs[i], pairs[i + 1]);
    }
    return object;
  }
}
