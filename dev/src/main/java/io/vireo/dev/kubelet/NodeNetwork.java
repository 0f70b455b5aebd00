package io.vireo.dev.kubelet;

import io.vireo.dev.process.ProgramRun;
import io.vireo.dev.stack.StateDir;
import io.vireo.schemas.CanonicalJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A bridge on this machine, to which each node of one stack has a link. Chosen once, since it is in
 * the API server's certificate.
 *
 * @param id of the stack, 8 hexadecimal digits
 * @param prefix first three bytes of its addresses, such as {@code 10.131.7}
 */
public record NodeNetwork(String id, String prefix) {

  /** Length of the network's mask. */
  public static final int PREFIX_LENGTH = 24;

  private static final Duration IP_MAX = Duration.ofSeconds(30);
  private static final Path ROUTES = Path.of("/proc/net/route");
  private static final Path IPV6 = Path.of("/proc/sys/net/ipv6");
  private static final int FIRST = 131;
  private static final int LAST = 239;

  /** The network that this state was made with; empty for one without kubelets. */
  public static Optional<NodeNetwork> of(StateDir state) throws IOException {
    Path file = state.networkFile();
    return Files.exists(file)
        ? Optional.of(new NodeNetwork(id(state), Files.readString(file).strip()))
        : Optional.empty();
  }

  /** This machine as the parts of the stack reach it; loopback for one without kubelets. */
  public static String host(StateDir state) throws IOException {
    return of(state).map(NodeNetwork::hostAddress).orElse("127.0.0.1");
  }

  /** The same, or one that nobody on this machine has a route to. */
  public static NodeNetwork choose(StateDir state) throws IOException {
    Optional<NodeNetwork> chosen = of(state);
    if (chosen.isPresent()) {
      return chosen.get();
    }
    String id = id(state);
    String prefix =
        free(Integer.parseInt(id.substring(0, 6), 16), Files.readAllLines(ROUTES))
            .orElseThrow(
                () ->
                    new IOException("Expected a free network in 10.0.0.0/8 for nodes, found none"));
    Files.writeString(state.networkFile(), prefix + "\n");
    return new NodeNetwork(id, prefix);
  }

  private static String id(StateDir state) {
    return CanonicalJson.sha256(state.root().toString().getBytes(StandardCharsets.UTF_8))
        .substring(0, 8);
  }

  /**
   * A network that meets no route.
   *
   * @param seed where to begin, so that two stacks rarely want the same
   * @param routes as in {@code /proc/net/route}
   */
  static Optional<String> free(int seed, List<String> routes) {
    int size = (LAST - FIRST + 1) * 256;
    List<long[]> taken = new ArrayList<>();
    for (String line : routes.subList(Math.min(1, routes.size()), routes.size())) {
      String[] fields = line.split("\\s+", -1);
      long mask =
          Integer.toUnsignedLong(Integer.reverseBytes(Integer.parseUnsignedInt(fields[7], 16)));
      if (mask != 0) {
        taken.add(
            new long[] {
              Integer.toUnsignedLong(Integer.reverseBytes(Integer.parseUnsignedInt(fields[1], 16))),
              mask
            });
      }
    }
    for (int i = 0; i < size; i++) {
      int place = Math.floorMod(seed + i, size);
      int second = FIRST + place / 256;
      long address = (10L << 24) | ((long) second << 16) | ((long) (place % 256) << 8);
      boolean free =
          taken.stream()
              .allMatch(
                  route -> {
                    long common = route[1] & 0xffffff00L;
                    return (address & common) != (route[0] & common);
                  });
      if (free) {
        return Optional.of("10." + second + "." + place % 256);
      }
    }
    return Optional.empty();
  }

  /** Name of the bridge. */
  String bridge() {
    return "vireo" + id;
  }

  /** Name of a node's link on this machine's side. */
  String link(int node) {
    return "vireo" + id + "-" + node;
  }

  /** This machine, as its nodes reach it. */
  public String hostAddress() {
    return prefix + ".1";
  }

  /**
   * A node.
   *
   * @param node from 1
   */
  public String nodeAddress(int node) {
    return prefix + "." + (node + 1);
  }

  /** Whether this machine's kernel knows IPv6, and so each namespace of it. */
  static boolean hasIpv6() {
    return Files.isDirectory(IPV6);
  }

  /** The IPv6 address of a node, of use between nodes only: this machine has none. */
  String nodeAddress6(int node) {
    return "%s::%x".formatted(prefix6(), node + 1);
  }

  /** Unique as RFC 4193 wants it, and never the network of guests behind masquerade. */
  private String prefix6() {
    return "fd%s:%s:%s00".formatted(id.substring(0, 2), id.substring(2, 6), id.substring(6));
  }

  /** The addresses of a node's pods. */
  String podRange(int node) {
    return "10.244." + (node - 1) + ".0/24";
  }

  /** Their IPv6 addresses. */
  String podRange6(int node) {
    return "%s:%x::/64".formatted(prefix6(), node);
  }

  /**
   * By which nodes this one reaches the pods of the others.
   *
   * @param nodes how many nodes there are
   * @return lines of a range and the address of its node
   */
  List<String> podRoutes(int node, int nodes) {
    return others(node, nodes)
        .mapToObj(other -> podRange(other) + " " + nodeAddress(other))
        .toList();
  }

  /** The same for their IPv6 addresses. */
  List<String> podRoutes6(int node, int nodes) {
    return others(node, nodes)
        .mapToObj(other -> podRange6(other) + " " + nodeAddress6(other))
        .toList();
  }

  private static IntStream others(int node, int nodes) {
    return IntStream.rangeClosed(1, nodes).filter(other -> other != node);
  }

  /** Makes the bridge, unless it is there. */
  public void create() throws IOException, InterruptedException {
    if (!exists()) {
      ip("link", "add", bridge(), "type", "bridge");
    }
    ip("address", "replace", hostAddress() + "/" + PREFIX_LENGTH, "dev", bridge());
    ip("link", "set", bridge(), "up");
  }

  /** Removes the bridge, if it is there. */
  public void remove() throws IOException, InterruptedException {
    if (exists()) {
      ip("link", "delete", bridge());
    }
  }

  private static void ip(String... words) throws IOException, InterruptedException {
    ProgramRun.of(IP_MAX, Stream.concat(Stream.of("ip"), Stream.of(words)).toList());
  }

  private boolean exists() {
    return Files.exists(Path.of("/sys/class/net", bridge()));
  }
}
