package io.vireo.spec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads interfaces and networks: at most one, on the pod network. */
final class InterfaceReader {

  private static final String MASQUERADE = "masquerade";
  private static final String BRIDGE = "bridge";
  private static final Set<String> BINDINGS = Set.of(MASQUERADE, BRIDGE);

  /** KubeVirt's core bindings that it has no more. */
  private static final List<String> DISCONTINUED = List.of("slirp", "macvtap", "passt");

  private static final List<String> MISSING = List.of("sriov", "passtBinding", "binding");
  private static final Set<String> MODELS =
      Set.of("virtio", "e1000", "e1000e", "igb", "ne2k_pci", "pcnet", "rtl8139");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");
  private static final Pattern MAC = Pattern.compile("([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}");

  /** Of the bridge in the pod that guest and pod meet at. */
  private static final String RESERVED_MAC = "02:00:00:00:00:00";

  private static final int NETWORKS_MAX = 16;

  private final SpecSettings settings;
  private final PodNetworkReader podNetworks;

  /**
   * A network.
   *
   * @param path of its name
   * @param pod what it says of the pod's network, if it is that
   */
  private record Network(String path, Optional<FieldReader> pod) {}

  InterfaceReader(SpecSettings settings) {
    this.settings = settings;
    this.podNetworks = new PodNetworkReader(settings.podNetwork());
  }

  /**
   * @param vcpus as many queues has a virtio interface where several are wanted
   */
  List<VmiSpec.Interface> read(FieldReader devices, FieldReader spec, int vcpus) {
    Problems problems = spec.problems();
    Map<String, Network> networks = networks(spec);
    boolean autoattach = devices.flag("autoattachPodInterface").orElse(true);
    // QEMU's user network has one queue: there the field stays unread, which is refused.
    boolean multiQueue =
        settings.podNetwork() && devices.flag("networkInterfaceMultiqueue").orElse(false);
    Optional<Integer> queues = multiQueue && vcpus > 1 ? Optional.of(vcpus) : Optional.empty();
    List<FieldReader> wanted = devices.objects("interfaces", NETWORKS_MAX);
    List<VmiSpec.Interface> interfaces = new ArrayList<>();
    Set<String> left = new TreeSet<>(networks.keySet());
    for (FieldReader item : wanted) {
      if (!interfaces.isEmpty()) {
        problems.notSupported(item.path(), "a second interface is");
        item.told();
        left.remove(item.text("name").orElse(""));
        continue;
      }
      String name = item.requiredText("name");
      Network network = networks.get(name);
      left.remove(name);
      if (network == null) {
        problems.add(
            Problem.Kind.NOT_FOUND,
            item.path("name"),
            Problems.quote(name) + " names no network in spec.networks");
      }
      interfaces.add(read(name, item, Optional.ofNullable(network).flatMap(Network::pod), queues));
    }
    networks.forEach(
        (name, network) -> {
          if (left.contains(name)) {
            problems.invalid(
                network.path(), Problems.quote(name) + " is not used by any interface");
          }
        });
    if (wanted.isEmpty() && networks.isEmpty() && autoattach) {
      return byDefault(devices, queues);
    }
    return interfaces;
  }

  private List<VmiSpec.Interface> byDefault(FieldReader devices, Optional<Integer> queues) {
    String binding = settings.defaultNetworkInterface();
    boolean possible =
        binding.equals(MASQUERADE) || (binding.equals(BRIDGE) && settings.podNetwork());
    if (!possible) {
      devices
          .problems()
          .notSupported(
              devices.path("interfaces"),
              "the default interface "
                  + Problems.quote(binding)
                  + " (setting defaultNetworkInterface) is");
      return List.of();
    }
    return List.of(
        new VmiSpec.Interface(
            "default",
            "virtio",
            Optional.empty(),
            Optional.empty(),
            binding,
            settings.podNetwork() ? Optional.of(VmiSpec.PodNetwork.PLAIN) : Optional.empty(),
            settings.podNetwork() ? queues : Optional.empty()));
  }

  private VmiSpec.Interface read(
      String name, FieldReader item, Optional<FieldReader> pod, Optional<Integer> queues) {
    if (!name.isEmpty() && !NAME.matcher(name).matches()) {
      item.problems()
          .invalid(
              item.path("name"),
              Problems.quote(name) + " can only contain letters, digits, '-' and '_'");
    }
    String binding = binding(item);
    String model = item.text("model").orElse("virtio");
    if (!MODELS.contains(model)) {
      item.problems()
          .invalid(
              item.path("model"),
              Problems.quote(model)
                  + " is not one of "
                  + String.join(", ", MODELS.stream().sorted().toList()));
    }
    item.onlyText("state", "up");
    Optional<VmiSpec.PodNetwork> podNetwork = podNetworks.read(item, pod, binding);
    return new VmiSpec.Interface(
        name,
        model,
        mac(item, binding),
        SpecReader.bootOrder(item),
        binding,
        podNetwork,
        podNetwork.isPresent() && model.equals("virtio") ? queues : Optional.empty());
  }

  private String binding(FieldReader item) {
    for (String gone : DISCONTINUED) {
      item.refuse(
          gone,
          Problem.Kind.NOT_SUPPORTED,
          "this binding is discontinued, as in KubeVirt since v1.3; use masquerade or bridge");
    }
    for (String missing : MISSING) {
      item.refuse(
          missing,
          Problem.Kind.NOT_SUPPORTED,
          "this binding is not supported by Vireo yet; use masquerade or bridge");
    }
    List<String> given =
        BINDINGS.stream().filter(name -> item.object(name).isPresent()).sorted().toList();
    boolean other =
        DISCONTINUED.stream().anyMatch(item::has) || MISSING.stream().anyMatch(item::has);
    if (given.isEmpty() && !other) {
      item.problems()
          .required(
              item.path(), "must have masquerade or bridge: an interface has exactly one binding");
    }
    if (given.size() > 1) {
      item.problems().invalid(item.path(), "must have exactly one binding");
    }
    String binding = given.isEmpty() ? MASQUERADE : given.getFirst();
    if (binding.equals(BRIDGE) && !settings.podNetwork()) {
      item.problems()
          .add(
              Problem.Kind.NOT_SUPPORTED,
              item.path(BRIDGE),
              "pods that are plain processes have no network of their own to bridge; use"
                  + " masquerade, or --runtime kubelet");
    }
    return binding;
  }

  private static Optional<String> mac(FieldReader item, String binding) {
    Optional<String> mac = item.text("macAddress");
    if (mac.isPresent() && !MAC.matcher(mac.get()).matches()) {
      item.problems()
          .invalid(item.path("macAddress"), Problems.quote(mac.get()) + " is no MAC address");
      return Optional.empty();
    }
    Optional<String> written = mac.map(text -> text.replace('-', ':').toLowerCase(Locale.ROOT));
    if (written.isPresent()) {
      boolean group = (Integer.parseInt(written.get().substring(0, 2), 16) & 1) == 1;
      if (group || (binding.equals(MASQUERADE) && written.get().equals(RESERVED_MAC))) {
        item.problems()
            .invalid(
                item.path("macAddress"),
                Problems.quote(written.get())
                    + (group
                        ? " is the address of a group and of no single interface"
                        : " is reserved for the pod's own bridge"));
      }
    }
    return written;
  }

  /** Networks by name. */
  private static Map<String, Network> networks(FieldReader spec) {
    Map<String, Network> networks = new HashMap<>();
    int pods = 0;
    for (FieldReader network : spec.objects("networks", NETWORKS_MAX)) {
      String name = network.requiredText("name");
      if (!network.has("pod") && !network.has("multus")) {
        network.problems().required(network.path("pod"), "must be set");
      }
      Optional<FieldReader> pod = network.object("pod");
      if (pod.isPresent() && ++pods > 1) {
        network
            .problems()
            .invalid(
                network.path("pod"), "more than one interface on the pod network is one too many");
      }
      if (networks.put(name, new Network(network.path("name"), pod)) != null) {
        network.problems().invalid(network.path("name"), Problems.quote(name) + " is used twice");
      }
    }
    return networks;
  }
}
