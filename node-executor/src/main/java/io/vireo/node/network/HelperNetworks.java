package io.vireo.node.network;

import io.vireo.network.Binding;
import io.vireo.network.DescriptorSocket;
import io.vireo.network.GuestNetwork;
import io.vireo.network.MacAddress;
import io.vireo.network.NetworkReply;
import io.vireo.network.NetworkRequest;
import io.vireo.network.Subnet;
import io.vireo.node.core.DomainSpec;
import io.vireo.node.core.GuestMac;
import io.vireo.node.core.PodNetwork;
import io.vireo.node.launcher.Launcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Networks by the node's helper. What is wanted comes from the command; the launcher adds nothing
 * but the descriptor of its own namespace.
 */
public final class HelperNetworks implements GuestNetworks {

  private static final Logger log = LoggerFactory.getLogger(HelperNetworks.class);
  private static final long HELPER_MS = 30_000;
  private static final int ATTEMPTS = 8;
  private static final long PAUSE_MS = 1000;

  private final Path helper;
  private final HandOvers handOvers;

  /** Asks a launcher for its namespace. */
  @FunctionalInterface
  public interface HandOvers {
    DescriptorSocket ask(Launcher launcher) throws IOException;
  }

  /**
   * @param helper where the helper waits
   */
  public HelperNetworks(Path helper, HandOvers handOvers) {
    this.helper = helper;
    this.handOvers = handOvers;
  }

  @Override
  public Map<String, String> setUp(Launcher launcher, List<DomainSpec.Interface> interfaces)
      throws IOException {
    Map<String, String> macs = new HashMap<>();
    for (DomainSpec.Interface device : interfaces) {
      if (device.podNetwork().isPresent()) {
        NetworkRequest request = request(launcher.uid(), device, device.podNetwork().get());
        GuestNetwork network =
            setUpAtLast(launcher, request, options(device.podNetwork().get().dhcp()));
        macs.put(device.name(), network.mac().text());
      }
    }
    return macs;
  }

  /** A helper that is being restarted is waited for; what it left half-done is done again. */
  private GuestNetwork setUpAtLast(
      Launcher launcher, NetworkRequest request, GuestNetwork.Options options) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return setUp(launcher, request, options);
      } catch (RefusedException e) {
        throw new IOException("The pod's network cannot be set up. " + e.getMessage(), e);
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        log.atInfo().addKeyValue("cause", e.getMessage()).log("A pod's network is tried again");
        pause();
      }
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while a network was set up", e);
    }
  }

  /** The helper looked and said no. */
  private static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message);
    }
  }

  private GuestNetwork setUp(
      Launcher launcher, NetworkRequest request, GuestNetwork.Options options) throws IOException {
    try (DescriptorSocket pod = handOvers.ask(launcher);
        DescriptorSocket.Received namespace = pod.receive();
        DescriptorSocket connection = connect()) {
      connection.send(request.encode(), namespace.descriptors());
      try (DescriptorSocket.Received answer = connection.receive()) {
        switch (NetworkReply.decode(answer.bytes())) {
          case NetworkReply.Refused refused -> {
            pod.send(refused.encode(), List.of());
            throw new RefusedException(refused.message());
          }
          case NetworkReply.Failed failed -> {
            pod.send(failed.encode(), List.of());
            throw new IOException("The pod's network could not be set up. " + failed.message());
          }
          case NetworkReply.Done done -> {
            GuestNetwork network = done.network().with(options);
            pod.send(network.encode(), answer.descriptors());
            // The launcher serves the guest's questions from here on.
            pod.receive().close();
            return network;
          }
        }
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("The network helper's answer cannot be read: " + e.getMessage(), e);
    }
  }

  private DescriptorSocket connect() throws IOException {
    try {
      return DescriptorSocket.connect(helper, HELPER_MS);
    } catch (IOException e) {
      throw new IOException(
          "Expected the node's network helper to answer at " + helper + "; " + e.getMessage(), e);
    }
  }

  /** What the helper is asked for. */
  static NetworkRequest request(String uid, DomainSpec.Interface device, PodNetwork network) {
    Binding binding = Binding.of(network.binding());
    Optional<MacAddress> mac =
        binding == Binding.MASQUERADE
            ? Optional.of(new MacAddress(device.mac().orElse(GuestMac.of(uid, device.name()))))
            : device.mac().map(MacAddress::new);
    return new NetworkRequest(
        binding,
        mac,
        network.network4().map(Subnet::parse).orElse(NetworkRequest.NETWORK4),
        network.network6().map(Subnet::parse).orElse(NetworkRequest.NETWORK6),
        network.ports().stream().map(NetworkRequest.Port::parse).toList(),
        device.queues().orElse(1));
  }

  private static GuestNetwork.Options options(PodNetwork.DhcpOptions dhcp) {
    return new GuestNetwork.Options(
        dhcp.bootFile(),
        dhcp.tftpServer(),
        dhcp.ntpServers(),
        dhcp.extra().stream()
            .map(option -> new GuestNetwork.Extra(option.number(), option.value()))
            .toList());
  }
}
