package io.vireo.dev.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.dev.stack.StateDir;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeNetworkTest {

  private static final String HEADER =
      "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT";

  @TempDir private Path folder;

  /** As in {@code /proc/net/route}, where bytes stand in the order of this machine's processor. */
  private static String route(int a, int b, int c, int d, int prefix) {
    int mask = prefix == 0 ? 0 : -1 << (32 - prefix);
    int address = a << 24 | b << 16 | c << 8 | d;
    return "eth0\t%08X\t00000000\t0001\t0\t0\t0\t%08X\t0\t0\t0"
        .formatted(Integer.reverseBytes(address), Integer.reverseBytes(mask));
  }

  private static String chosen(int seed, String... routes) {
    List<String> lines = new ArrayList<>(List.of(HEADER));
    lines.addAll(List.of(routes));
    return NodeNetwork.free(seed, lines).orElse("none");
  }

  @Test
  void shouldBeginWhereTheSeedSays() {
    assertThat(chosen(0)).isEqualTo("10.131.0");
    assertThat(chosen(256 + 7)).isEqualTo("10.132.7");
  }

  @Test
  void shouldTakeTheDefaultRouteForNoNetwork() {
    assertThat(chosen(0, route(0, 0, 0, 0, 0))).isEqualTo("10.131.0");
  }

  @Test
  void shouldPassOverNetworksThatThisMachineHasARouteTo() {
    assertThat(chosen(0, route(10, 131, 0, 0, 24))).isEqualTo("10.131.1");
    assertThat(chosen(0, route(10, 131, 0, 0, 16))).isEqualTo("10.132.0");
    // A part of the network is enough.
    assertThat(chosen(0, route(10, 131, 0, 64, 26))).isEqualTo("10.131.1");
  }

  @Test
  void shouldFindNoneWhereEverythingIsTaken() {
    assertThat(chosen(5, route(10, 0, 0, 0, 8))).isEqualTo("none");
  }

  @Test
  void shouldKeepWhatWasChosen() throws IOException {
    StateDir state = new StateDir(folder);
    assertThat(NodeNetwork.of(state)).isEmpty();
    assertThat(NodeNetwork.host(state)).isEqualTo("127.0.0.1");

    NodeNetwork network = NodeNetwork.choose(state);

    assertThat(NodeNetwork.of(state)).contains(network);
    assertThat(NodeNetwork.choose(state)).isEqualTo(network);
    assertThat(NodeNetwork.host(state)).isEqualTo(network.prefix() + ".1");
    assertThat(network.nodeAddress(1)).isEqualTo(network.prefix() + ".2");
    assertThat(network.podRange(2)).isEqualTo("10.244.1.0/24");
  }

  @Test
  void shouldReachThePodsOfEachOtherNodeByThatNode() {
    NodeNetwork network = new NodeNetwork("0123abcd", "10.131.0");

    assertThat(network.podRoutes6(1, 1)).isEmpty();
    assertThat(network.podRoutes(1, 1)).isEmpty();
    assertThat(network.podRoutes(2, 3))
        .containsExactly("10.244.0.0/24 10.131.0.2", "10.244.2.0/24 10.131.0.4");
    assertThat(network.podRoutes6(2, 3))
        .containsExactly(
            "fd01:23ab:cd00:1::/64 fd01:23ab:cd00::2", "fd01:23ab:cd00:3::/64 fd01:23ab:cd00::4");
    assertThat(network.podRange6(20)).isEqualTo("fd01:23ab:cd00:14::/64");
  }

  @Test
  void shouldNotTakeTheNetworkOfGuests() {
    NodeNetwork network = new NodeNetwork("10000002", "10.131.0");

    assertThat(network.podRange6(1)).isEqualTo("fd10:0000:0200:1::/64");
    assertThat(new NodeNetwork("10000000", "10.131.0").nodeAddress6(1))
        .isEqualTo("fd10:0000:0000::2");
  }

  @Test
  void shouldNameInterfacesThatTheKernelTakes() {
    NodeNetwork network = new NodeNetwork("0123abcd", "10.131.0");

    assertThat(network.link(9)).hasSizeLessThanOrEqualTo(15).isNotEqualTo(network.bridge());
    assertThat(network.bridge()).hasSizeLessThanOrEqualTo(15);
  }
}
