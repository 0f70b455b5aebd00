package io.vireo.podnet;

import io.vireo.network.Descriptor;
import io.vireo.network.MacAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A pod, its outside and its guest, each a namespace that a sleeping process holds. */
final class TestNetwork implements AutoCloseable {

  private static final int CLONE_NEWNET = 0x40000000;
  private static final long MAX_SECONDS = 20;

  /** Who speaks. */
  enum Side {
    OUTSIDE,
    GUEST
  }

  private final Process pod;
  private final Process outside;
  private final Process guest;
  private final List<Process> servers = new ArrayList<>();
  private final Path pages;

  private TestNetwork(Process pod, Process outside, Process guest, Path pages) {
    this.pod = pod;
    this.outside = outside;
    this.guest = guest;
    this.pages = pages;
  }

  static boolean has(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  static TestNetwork make() throws IOException, InterruptedException {
    TestNetwork network =
        new TestNetwork(
            namespace(), namespace(), namespace(), Files.createTempDirectory("vireo-pages"));
    network.inOutside(
        "ip link set lo up; ip link add pod type veth peer name eth0 netns " + network.pod.pid());
    // As CNI's plugin does it: the bridge sends back what a pod sends to all.
    network.inOutside(
        "ip link add cni0 type bridge; ip link set pod master cni0 up; ip link set cni0 up;"
            + " ip link set pod type bridge_slave hairpin on");
    network.inOutside("ip addr add 10.99.0.1/24 dev cni0");
    network.inOutside("ip -6 addr add fd99::1/64 dev cni0 nodad");
    network.inPod("ip link set lo up; ip link set eth0 up; ip addr add 10.99.0.2/24 dev eth0");
    network.inPod("ip -6 addr add fd99::2/64 dev eth0 nodad; ip route add default via 10.99.0.1");
    network.inPod("ip -6 route add default via fd99::1");
    return network;
  }

  private static Process namespace() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("unshare", "--net", "sleep", "600").start();
    String own = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
    Path other = Path.of("/proc/" + process.pid() + "/ns/net");
    while (Files.readSymbolicLink(other).toString().equals(own)) {
      Thread.sleep(5);
    }
    return process;
  }

  Descriptor pod() throws IOException {
    return Descriptor.openForReading(Path.of("/proc/" + pod.pid() + "/ns/net"));
  }

  Descriptor outside() throws IOException {
    return Descriptor.openForReading(Path.of("/proc/" + outside.pid() + "/ns/net"));
  }

  /** As the launcher would open it: by a thread that is in the pod's namespace. */
  Descriptor tun() throws IOException, InterruptedException {
    List<Descriptor> opened = new ArrayList<>();
    try (Descriptor namespace = pod()) {
      Thread thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      namespace.enter(CLONE_NEWNET);
                      opened.add(Descriptor.openDevice(Path.of("/dev/net/tun")));
                    } catch (IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  });
      thread.join();
    }
    return opened.getFirst();
  }

  /** Puts the guest where QEMU would be. */
  void plugGuest(MacAddress mac) throws IOException, InterruptedException {
    // Rules name the tap device, so the guest's end of the pod has its name.
    inPod("ip link del tap0; ip link add tap0 type veth peer name eth0 netns " + guest.pid());
    inPod("ip link set tap0 master k6t-eth0 up");
    inGuest("ip link set lo up; ip link set eth0 address " + mac + " up");
  }

  String podMac() throws IOException, InterruptedException {
    return inPod("cat /proc/net/dev >/dev/null; ip -o link show eth0")
        .replaceAll("(?s).*link/ether (\\S+).*", "$1");
  }

  /** Where the guest of a bridge has its router for IPv6. */
  String bridgeLinkLocal() throws IOException, InterruptedException {
    return inPod("ip -o -6 addr show dev k6t-eth0 scope link")
        .replaceAll("(?s).*inet6 (fe80:[^/]*)/.*", "$1");
  }

  /** Everything that was set up, without counters. */
  String describePod() throws IOException, InterruptedException {
    return inPod("ip -o link; ip -o addr; ip route; ip -6 route show default; nft list ruleset")
        .replaceAll("(?m)^\\d+: ", "")
        .replaceAll("valid_lft.*", "")
        // They come once an address is known to be free, a moment later.
        .replaceAll("(?m)^.*inet6 fe80:.*\n", "")
        .replaceAll(" (qlen|qdisc|state|if\\d+|tentative)( \\S+)?", "")
        .replaceAll("<[^>]*>", "")
        .replaceAll("(?m)^(tap0: .*)link/ether \\S+", "$1")
        .replaceAll(" (linkdown|dead)", "")
        .replaceAll("@\\S+", "");
  }

  void serve(Side side, int port, String page) throws IOException, InterruptedException {
    Path folder = Files.createDirectories(pages.resolve(page));
    Files.writeString(folder.resolve("index.html"), page);
    servers.add(
        new ProcessBuilder(
                "nsenter",
                "--net=/proc/" + of(side).pid() + "/ns/net",
                "busybox",
                "httpd",
                "-f",
                "-p",
                "[::]:" + port,
                "-h",
                folder.toString())
            .start());
    Thread.sleep(200);
  }

  String ask(Side side, String address, int port) throws IOException, InterruptedException {
    return run(
        of(side),
        "timeout 3 busybox wget -q -O - http://" + address + ":" + port + "/ 2>&1 || true");
  }

  boolean pings(String from, String to) throws IOException, InterruptedException {
    String ping = to.contains(":") ? "ping6" : "ping";
    return run(guest, "busybox " + ping + " -c 1 -W 1 -I " + from + " " + to + " 2>&1 || true")
        .contains("1 packets received");
  }

  /** How many advertisements of routers it has heard. */
  int advertisements(Side side) throws IOException, InterruptedException {
    return Integer.parseInt(
        run(of(side), "cat /proc/net/snmp6")
            .replaceAll("(?s).*Icmp6InRouterAdvertisements\\s+(\\d+).*", "$1"));
  }

  String inPod(String script) throws IOException, InterruptedException {
    return run(pod, script);
  }

  String inOutside(String script) throws IOException, InterruptedException {
    return run(outside, script);
  }

  String inGuest(String script) throws IOException, InterruptedException {
    return run(guest, script);
  }

  private Process of(Side side) {
    return side == Side.GUEST ? guest : outside;
  }

  private static String run(Process holder, String script)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "nsenter", "--net=/proc/" + holder.pid() + "/ns/net", "sh", "-ec", script)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException("Expected to run: " + script + "; it said: " + output);
    }
    return output;
  }

  @Override
  public void close() throws IOException {
    servers.forEach(Process::destroyForcibly);
    for (Process process : List.of(pod, outside, guest)) {
      process.destroyForcibly();
    }
    try (Stream<Path> files = Files.walk(pages)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
