package io.vireo.node.core;

import io.vireo.node.core.LaneState.Nic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An interface of a guest as it is reported: what the domain and the agent know of it.
 *
 * @param name in the spec; empty for one that only the guest knows
 * @param ips as the guest has them
 * @param interfaceName in the guest
 * @param queues of the domain's device; 0 if it has none
 * @param linkState of the domain's device
 */
public record ReportedNic(
    String name,
    String mac,
    List<String> ips,
    String infoSource,
    @Nullable String interfaceName,
    int queues,
    @Nullable String linkState) {

  private static final String DOMAIN = "domain";
  private static final String AGENT = "guest-agent";

  public ReportedNic {
    ips = List.copyOf(ips);
  }

  /** The first address; one of the old kind goes first. */
  public @Nullable String ip() {
    return ips.stream()
        .filter(ip -> !ip.contains(":"))
        .findFirst()
        .orElse(ips.isEmpty() ? null : ips.getFirst());
  }

  /**
   * The domain's interfaces, then those that only the guest knows. Of several in the guest with the
   * address of a device, as a bridge has the one of its port, the first is the device.
   *
   * @param agent what the guest's agent says; null without one
   */
  public static List<ReportedNic> of(List<Nic> nics, @Nullable AgentView agent) {
    List<AgentView.Nic> left =
        new ArrayList<>(agent == null ? List.<AgentView.Nic>of() : agent.interfaces());
    List<ReportedNic> all = new ArrayList<>();
    for (Nic nic : nics) {
      Optional<AgentView.Nic> inGuest =
          left.stream().filter(other -> other.mac().equalsIgnoreCase(nic.mac())).findFirst();
      inGuest.ifPresent(left::remove);
      all.add(
          new ReportedNic(
              nic.name(),
              nic.mac(),
              inGuest.map(AgentView.Nic::ips).orElse(List.of()),
              inGuest.isPresent() ? DOMAIN + ", " + AGENT : DOMAIN,
              inGuest.map(AgentView.Nic::name).orElse(null),
              nic.queues(),
              nic.linkState()));
    }
    for (AgentView.Nic other : left) {
      all.add(new ReportedNic("", other.mac(), other.ips(), AGENT, other.name(), 0, null));
    }
    return all.subList(0, Math.min(all.size(), AgentView.INTERFACES_MAX));
  }
}
