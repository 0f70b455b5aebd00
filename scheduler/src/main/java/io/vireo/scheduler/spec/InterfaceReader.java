package io.vireo.scheduler.spec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads interfaces and networks: at most one, masquerade, on the pod network. */
final class InterfaceReader {

  private static final String MASQUERADE = "masquerade";
  private static final Set<String> MODELS =
      Set.of("virtio", "e1000", "e1000e", "igb", "ne2k_pci", "pcnet", "rtl8139");
  private static final Pattern MAC = Pattern.compile("([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}");
  private static final int NETWORKS_MAX = 16;

  private final String defaultInterface;

  InterfaceReader(String defaultInterface) {
    this.defaultInterface = defaultInterface;
  }

  List<VmiSpec.Interface> read(FieldReader devices, FieldReader spec) {
    Problems problems = spec.problems();
    Map<String, String> networks = networks(spec);
    boolean autoattach = devices.flag("autoattachPodInterface").orElse(true);
    List<FieldReader> wanted = devices.objects("interfaces", NETWORKS_MAX);
    List<VmiSpec.Interface> interfaces = new ArrayList<>();
    for (FieldReader item : wanted) {
      if (!interfaces.isEmpty()) {
        problems.notSupported(item.path(), "a second interface is");
        continue;
      }
      VmiSpec.Interface read = read(item);
      interfaces.add(read);
      if (networks.remove(read.name()) == null) {
        problems.add(
            Problem.Kind.NOT_FOUND,
            item.path("name"),
            Problems.quote(read.name()) + " names no network in spec.networks");
      }
    }
    networks.forEach(
        (name, path) ->
            problems.invalid(path, Problems.quote(name) + " is not used by any interface"));
    if (wanted.isEmpty() && networks.isEmpty() && autoattach) {
      if (defaultInterface.equals(MASQUERADE)) {
        return List.of(
            new VmiSpec.Interface("default", "virtio", Optional.empty(), Optional.empty()));
      }
      problems.notSupported(
          devices.path("interfaces"),
          "the default interface "
              + Problems.quote(defaultInterface)
              + " (setting defaultNetworkInterface) is");
    }
    return interfaces;
  }

  private static VmiSpec.Interface read(FieldReader item) {
    String name = item.requiredText("name");
    if (!item.has(MASQUERADE)) {
      for (String other : List.of("bridge", "slirp", "sriov", "macvtap", "passt", "passtBinding")) {
        item.refuse(
            other, Problem.Kind.NOT_SUPPORTED, "this binding is not supported by Vireo yet");
      }
      if (!item.has("bridge") && !item.has("sriov") && !item.has("binding")) {
        item.problems().required(item.path(MASQUERADE), "must be set");
      }
    }
    item.object(MASQUERADE);
    item.refuse(
        "ports",
        Problem.Kind.NOT_SUPPORTED,
        "an allow-list of ports is not supported by Vireo yet; all ports would stay closed");
    String model = item.text("model").orElse("virtio");
    if (!MODELS.contains(model)) {
      item.problems()
          .invalid(
              item.path("model"),
              Problems.quote(model)
                  + " is not one of "
                  + String.join(", ", MODELS.stream().sorted().toList()));
    }
    Optional<String> mac = item.text("macAddress");
    if (mac.isPresent() && !MAC.matcher(mac.get()).matches()) {
      item.problems()
          .invalid(item.path("macAddress"), Problems.quote(mac.get()) + " is no MAC address");
    }
    return new VmiSpec.Interface(
        name,
        model,
        mac.map(text -> text.replace('-', ':').toLowerCase(java.util.Locale.ROOT)),
        SpecReader.bootOrder(item));
  }

  /** Name to path. */
  private static Map<String, String> networks(FieldReader spec) {
    Map<String, String> networks = new HashMap<>();
    for (FieldReader network : spec.objects("networks", NETWORKS_MAX)) {
      String name = network.requiredText("name");
      if (!network.has("pod") && !network.has("multus")) {
        network.problems().required(network.path("pod"), "must be set");
      }
      network.object("pod");
      if (networks.put(name, network.path("name")) != null) {
        network.problems().invalid(network.path("name"), Problems.quote(name) + " is used twice");
      }
    }
    return networks;
  }
}
