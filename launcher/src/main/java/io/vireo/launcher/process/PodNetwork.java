package io.vireo.launcher.process;

import io.vireo.launcher.core.Dhcp;
import io.vireo.launcher.core.Dhcp6;
import io.vireo.launcher.core.ResolvConf;
import io.vireo.launcher.core.RouterAdvertisement;
import io.vireo.network.Datagrams;
import io.vireo.network.Descriptor;
import io.vireo.network.DescriptorSocket;
import io.vireo.network.GuestNetwork;
import io.vireo.network.NetworkReply;
import io.vireo.network.SocketAddresses;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Hands the pod's network over to be set up, and answers the guest's questions for its addresses by
 * the sockets that come back. It needs no right for either.
 */
public final class PodNetwork {

  private static final Path NAMESPACE = Path.of("/proc/self/ns/net");
  private static final Path TUN = Path.of("/dev/net/tun");
  private static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");
  private static final long TIMEOUT_MS = 30_000;
  private static final int STACK_BYTES = 256 * 1024;
  private static final int DHCP_CLIENT = 68;
  private static final int DHCP6_CLIENT = 546;

  private final PodPaths paths;
  private final String hostname;
  private final List<Answering> running = new ArrayList<>();

  /**
   * @param hostname of the guest
   */
  public PodNetwork(PodPaths paths, String hostname) {
    this.paths = paths;
    this.hostname = hostname;
  }

  /** Touches the classes that handing over needs, so that an ahead-of-time cache has them. */
  public static void train() {
    try (Descriptor namespace = Descriptor.openForReading(NAMESPACE);
        DescriptorSocket socket = DescriptorSocket.connect(Path.of("/nowhere"), TIMEOUT_MS)) {
      socket.send(new byte[1], List.of(namespace));
    } catch (IOException e) {
      // Nobody is there to take it.
    }
  }

  /** Does it once, on a thread of its own; asked again, it does it again. */
  public void handOver(String nonce) {
    Thread thread = new Thread(null, () -> handOverNow(nonce), "hand-over", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
  }

  private synchronized void handOverNow(String nonce) {
    stopAnswering();
    try (Descriptor namespace = Descriptor.openForReading(NAMESPACE);
        Descriptor tun = Descriptor.openDevice(TUN);
        DescriptorSocket executor =
            DescriptorSocket.connect(paths.device().resolve("network.sock"), TIMEOUT_MS)) {
      executor.send(nonce.getBytes(StandardCharsets.US_ASCII), List.of());
      executor.send("namespace".getBytes(StandardCharsets.US_ASCII), List.of(namespace, tun));
      DescriptorSocket.Received received = executor.receive();
      switch (NetworkReply.decode(received.bytes())) {
        case NetworkReply.Done done -> {
          answer(done.network(), received.descriptors());
          executor.send("answering".getBytes(StandardCharsets.US_ASCII), List.of());
          Log.say("The guest's network is set up");
        }
        case NetworkReply.Refused refused -> Log.say(refused.message());
        case NetworkReply.Failed failed -> Log.say(failed.message());
      }
    } catch (IOException | IllegalArgumentException e) {
      Log.say("The network was not handed over: " + e.getMessage());
    }
  }

  private void stopAnswering() {
    running.forEach(Answering::stop);
    running.clear();
  }

  private void answer(GuestNetwork network, List<Descriptor> sockets) throws IOException {
    ResolvConf names = ResolvConf.parse(Files.readString(RESOLV_CONF));
    Iterator<Descriptor> left = sockets.iterator();
    if (network.v4().isPresent()) {
      running.add(Answering.start("dhcp", left.next(), dhcp(new Dhcp(network, hostname, names))));
    }
    if (network.v6().isPresent()) {
      Descriptor routers = left.next();
      routers.timeout(RouterAdvertisement.EVERY_MS);
      running.add(
          Answering.start(
              "router advertisements",
              routers,
              new Advertising(new RouterAdvertisement(network, names))));
      running.add(Answering.start("dhcp6", left.next(), dhcp6(new Dhcp6(network, names))));
    }
    left.forEachRemaining(Descriptor::close);
  }

  private static Answering.Answers dhcp(Dhcp dhcp) {
    byte[] everybody = SocketAddresses.of(InetAddress.ofLiteral("255.255.255.255"), DHCP_CLIENT);
    return (question, socket) -> {
      Optional<byte[]> answer = dhcp.answer(question.bytes());
      if (answer.isPresent()) {
        socket.send(answer.get(), everybody);
      }
    };
  }

  private static Answering.Answers dhcp6(Dhcp6 dhcp) {
    return (question, socket) -> {
      Optional<byte[]> answer = dhcp.answer(question.bytes());
      if (answer.isPresent() && SocketAddresses.in6(question.source()).isLinkLocalAddress()) {
        socket.send(answer.get(), SocketAddresses.withPort(question.source(), DHCP6_CLIENT));
      }
    };
  }

  private record Advertising(RouterAdvertisement advertisement) implements Answering.Answers {

    @Override
    public void to(Datagrams.Datagram question, Datagrams socket) throws IOException {
      Inet6Address source = SocketAddresses.in6(question.source());
      if (!RouterAdvertisement.isAsked(question.bytes(), source)) {
        return;
      }
      if (source.isAnyLocalAddress()) {
        unasked(socket);
      } else {
        socket.send(advertisement.message(), question.source());
      }
    }

    @Override
    public void unasked(Datagrams socket) throws IOException {
      socket.send(advertisement.message(), SocketAddresses.of(RouterAdvertisement.ALL_NODES, 0));
    }
  }
}
