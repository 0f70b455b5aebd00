package io.vireo.podnet;

import io.vireo.network.Descriptor;
import io.vireo.network.GuestNetwork;
import io.vireo.network.NetworkRequest;
import io.vireo.podnet.core.NamespaceView;
import io.vireo.podnet.core.NetworkProblem;
import io.vireo.podnet.core.Plan;
import io.vireo.podnet.core.Planner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The network namespace of a pod, by a descriptor of it. Programs are run in it by {@code nsenter};
 * system calls are made by a thread that enters it and ends there.
 */
final class PodNamespace {

  private static final Path SYS = Path.of("/proc/sys");
  private static final Path OWN = Path.of("/proc/self/ns/net");
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final Path DESCRIPTOR_INFO = Path.of("/proc/self/fdinfo");
  private static final long NS_GET_NSTYPE = 0xb703;
  private static final int CLONE_NEWNET = 0x40000000;
  private static final int INFO_MAX = 1024;
  private static final Duration PROGRAM_MAX = Duration.ofSeconds(10);

  private final Descriptor namespace;
  private final NamespacePrograms programs;

  private PodNamespace(Descriptor namespace) {
    this.namespace = namespace;
    this.programs = new NamespacePrograms(namespace, PROGRAM_MAX);
  }

  /**
   * Checks what a pod handed over, by the kernel's word alone: nothing here can make a file system
   * answer that the pod serves.
   *
   * @throws NetworkProblem if it is no network namespace, or this process's own
   */
  static PodNamespace of(Descriptor descriptor) throws IOException, NetworkProblem {
    String name = Files.readSymbolicLink(link(descriptor)).toString();
    if (!name.matches("net:\\[[0-9]+\\]") || descriptor.ioctl(NS_GET_NSTYPE, 0) != CLONE_NEWNET) {
      throw new NetworkProblem("Expected the descriptor of a network namespace");
    }
    if (name.equals(Files.readSymbolicLink(OWN).toString())) {
      throw new NetworkProblem("Expected the network namespace of a pod, but it is the helper's");
    }
    return new PodNamespace(descriptor);
  }

  private static Path link(Descriptor descriptor) {
    return DESCRIPTORS.resolve(Integer.toString(descriptor.number()));
  }

  /**
   * Checks that a descriptor is of the kernel's driver for tap devices, not attached to one yet.
   */
  static void checkTun(Descriptor descriptor) throws IOException, NetworkProblem {
    Path info = DESCRIPTOR_INFO.resolve(Integer.toString(descriptor.number()));
    // No other file has this line, and no file system is asked for it. Others may have any number.
    String head;
    try (InputStream in = Files.newInputStream(info)) {
      head = new String(in.readNBytes(INFO_MAX), StandardCharsets.US_ASCII);
    }
    if (head.lines().noneMatch(line -> line.startsWith("iff:"))) {
      throw new NetworkProblem("Expected the descriptor of /dev/net/tun");
    }
  }

  /** What the launcher gets: what its guest is to be told, and the sockets to tell it by. */
  record Result(GuestNetwork network, List<Descriptor> sockets) {
    Result {
      sockets = List.copyOf(sockets);
    }
  }

  /** Makes the network as is wanted, or finds it so. */
  Result setUp(NetworkRequest request, Descriptor tun)
      throws IOException, NetworkProblem, InterruptedException {
    Plan plan =
        Planner.plan(
            NamespaceView.parse(
                programs.run(NamespaceView.QUESTIONS, "ip", "-oneline", "-batch", "-")),
            request);
    if (plan.makeTap()) {
      TapDevice.make(tun, Planner.TAP, Planner.LAUNCHER_ID, request.queues());
    }
    inside(
        () -> {
          write(plan.sysctls());
          return List.of();
        });
    programs.run(String.join("\n", plan.ip()) + "\n", "ip", "-batch", "-");
    programs.run(plan.nft(), "nft", "-f", "-");
    return new Result(plan.network(), inside(() -> sockets(plan.network())));
  }

  /** The kernel shows each thread the settings of the namespace that it is in. */
  private static void write(Map<String, String> sysctls) throws IOException {
    for (Map.Entry<String, String> sysctl : sysctls.entrySet()) {
      Files.writeString(SYS.resolve(sysctl.getKey()), sysctl.getValue());
    }
  }

  private static List<Descriptor> sockets(GuestNetwork network) throws IOException {
    List<Descriptor> sockets = new ArrayList<>();
    try {
      if (network.v4().isPresent()) {
        sockets.add(GuestSockets.dhcp(Planner.BRIDGE));
      }
      if (network.v6().isPresent()) {
        sockets.add(GuestSockets.routerAdvertisements(Planner.BRIDGE));
        sockets.add(GuestSockets.dhcp6(Planner.BRIDGE));
      }
      return sockets;
    } catch (IOException e) {
      sockets.forEach(Descriptor::close);
      throw e;
    }
  }

  /** What a thread in the namespace does, and the sockets that it opened. */
  private interface Work {
    List<Descriptor> run() throws IOException;
  }

  /** Does work on a thread in the namespace; no other thread is started there. */
  private List<Descriptor> inside(Work work) throws IOException, InterruptedException {
    Visit visit = new Visit(namespace, work);
    visit.start();
    visit.join();
    return visit.sockets();
  }

  private static final class Visit extends Thread {
    private final Descriptor namespace;
    private final Work work;
    private @Nullable List<Descriptor> sockets;
    private @Nullable IOException failure;

    Visit(Descriptor namespace, Work work) {
      super("inside");
      this.namespace = namespace;
      this.work = work;
    }

    @Override
    public void run() {
      try {
        namespace.enter(CLONE_NEWNET);
        sockets = work.run();
      } catch (IOException e) {
        failure = e;
      }
    }

    List<Descriptor> sockets() throws IOException {
      if (failure != null) {
        throw new IOException(failure.getMessage(), failure);
      }
      if (sockets == null) {
        throw new IOException("Expected the work in the pod's namespace to end");
      }
      return sockets;
    }
  }
}
