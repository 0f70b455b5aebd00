package io.vireo.api.core;

import static io.vireo.api.core.Rule.duplicate;
import static io.vireo.api.core.Rule.invalid;
import static io.vireo.api.core.Rule.notFound;
import static io.vireo.api.core.Rule.required;
import static io.vireo.api.core.Rule.unsupported;

import io.vireo.api.core.Violation.Cause;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Rules about networks and interfaces. */
final class NetworkRules {

  private static final String NICS = "domain.devices.interfaces[]";
  private static final String NETWORKS = "networks[]";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]*");
  private static final Pattern MAC = Pattern.compile("([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}");
  private static final Pattern PCI =
      Pattern.compile("[0-9a-fA-F]{4}:[0-9a-fA-F]{2}:[01][0-9a-fA-F]\\.[0-7]");

  /** Of the bridge in the pod that guest and pod meet at. */
  private static final String RESERVED_MAC = "02:00:00:00:00:00";

  private static final String[] BINDINGS = {
    "masquerade", "bridge", "sriov", "passtBinding", "binding", "slirp", "macvtap", "passt"
  };
  private static final String[] MODELS = {
    "virtio", "e1000", "e1000e", "igb", "ne2k_pci", "pcnet", "rtl8139"
  };

  static final List<Rule> ALL =
      Stream.of(networks(), interfaces(), bindings(), PortRules.ALL, claims())
          .flatMap(List::stream)
          .toList();

  private NetworkRules() {}

  private static List<Rule> networks() {
    return List.of(
        notFound(
                "95",
                NETWORKS,
                (network, scope) ->
                    DiskRules.hasName(network)
                        && scope.devices().items("interfaces").stream()
                            .noneMatch(nic -> nic.text("name").equals(network.text("name"))),
                "{} was not found: a network must be used by an interface of its name")
            .at("name"),
        duplicate(
                "97",
                NETWORKS,
                (network, scope) ->
                    Scope.isRepeated(network, scope.spec().items("networks"), "name"),
                "network with name {} already exists")
            .at("name"),
        required(
            "98",
            NETWORKS,
            "pod",
            (network, scope) -> network.count("pod", "multus", "resourceClaim") == 0,
            "should have a network type: one of pod and multus"),
        invalid(
            "98",
            NETWORKS,
            (network, scope) -> network.count("pod", "multus", "resourceClaim") > 1,
            "should have only one network type"),
        required(
            "98",
            NETWORKS + ".multus",
            "networkName",
            (multus, scope) -> !multus.has("networkName"),
            "CNI delegating plugin must have a networkName"),
        invalid(
            "99",
            NETWORKS + ".pod",
            (pod, scope) -> isLater(pod, scope, network -> network.has("pod")),
            "more than one interface is connected to a pod network"),
        invalid(
            "99",
            NETWORKS + ".multus",
            (multus, scope) ->
                multus.get("default").is(true)
                    && isLater(multus, scope, n -> n.get("multus.default").is(true)),
            "only one multus network can be the default"),
        invalid(
            "99",
            NETWORKS + ".multus",
            (multus, scope) ->
                multus.get("default").is(true)
                    && scope.spec().items("networks").stream().anyMatch(n -> n.has("pod")),
            "a default multus network cannot be defined together with a pod network"));
  }

  private static List<Rule> interfaces() {
    return List.of(
        notFound(
                "96",
                NICS,
                (nic, scope) -> DiskRules.hasName(nic) && scope.network(nic.text("name")).isEmpty(),
                "{} was not found in spec.networks")
            .at("name"),
        duplicate(
                "96",
                NICS,
                (nic, scope) -> Scope.isRepeated(nic, scope.devices().items("interfaces"), "name"),
                "only one interface can be connected to the network {}")
            .at("name"),
        invalid(
            "100",
            NICS + ".name",
            (name, scope) -> name.isText() && !NAME.matcher(name.text()).matches(),
            "{} can only contain letters, digits, '-' and '_'"),
        unsupported(
            "107",
            NICS + ".model",
            (model, scope) -> model.isTextBut(MODELS),
            "the interface model {} is not supported; it must be one of "
                + String.join(", ", MODELS)),
        invalid(
            "107",
            NICS + ".macAddress",
            (mac, scope) -> mac.isText() && !MAC.matcher(mac.text()).matches(),
            "{} is a malformed MAC address"),
        invalid(
            "107",
            NICS + ".pciAddress",
            (address, scope) -> address.isText() && !PCI.matcher(address.text()).matches(),
            "{} is a malformed PCI address; it must be like 0000:81:00.1"),
        invalid(
            "111",
            NICS + ".state",
            (state, scope) -> state.isTextBut("up", "down", "absent"),
            "the interface state {} is not supported; it must be one of up, down, absent"),
        invalid(
                "111",
                NICS,
                (nic, scope) ->
                    nic.has("sriov") && List.of("up", "down").contains(nic.text("state")),
                "{}: the state of an SR-IOV interface cannot be set to up or down")
            .at("state"),
        invalid(
                "111",
                NICS,
                (nic, scope) -> nic.text("state").equals("absent") && !nic.has("bridge"),
                "{}: only an interface with bridge binding can be absent")
            .at("state"),
        invalid(
                "111",
                NICS,
                (nic, scope) ->
                    nic.text("state").equals("absent")
                        && nic.has("bridge")
                        && scope.network(nic.text("name")).filter(Scope::isPod).isPresent(),
                "{}: the interface of the default network cannot be absent")
            .at("state"));
  }

  private static List<Rule> bindings() {
    return List.of(
        invalid(
            "101",
            NICS,
            (nic, scope) -> nic.count(BINDINGS) != 1,
            "must have exactly one binding method or binding plugin"),
        invalid(
            "102",
            NICS + ".masquerade",
            (binding, scope) -> isNotOnPodNetwork(binding, scope),
            "masquerade is only implemented with pod network"),
        invalid(
            "102",
            NICS + ".passtBinding",
            (binding, scope) -> isNotOnPodNetwork(binding, scope),
            "passtBinding is only implemented with pod network"),
        invalid(
                "103",
                NICS,
                (nic, scope) ->
                    nic.has("masquerade")
                        && nic.text("macAddress")
                            .replace('-', ':')
                            .toLowerCase(Locale.ROOT)
                            .equals(RESERVED_MAC),
                "{} is reserved for the pod's own bridge")
            .at("macAddress"),
        invalid(
            "104",
            NICS + ".bridge",
            (binding, scope) ->
                !scope.configuration().permitBridgeInterfaceOnPodNetwork()
                    && network(binding, scope).filter(Scope::isPod).isPresent(),
            "bridge on a pod network is not enabled: spec.configuration.network"
                + ".permitBridgeInterfaceOnPodNetwork of the KubeVirt object is false"),
        discontinued("slirp"),
        discontinued("macvtap"),
        discontinued("passt"),
        MachineRules.gate("106", NICS + ".passtBinding", FeatureGates.PASST));
  }

  private static List<Rule> claims() {
    return List.of(
        MachineRules.gate("112", NETWORKS + ".resourceClaim", FeatureGates.NETWORK_DRA),
        dra("domain.devices.gpus[]", FeatureGates.GPU_DRA),
        dra("domain.devices.hostDevices[]", FeatureGates.HOST_DEVICES_DRA),
        notFound(
            "112",
            NETWORKS + ".resourceClaim.claimName",
            NetworkRules::isNoClaim,
            "{} was not found in spec.resourceClaims"),
        notFound(
            "112",
            "domain.devices.gpus[].claimName",
            NetworkRules::isNoClaim,
            "{} was not found in spec.resourceClaims"),
        notFound(
            "112",
            "domain.devices.hostDevices[].claimName",
            NetworkRules::isNoClaim,
            "{} was not found in spec.resourceClaims"));
  }

  private static Rule dra(String select, String gate) {
    return new Rule(
        "112",
        select,
        "claimName",
        Cause.INVALID,
        (device, scope) -> device.has("claimName") && !scope.gate(gate),
        (device, scope) -> MachineRules.gateOff(gate));
  }

  private static boolean isNoClaim(Node name, Scope scope) {
    return name.isText()
        && scope.spec().items("resourceClaims").stream()
            .noneMatch(claim -> claim.text("name").equals(name.text()));
  }

  private static Rule discontinued(String binding) {
    return invalid(
        "105",
        NICS + "." + binding,
        (node, scope) -> true,
        binding + " interface is discontinued since v1.3; use masquerade or bridge");
  }

  private static boolean isNotOnPodNetwork(Node binding, Scope scope) {
    return network(binding, scope).filter(network -> !network.has("pod")).isPresent();
  }

  /** The network of the interface that has this binding. */
  private static Optional<Node> network(Node binding, Scope scope) {
    return scope.devices().items("interfaces").stream()
        .filter(nic -> binding.path().startsWith(nic.path() + "."))
        .findFirst()
        .flatMap(nic -> scope.network(nic.text("name")));
  }

  /** Whether a network before the one that has this source is of the same kind. */
  private static boolean isLater(Node source, Scope scope, Predicate<Node> kind) {
    for (Node network : scope.spec().items("networks")) {
      if (kind.test(network)) {
        return !source.path().startsWith(network.path() + ".");
      }
    }
    return false;
  }
}
