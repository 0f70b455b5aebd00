package io.vireo.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.network.Descriptor;
import io.vireo.network.DescriptorSocket;
import io.vireo.network.GuestNetwork;
import io.vireo.network.MacAddress;
import io.vireo.network.NetworkReply;
import io.vireo.network.NetworkRequest;
import io.vireo.network.Subnet;
import io.vireo.node.core.DomainSpec;
import io.vireo.node.core.PodNetwork;
import io.vireo.node.launcher.Launcher;
import io.vireo.node.launcher.Message;
import io.vireo.node.launcher.PodName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Launcher and helper are threads of the test; sockets and descriptors are real. */
class HelperNetworksTest {

  private static final long TIMEOUT_MS = 5000;
  private static final GuestNetwork SET_UP =
      new GuestNetwork(
          new MacAddress("0a:58:0a:f4:01:07"),
          1450,
          Optional.of(
              new GuestNetwork.Side(
                  Subnet.parse("10.244.1.7/24"),
                  InetAddress.ofLiteral("169.254.75.10"),
                  Optional.empty())),
          Optional.empty(),
          List.of(),
          GuestNetwork.Options.NONE);

  @TempDir private Path folder;
  private final BlockingQueue<NetworkReply> told = new LinkedBlockingQueue<>();
  private final BlockingQueue<NetworkRequest> asked = new LinkedBlockingQueue<>();

  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  /** What the hub would return: a launcher that sends a descriptor of a file with this content. */
  private DescriptorSocket launcher(String content) throws IOException {
    Path socket = folder.resolve("network.sock");
    Files.deleteIfExists(socket);
    try (DescriptorSocket server = DescriptorSocket.listen(socket)) {
      start(
          () -> {
            Path file = Files.writeString(folder.resolve("namespace"), content);
            try (DescriptorSocket executor = DescriptorSocket.connect(socket, TIMEOUT_MS);
                Descriptor namespace = Descriptor.openForReading(file)) {
              executor.send(new byte[] {1}, List.of(namespace));
              try (DescriptorSocket.Received answer = executor.receive()) {
                told.add(NetworkReply.decode(answer.bytes()));
              }
              executor.send(new byte[] {1}, List.of());
            }
          });
      DescriptorSocket pod = server.accept();
      pod.timeout(TIMEOUT_MS);
      return pod;
    }
  }

  /** A helper that gives these answers, one a connection; an empty one is to die meanwhile. */
  private Path helper(List<Optional<NetworkReply>> replies) throws IOException {
    Path path = folder.resolve("helper.sock");
    DescriptorSocket server = DescriptorSocket.listen(path);
    start(
        () -> {
          try (server) {
            for (Optional<NetworkReply> reply : replies) {
              try (DescriptorSocket connection = server.accept();
                  DescriptorSocket.Received request = connection.receive()) {
                asked.add(NetworkRequest.decode(request.bytes()));
                String content =
                    Files.readString(
                        Path.of("/proc/self/fd/" + request.descriptors().getFirst().number()));
                if (reply.isPresent() && content.equals("namespace")) {
                  connection.send(reply.get().encode(), List.of());
                }
              }
            }
          }
        });
    return path;
  }

  private static DomainSpec.Interface nic(String binding, Optional<String> mac) {
    return new DomainSpec.Interface(
        "default",
        "virtio",
        mac,
        Optional.empty(),
        Optional.of(
            new PodNetwork(
                binding,
                Optional.empty(),
                Optional.empty(),
                List.of("tcp/80"),
                new PodNetwork.DhcpOptions(
                    Optional.of("boot.efi"), Optional.empty(), List.of(), List.of()))),
        Optional.of(2));
  }

  private static final Launcher LAUNCHER =
      new Launcher() {
        @Override
        public long id() {
          return 1;
        }

        @Override
        public String uid() {
          return "6d1c0bb0-0000-4000-8000-000000000001";
        }

        @Override
        public long epoch() {
          return 1;
        }

        @Override
        public PodName pod() {
          return new PodName("default", "virt-launcher-vm-1");
        }

        @Override
        public void send(Message message) {}

        @Override
        public void close() {}
      };

  private Map<String, String> setUp(Path helper, DomainSpec.Interface nic) throws IOException {
    return new HelperNetworks(helper, launcher -> launcher("namespace"))
        .setUp(LAUNCHER, List.of(nic));
  }

  @Test
  void shouldGiveTheHelperWhatTheCommandSaysAndTheLauncherWhatBecameOfIt() throws Exception {
    Path helper = helper(List.of(Optional.of(new NetworkReply.Done(SET_UP))));

    assertThat(setUp(helper, nic("bridge", Optional.empty())))
        .isEqualTo(Map.of("default", "0a:58:0a:f4:01:07"));

    NetworkRequest request = asked.take();
    assertThat(request.ports()).containsExactly(new NetworkRequest.Port("tcp", 80));
    assertThat(request.queues()).isEqualTo(2);
    assertThat(request.mac()).isEmpty();
    assertThat(told.take())
        .isInstanceOfSatisfying(
            NetworkReply.Done.class,
            done -> assertThat(done.network().options().bootFile()).contains("boot.efi"));
  }

  @Test
  void shouldNameAMacWithMasqueradeInAnyCase() throws Exception {
    assertThat(
            HelperNetworks.request(
                    LAUNCHER.uid(),
                    nic("masquerade", Optional.empty()),
                    nic("masquerade", Optional.empty()).podNetwork().orElseThrow())
                .mac())
        .hasValueSatisfying(mac -> assertThat(mac.text()).startsWith("52:54:00"));
  }

  @Test
  void shouldSayWhatTheHelperRefusedAndAskOnce() throws Exception {
    Path helper = helper(List.of(Optional.of(new NetworkReply.Refused("Expected eth0"))));

    assertThatThrownBy(() -> setUp(helper, nic("bridge", Optional.empty())))
        .isInstanceOf(IOException.class)
        .hasMessage("The pod's network cannot be set up. Expected eth0");
    assertThat(told.take()).isEqualTo(new NetworkReply.Refused("Expected eth0"));
    assertThat(asked).hasSize(1);
  }

  @Test
  void shouldAskAgainWhenSomethingWentWrong() throws Exception {
    Path helper =
        helper(
            List.of(
                Optional.of(new NetworkReply.Failed("Expected ip to end within 10 s")),
                Optional.of(new NetworkReply.Done(SET_UP))));

    assertThat(setUp(helper, nic("bridge", Optional.empty()))).containsKey("default");
    assertThat(asked).hasSize(2);
  }

  @Test
  void shouldAskAgainWhenTheHelperDied() throws Exception {
    Path helper = helper(List.of(Optional.empty(), Optional.of(new NetworkReply.Done(SET_UP))));

    assertThat(setUp(helper, nic("bridge", Optional.empty()))).containsKey("default");
    assertThat(asked).hasSize(2);
  }

  @Test
  void shouldRefuseWithoutAHelper() {
    assertThatThrownBy(
            () -> GuestNetworks.none().setUp(LAUNCHER, List.of(nic("bridge", Optional.empty()))))
        .hasMessageContaining("VIREO_NODE_NETWORK_SOCKET");
  }
}
