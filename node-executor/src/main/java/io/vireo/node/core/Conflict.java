package io.vireo.node.core;

import io.vireo.node.core.NodeCommandData.StartDomain;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a VM cannot have as long as another of its node has it.
 *
 * <p>That is a name, and a MAC address that its manifest gives it: of one on the same bridge, which
 * would take the other's frames, and of one of the same namespace, where it is a slip. Behind
 * masquerade an address stays in its pod, so that two namespaces may have the same; an address that
 * Vireo made up is behind masquerade, and collides with nothing.
 *
 * @param reason CamelCase, for a condition
 */
public record Conflict(String reason, String message) {

  private static final String BRIDGE = "bridge";

  /** What keeps this command from being accepted, among all that the node holds. */
  public static Optional<Conflict> of(NodeCommandData command, Collection<LaneState> lanes) {
    if (!(command instanceof StartDomain start)) {
      return Optional.empty();
    }
    VmRef vm = start.header().vm();
    Optional<Conflict> first = Optional.empty();
    for (LaneState other : lanes) {
      if (first.isEmpty() && !other.vm().uid().equals(vm.uid())) {
        first = name(vm, other).or(() -> address(start, other));
      }
    }
    return first;
  }

  private static Optional<Conflict> name(VmRef vm, LaneState other) {
    boolean same =
        other.vm().namespace().equals(vm.namespace()) && other.vm().name().equals(vm.name());
    return same && other.keepsName()
        ? Optional.of(
            new Conflict(
                "NameTaken", "Another domain of this namespace and name may run on the node."))
        : Optional.empty();
  }

  private static Optional<Conflict> address(StartDomain start, LaneState other) {
    VmRef vm = start.header().vm();
    boolean sameNamespace = other.vm().namespace().equals(vm.namespace());
    Map<String, Boolean> taken = addresses(other);
    for (DomainSpec.Interface device : start.domain().interfaces()) {
      Boolean bridged = device.mac().map(Conflict::normal).map(taken::get).orElse(null);
      if (bridged != null && (sameNamespace || (bridged && isBridged(device)))) {
        return Optional.of(
            new Conflict(
                "MacAddressInUse",
                "Interface "
                    + device.name()
                    + ": MAC address "
                    + device.mac().orElseThrow()
                    + " is in use on this node by "
                    + (sameNamespace ? "VMI " + other.vm().name() : "another virtual machine")
                    + "; this one starts when that one has ended."));
      }
    }
    return Optional.empty();
  }

  /** The addresses that a VM keeps, and whether each is on the node's bridge. */
  private static Map<String, Boolean> addresses(LaneState lane) {
    Map<String, Boolean> addresses = new HashMap<>();
    StartDomain start = lane.start();
    if (start == null || !mayComeToRun(lane)) {
      return addresses;
    }
    for (DomainSpec.Interface device : start.domain().interfaces()) {
      boolean bridged = isBridged(device);
      device
          .mac()
          .or(() -> bridged ? podAddress(lane, device.name()) : Optional.empty())
          .ifPresent(mac -> addresses.put(normal(mac), bridged));
    }
    return addresses;
  }

  private static boolean mayComeToRun(LaneState lane) {
    return lane.mayRun()
        || (lane.life() == LaneState.Life.UNBORN && lane.heldEpoch() > lane.closedEpoch());
  }

  /** A guest on a bridge whose manifest names no address has its pod's. */
  private static Optional<String> podAddress(LaneState lane, String name) {
    Link link = lane.heldLink();
    LaneState.@Nullable DomainView view = link == null ? null : link.domain();
    return view == null
        ? Optional.empty()
        : view.nics().stream()
            .filter(nic -> nic.name().equals(name))
            .map(LaneState.Nic::mac)
            .findFirst();
  }

  private static boolean isBridged(DomainSpec.Interface device) {
    return device.podNetwork().filter(network -> network.binding().equals(BRIDGE)).isPresent();
  }

  private static String normal(String mac) {
    return mac.toLowerCase(Locale.ROOT);
  }
}
