package io.vireo.node.network;

import io.vireo.node.core.DomainSpec;
import io.vireo.node.launcher.Launcher;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Sets up the network of a guest that is about to be created. */
@FunctionalInterface
public interface GuestNetworks {

  /**
   * Sets it up, or finds it as it is to be.
   *
   * @return MAC addresses by the names of interfaces, of those whose address only the pod knows
   * @throws IOException for people to read: what was expected and what was found
   */
  Map<String, String> setUp(Launcher launcher, List<DomainSpec.Interface> interfaces)
      throws IOException;

  /** For nodes on which QEMU's own user network is all there is. */
  static GuestNetworks none() {
    return (launcher, interfaces) -> {
      if (interfaces.stream().anyMatch(device -> device.podNetwork().isPresent())) {
        throw new IOException(
            "Expected the node to have a network helper, but VIREO_NODE_NETWORK_SOCKET is not set");
      }
      return Map.of();
    };
  }
}
