package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.vireo.dev.guest.DebianGuest;
import io.vireo.dev.stack.Kvm;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real guests on the networks of their pods: what they are given, whom they reach, who reaches
 * them.
 */
class NetworkE2E {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration LOGIN_MAX = Duration.ofSeconds(60);
  private static final Duration DEBIAN_MAX = Duration.ofMinutes(5);
  private static final String MASQUERADE = "- {name: default, masquerade: {}}";

  /** Where the machine has it, the pods of its nodes do. */
  private static final boolean IPV6 = Files.isDirectory(Path.of("/proc/sys/net/ipv6"));

  private static Stack stack;
  private static Cluster cluster;
  private static ClientPod client;

  @BeforeAll
  static void start() throws Exception {
    stack = Stack.startKubelet("network", store -> DebianGuest.build(store, line -> {}));
    cluster = new Cluster(stack.state().kubeconfig());
    cluster.enforceRestricted();
    client = ClientPod.start(cluster.client());
  }

  @AfterAll
  static void stop() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
    if (stack != null) {
      stack.close();
    }
  }

  private static Console logIn(String vmi) throws Exception {
    Console console = new Console(stack.file(), "node1", cluster.uid(vmi));
    console.logIn();
    return console;
  }

  /** Has the guest serve its name on these ports. */
  private static void serve(Console console, String name, int... ports) throws Exception {
    console.type("mkdir -p /run/www; echo page-of-" + name + " > /run/www/index.html");
    for (int port : ports) {
      console.type("busybox httpd -p " + port + " -h /run/www; echo serving-$((" + port + " + 0))");
      console.await("serving-" + port);
    }
  }

  private static void asks(Console console, String host, int port, String page) throws Exception {
    console.type("wget -q -O - http://" + host + ":" + port + "/");
    console.await(page);
  }

  private static String ipv6(Pod pod) {
    assertThat(pod.getStatus().getPodIPs()).as("a pod's addresses").hasSize(2);
    return pod.getStatus().getPodIPs().getLast().getIp();
  }

  /** What a guest is told by advertisement and DHCPv6, whom it reaches and who reaches it. */
  private static void speaksIpv6(String name, Console console, String guests, String pods)
      throws Exception {
    console.type(
        "until ip -6 addr show eth0 | grep -q global; do sleep 1; done;"
            + " ip -6 addr show eth0; ip -6 route");
    console.await("inet6 " + guests + "/128 scope global");
    console.await("default via fe80::");
    assertThat(nic(name))
        .containsEntry("ipAddresses", List.of(cluster.pod(name).getStatus().getPodIP(), pods));
    assertThat(client.ask("[" + pods + "]", 80)).contains("page-of-" + name);
    console.type("wget -q -O - http://[" + ipv6(client.pod()) + "]:8080/ | sed s/^/by-ipv6-/");
    console.await("by-ipv6-" + ClientPod.PAGE);
  }

  /** The first interface in the status, once it has its address, which the kubelet tells later. */
  private static Map<String, Object> nic(String vmi) throws Exception {
    return Await.until(
        "the interface in the status",
        SOON,
        () -> firstInterface(cluster.vmi(vmi)),
        nic -> nic.containsKey("ipAddress"));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> firstInterface(GenericKubernetesResource vmi) {
    return Cluster.status(vmi, "interfaces") instanceof List<?> list && !list.isEmpty()
        ? (Map<String, Object>) list.getFirst()
        : Map.of();
  }

  private static String webServer(String name) {
    return Manifests.tiny(name)
        .replace(
            MASQUERADE,
            "- {name: default, masquerade: {}, macAddress: \"52:54:00:12:34:56\","
                + " ports: [{name: http, port: 80}], dhcpOptions: {bootFileName: boot.efi,"
                + " tftpServerName: tftp.example, ntpServers: [192.0.2.1],"
                + " privateOptions: [{option: 240, value: private}]}}")
        .replace("cores: 1", "cores: 2")
        .replace("    devices:", "    devices:\n      networkInterfaceMultiqueue: true");
  }

  @Test
  void shouldHideTheGuestBehindItsPodAndOpenTheListedPorts() throws Exception {
    cluster.apply(webServer("web"));
    cluster.awaitPhase("web", "Running");
    // A copy, with its address and all: it waits until that is free.
    cluster.apply(webServer("twin"));
    Pod pod = cluster.pod("web");
    assertThat(nic("web"))
        .containsEntry("ipAddress", pod.getStatus().getPodIP())
        .containsEntry("mac", "52:54:00:12:34:56")
        .containsEntry("podInterfaceName", "eth0")
        .containsEntry("linkState", "up")
        .containsEntry("queueCount", 2);
    try (Console console = logIn("web")) {
      console.type("ip -4 addr show eth0; ip route; ip link show eth0");
      console.await("inet 10.0.2.2/24");
      console.await("default via 10.0.2.1");
      console.await("52:54:00:12:34:56");
      console.type("ls /sys/class/net/eth0/queues");
      console.await("tx-1");
      console.type("printf '#!/bin/sh\\nenv\\n' > /run/show; chmod +x /run/show");
      console.type(
          "udhcpc -i eth0 -n -q -s /run/show -O bootfile -O tftp -O ntpsrv -O 240; echo"
              + " told-$((1))");
      console.await("told-1");
      assertThat(console.text())
          .contains("bootfile=boot.efi", "tftp=tftp.example", "ntpsrv=192.0.2.1")
          .contains(
              "opt240=" + HexFormat.of().formatHex("private".getBytes(StandardCharsets.UTF_8)));
      serve(console, "web", 80, 81);
      assertThat(client.ask(pod.getStatus().getPodIP(), 80)).contains("page-of-web");
      assertThat(client.ask(pod.getStatus().getPodIP(), 81)).contains("refused");
      asks(console, client.address(), 8080, ClientPod.PAGE);
      if (IPV6) {
        String own = ipv6(pod);
        speaksIpv6("web", console, "fd10:0:2::2", own);
        assertThat(client.ask("[" + own + "]", 81)).contains("refused");
      }
      Await.until(
          "the address that is in use",
          SOON,
          () -> cluster.condition("twin", "Synchronized").map(Object::toString).orElse(""),
          text -> text.contains("MacAddressInUse") && text.contains("VMI web"));
      assertThat(cluster.describe("twin")).doesNotStartWith("Running");
      assertThat(cluster.eventReasons("twin")).contains("MacAddressInUse");
      assertThat(client.ask(pod.getStatus().getPodIP(), 80)).contains("page-of-web");
    }
    cluster.deleteAll("web");
    cluster.awaitPhase("twin", "Running");
    assertThat(nic("twin")).containsEntry("mac", "52:54:00:12:34:56");
    cluster.deleteAll("twin");
  }

  /** Its agent says how it is, and the key of its user data opens it. */
  @Test
  void shouldLetInWhoeverHasTheKeyThatTheGuestWasGiven(@TempDir Path keys) throws Exception {
    Path key = keys.resolve("key");
    Ssh.makeKey(key);
    cluster.create(
        Files.readString(Path.of("..", "examples", "ssh.yaml"))
            .replaceFirst(
                "ssh-ed25519 .* nobody", Files.readString(keys.resolve("key.pub")).strip()));
    cluster.awaitPhase("ssh", "Running");
    String node =
        cluster
            .client()
            .nodes()
            .withName("node1")
            .get()
            .getStatus()
            .getAddresses()
            .getFirst()
            .getAddress();
    Await.until(
        "ssh to the guest",
        LOGIN_MAX,
        () -> Ssh.run(key, node, 30022, "hostname; . /etc/os-release; echo $ID"),
        said -> said.equals("ssh\nvireo-tiny\n"));
    Await.until(
        "the agent to be connected",
        SOON,
        () -> cluster.condition("ssh", "AgentConnected"),
        Optional::isPresent);
    assertThat(nic("ssh"))
        .containsEntry("ipAddress", cluster.pod("ssh").getStatus().getPodIP())
        .containsEntry("interfaceName", "eth0")
        .containsEntry("infoSource", "domain, guest-agent");
    Path other = keys.resolve("other");
    Ssh.makeKey(other);
    assertThat(Ssh.run(other, node, 30022, "hostname")).contains("Permission denied");
    cluster.deleteAll("ssh");
  }

  @Test
  void shouldGiveAGuestThatNamesNoInterfaceThePodsOwnPlace() throws Exception {
    cluster.apply(
        Manifests.tiny("bridged")
            .replace("      interfaces:\n", "")
            .replace("      " + MASQUERADE + "\n", "")
            .replace("  networks:\n  - {name: default, pod: {}}\n", ""));
    cluster.awaitPhase("bridged", "Running");
    String address = cluster.pod("bridged").getStatus().getPodIP();
    Map<String, Object> nic = nic("bridged");
    assertThat(nic).containsEntry("ipAddress", address).containsEntry("name", "default");
    try (Console console = logIn("bridged")) {
      console.type("ip addr show eth0");
      console.await("inet " + address + "/");
      console.await(String.valueOf(nic.get("mac")));
      serve(console, "bridged", 80);
      assertThat(client.ask(address, 80)).contains("page-of-bridged");
      asks(console, client.address(), 8080, ClientPod.PAGE);
      if (IPV6) {
        String own = ipv6(cluster.pod("bridged"));
        speaksIpv6("bridged", console, own, own);
      }
    }
    cluster.deleteAll("bridged");
  }

  @Test
  void shouldLetTwoGuestsReachEachOther() throws Exception {
    cluster.apply(Manifests.tiny("one"));
    cluster.apply(Manifests.tiny("two").replace(MASQUERADE, "- {name: default, bridge: {}}"));
    cluster.awaitPhase("one", "Running");
    cluster.awaitPhase("two", "Running");
    try (Console one = logIn("one");
        Console two = logIn("two")) {
      serve(one, "one", 80);
      serve(two, "two", 80);
      asks(one, cluster.pod("two").getStatus().getPodIP(), 80, "page-of-two");
      asks(two, cluster.pod("one").getStatus().getPodIP(), 80, "page-of-one");
    }
    cluster.deleteAll("one", "two");
  }

  @Test
  void shouldBeReachedThroughServicesAndByNames() throws Exception {
    cluster
        .client()
        .load(
            new ByteArrayInputStream(
                """
                apiVersion: v1
                kind: Service
                metadata: {name: served}
                spec: {selector: {app: served}, ports: [{port: 8000, targetPort: 80}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: peers}
                spec: {clusterIP: None, selector: {app: served}}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: pod}
                spec: {selector: {app: client}, ports: [{port: 80, targetPort: 8080}]}
                """
                    .getBytes(StandardCharsets.UTF_8)))
        .inNamespace(Cluster.NAMESPACE)
        .create();
    cluster.apply(Manifests.tiny("served", "  hostname: first\n  subdomain: peers", "", ""));
    cluster.awaitPhase("served", "Running");
    try (Console console = logIn("served")) {
      console.type("cat /etc/resolv.conf");
      console.await("nameserver ");
      serve(console, "served", 80);
      Await.until(
          "the page through the Service",
          SOON,
          () -> client.ask("served", 8000),
          seen -> seen.contains("page-of-served"));
      assertThat(client.ask("first.peers", 80)).contains("page-of-served");
      asks(console, "pod." + Cluster.NAMESPACE + ".svc.cluster.local", 80, ClientPod.PAGE);
    }
    cluster.deleteAll("served");
  }

  /** A guest as clouds have it: what the manifest says reaches it by cloud-init alone. */
  @Test
  void shouldSetUpADebianByCloudInit() throws Exception {
    cluster.applyExample("debian");
    cluster.awaitPhase("debian", "Running");
    long running = System.nanoTime();
    try (Console console = new Console(stack.file(), "node1", cluster.uid("debian"))) {
      console.await("debian login:", DEBIAN_MAX);
      long login = System.nanoTime();
      console.await("finished at", DEBIAN_MAX);
      System.out.printf(
          "A Debian guest %s: login prompt after %d s, cloud-init finished after %d s%n",
          Kvm.works() ? "with KVM" : "under emulation",
          Duration.ofNanos(login - running).toSeconds(),
          Duration.ofNanos(System.nanoTime() - running).toSeconds());
      assertThat(console.text()).contains("DataSourceNoCloud");
      String page =
          Await.until(
              "the page of the userData",
              SOON,
              () -> client.ask(cluster.pod("debian").getStatus().getPodIP(), 80),
              seen -> seen.contains("This page comes from the userData."));
      // The interface has the name of the networkData, and its address by DHCP.
      assertThat(page).containsPattern("lan0 +UP +10\\.0\\.2\\.2/24");
      console.type("ada");
      console.await("Password:");
      console.type("only-an-example");
      console.await("ada@debian");
      console.type("sudo sh -c 'echo is-$(id -un)'");
      console.await("is-root");
    }
    cluster.deleteAll("debian");
  }

  @Test
  void shouldRefuseWhatIsWrongWhenItIsApplied() {
    String nic = "spec.domain.devices.interfaces[0]";
    assertThat(refused("- {name: default, slirp: {}}")).contains(nic + ".slirp: ");
    // The API server has dropped what is no binding, and warned of it.
    assertThat(refused("- {name: default, wormhole: {}}")).contains(nic);
    assertThat(refused("- {name: other, masquerade: {}}")).contains(nic + ".name: ");
    assertThat(
            refused(
                "- {name: default, masquerade: {}, portRanges: [{start: 1, end: 2, protocol:"
                    + " TCP}]}"))
        .contains(nic + ".portRanges");
    assertThat(
            cluster.refused(
                Manifests.tiny("no-nic")
                    .replace("      interfaces:\n      " + MASQUERADE + "\n", "")))
        .contains("spec.networks[0]");
    assertThat(
            cluster.refused(
                Manifests.tiny("two-pods")
                    .replace(
                        "  - {name: default, pod: {}}",
                        "  - {name: default, pod: {}}\n  - {name: second, pod: {}}")))
        .contains("spec.networks");
  }

  private static String refused(String nic) {
    return cluster.refused(Manifests.tiny("wrong").replace(MASQUERADE, nic));
  }

  @Test
  void shouldSayThatTheGuestsNetworkIsThePods() throws Exception {
    String range = cluster.client().nodes().withName("node1").get().getSpec().getPodCIDR();
    cluster.apply(
        Manifests.tiny("same").replace("pod: {}", "pod: {vmNetworkCIDR: \"" + range + "\"}"));
    cluster.awaitPhase("same", "Failed");
    assertThat(cluster.describe("same")).contains("vmNetworkCIDR").contains("overlap");
    cluster.deleteAll("same");
  }
}
