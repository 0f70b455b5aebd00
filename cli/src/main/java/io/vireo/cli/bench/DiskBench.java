package io.vireo.cli.bench;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vireo.cli.Cluster;
import io.vireo.cli.Failure;
import io.vireo.cli.Place;
import io.vireo.cli.Steps;
import io.vireo.cli.bench.DiskPairs.Machine;
import io.vireo.cli.bench.DiskPairs.Pair;
import io.vireo.cli.console.ConsoleClient;
import io.vireo.cli.measure.LoginWait;
import io.vireo.cli.measure.Processes;
import io.vireo.cli.measure.VmiWatch;
import io.vireo.dev.guest.GuestImage;
import io.vireo.dev.images.ImageStore;
import io.vireo.dev.process.ProgramRun;
import io.vireo.dev.stack.StackFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The disk of a VMI on a claim against that of a plain QEMU, and that of a second plain one, which
 * shows what the method itself is off by: three files of the same folder. All machines are there
 * all the time; only one works at a time.
 */
public final class DiskBench {

  private static final Duration UP_MAX = Duration.ofMinutes(5);
  private static final Duration TOOL_MAX = Duration.ofSeconds(30);
  private static final Duration FUNCTION_MAX = Duration.ofSeconds(30);
  private static final Duration LOAD_MAX = Duration.ofMinutes(3);
  private static final List<String> PLAIN = List.of("plain", "control");
  private static final String CLAIM_FILE = "disk.img";

  private final Place place;
  private final Steps steps;

  /** A run on the stack of this place. */
  public DiskBench(Place place, Steps steps) {
    this.place = place;
    this.steps = steps;
  }

  /**
   * What to do.
   *
   * @param pairs how often each load is run on all machines
   * @param seconds about how long it takes each time
   * @param cache none, writethrough or writeback; empty for the default
   * @param io native or threads; empty for the default
   */
  public record Settings(int pairs, int seconds, Optional<String> cache, Optional<String> io) {}

  /**
   * Measures all.
   *
   * @throws Failure also when there is no stack
   */
  public DiskReport run(Settings settings) throws Exception {
    StackFile stack = place.running();
    Origin origin = Origin.now(place, stack);
    try (KubernetesClient client = Cluster.connect(place.state().kubeconfig())) {
      BenchObjects objects = new BenchObjects(client, place.example("tiny.yaml"));
      return CleanedUp.run(() -> measure(objects, stack, origin, settings), objects::removeAll);
    }
  }

  /** A VMI that runs. */
  private record Vmi(String uid, StackFile.Node node, Processes.Found qemu, Path folder) {}

  private DiskReport measure(
      BenchObjects objects, StackFile stack, Origin origin, Settings settings) throws Exception {
    PlainMachine.Options options = new PlainMachine.Options(settings.cache(), settings.io());
    Vmi vmi =
        steps.run(
            "starting a virtual machine with a disk on a claim",
            (Consumer<String> detail) -> start(objects, stack, options));
    Path work = Files.createTempDirectory("vireo-bench-disk");
    try {
      List<List<String>> commands = new ArrayList<>();
      for (String name : PLAIN) {
        commands.add(
            new PlainMachine(vmi.qemu().command())
                .command(
                    root(work.resolve(name)), plain(vmi.folder().resolve(name), vmi), options));
      }
      List<String> command = commands.getFirst();
      boolean sameProgram = isSameProgram(vmi, command.getFirst());
      try (VmiConsole console = new VmiConsole(vmi.node(), vmi.uid());
          PlainQemu plain = PlainQemu.start(command);
          PlainQemu control = PlainQemu.start(commands.getLast())) {
        steps.run(
            "logging in to all",
            () -> {
              prepare(console.shell());
              for (PlainQemu each : List.of(plain, control)) {
                prepare(each.shell());
                giveTheSameShare(vmi, each);
              }
              return true;
            });
        Machines machines = new Machines(console.shell(), plain.shell(), control.shell());
        Measured measured = measured(machines, settings);
        return new DiskReport(
            origin, options.text(), sameProgram, command, measured.clocks(), measured.loads());
      }
    } finally {
      for (String name : PLAIN) {
        Files.deleteIfExists(vmi.folder().resolve(name));
        Files.deleteIfExists(work.resolve(name));
      }
      Files.deleteIfExists(work);
    }
  }

  private Vmi start(BenchObjects objects, StackFile stack, PlainMachine.Options options)
      throws Exception {
    Instant until = Instant.now().plus(UP_MAX);
    objects.claim(DiskLoad.DISK_MIB);
    GenericKubernetesResource vmi = objects.vmiWithDisk("disk", options);
    try (VmiWatch watch =
        VmiWatch.start(objects.client(), BenchObjects.NAMESPACE, vmi.getMetadata().getName())) {
      String uid = Cluster.uid(objects.apply(vmi));
      VmiStart.awaitRunning(watch, until);
      String name = watch.await("the node", until, watch::node);
      StackFile.Node node =
          stack.nodes().stream()
              .filter(each -> each.name().equals(name))
              .findFirst()
              .orElseThrow(() -> new Failure("expected a node of this stack, but got " + name));
      LoginWait.await(node, uid, until);
      String volume = watch.await("the volume", until, objects::volume);
      Path folder = place.state().node(name).resolve("volumes").resolve(volume);
      List<Processes.Found> qemu = Processes.qemu(uid);
      if (qemu.size() != 1 || Files.notExists(folder.resolve(CLAIM_FILE))) {
        throw new Failure(
            "expected one QEMU of the VMI, but found "
                + qemu.size()
                + ", and its disk in "
                + folder);
      }
      return new Vmi(uid, node, qemu.getFirst(), folder);
    }
  }

  /** An overlay on the disk that the VMI boots from too. */
  private Path root(Path root) throws IOException, InterruptedException, Failure {
    ImageStore store = ImageStore.open(place.images());
    Path base =
        store
            .unpack(
                store
                    .resolve(GuestImage.REFERENCE)
                    .orElseThrow(() -> new Failure("the guest's image is not there")))
            .resolve("disk/tiny.qcow2");
    ProgramRun.of(
        TOOL_MAX,
        List.of(
            "qemu-img",
            "create",
            "-q",
            "-f",
            "qcow2",
            "-F",
            "qcow2",
            "-b",
            base.toString(),
            root.toString()));
    return root;
  }

  /** A file beside the claim's, of the same size. */
  private static Path plain(Path file, Vmi vmi) throws IOException {
    try (RandomAccessFile fresh = new RandomAccessFile(file.toFile(), "rw")) {
      fresh.setLength(Files.size(vmi.folder().resolve(CLAIM_FILE)));
    }
    return file;
  }

  private static boolean isSameProgram(Vmi vmi, String program) throws IOException {
    return Files.mismatch(
            Path.of("/proc", Long.toString(vmi.qemu().pid()), "exe"), Path.of(program))
        == -1;
  }

  /** A VMI's console. */
  private static final class VmiConsole implements AutoCloseable {
    private final GuestShell shell;
    private final ConsoleClient client;

    VmiConsole(StackFile.Node node, String uid) throws IOException, InterruptedException {
      // Typed to only once it is connected.
      ConsoleClient[] connected = new ConsoleClient[1];
      shell = new GuestShell(bytes -> connected[0].send(bytes));
      client = ConsoleClient.connect(node, uid, shell::take);
      connected[0] = client;
    }

    GuestShell shell() {
      return shell;
    }

    @Override
    public void close() {
      client.close();
    }
  }

  /**
   * A pod's share of the processors is Kubernetes' matter, and what else the machine does would be
   * met by some of them only.
   */
  private static void giveTheSameShare(Vmi vmi, PlainQemu plain) throws IOException {
    Optional<PodCgroup> pod = PodCgroup.ofProcessorTime(vmi.qemu().pid());
    if (pod.isPresent() && !pod.equals(PodCgroup.ofProcessorTime(plain.pid()))) {
      pod.get().take(plain.pid());
    }
  }

  private static void prepare(GuestShell shell) throws Exception {
    shell.logIn(UP_MAX);
    List<String> functions = new ArrayList<>(List.of(DiskLoad.timer()));
    for (DiskLoad load : DiskLoad.values()) {
      functions.add(load.function());
    }
    for (String function : functions) {
      shell.ask(
          function + "; echo told-\"\"it", output -> output.contains("told-it"), FUNCTION_MAX);
    }
  }

  /** The shells of the VMI's guest, of plain QEMU's, and of the second one's. */
  private record Machines(GuestShell vireo, GuestShell plain, GuestShell control) {

    List<GuestShell> all() {
      return List.of(vireo, plain, control);
    }

    GuestShell of(Machine machine) {
      return switch (machine) {
        case VIREO -> vireo;
        case PLAIN -> plain;
        case CONTROL -> control;
      };
    }
  }

  /** What came of all pairs, by this machine's clock. */
  private record Measured(GuestClock.All clocks, List<DiskPairs> loads) {}

  /** A load with as many rounds as take long enough, and what the guests' clocks said so far. */
  private record Series(DiskLoad load, int rounds, List<Pair> pairs) {}

  private Measured measured(Machines machines, Settings settings) throws Exception {
    List<GuestClock.Reading> begin = clocks(machines);
    List<Series> all =
        steps.run(
            "writing and reading all of each disk once",
            (Consumer<String> detail) -> {
              List<Series> series = new ArrayList<>();
              for (DiskLoad load : DiskLoad.values()) {
                seconds(machines.vireo(), load, 1);
                seconds(machines.control(), load, 1);
                double one = seconds(machines.plain(), load, 1);
                int rounds = DiskLoad.rounds(one, settings.seconds());
                series.add(new Series(load, rounds, new ArrayList<>()));
              }
              return series;
            });
    for (int i = 0; i < settings.pairs(); i++) {
      List<Machine> order = DiskPairs.order(i);
      steps.run(
          "pair " + (i + 1) + " of " + settings.pairs(),
          () -> {
            for (Series each : all) {
              each.pairs().add(pair(machines, each.load(), each.rounds(), order));
            }
            return true;
          });
    }
    List<GuestClock.Reading> end = clocks(machines);
    GuestClock.All clocks =
        new GuestClock.All(
            GuestClock.between(begin.get(0), end.get(0)),
            GuestClock.between(begin.get(1), end.get(1)),
            GuestClock.between(begin.get(2), end.get(2)));
    List<DiskPairs> loads = new ArrayList<>();
    for (Series each : all) {
      List<Pair> byHost = each.pairs().stream().map(clocks::byHost).toList();
      loads.add(new DiskPairs(each.load(), each.load().bytes(each.rounds()), byHost));
    }
    return new Measured(clocks, loads);
  }

  private static List<GuestClock.Reading> clocks(Machines machines) throws Exception {
    List<GuestClock.Reading> readings = new ArrayList<>();
    for (GuestShell shell : machines.all()) {
      String output = shell.ask(GuestClock.QUESTION, GuestClock::isAnswer, FUNCTION_MAX);
      readings.add(GuestClock.reading(System.nanoTime(), output));
    }
    return readings;
  }

  private static Pair pair(Machines machines, DiskLoad load, int rounds, List<Machine> order)
      throws Exception {
    Map<Machine, Double> took = new EnumMap<>(Machine.class);
    for (Machine machine : order) {
      took.put(machine, seconds(machines.of(machine), load, rounds));
    }
    return new Pair(
        took.getOrDefault(Machine.VIREO, Double.NaN),
        took.getOrDefault(Machine.PLAIN, Double.NaN),
        took.getOrDefault(Machine.CONTROL, Double.NaN),
        order.getFirst());
  }

  private static double seconds(GuestShell shell, DiskLoad load, int rounds) throws Exception {
    String output = shell.ask(load.command(rounds), DiskLoad::isAnswer, LOAD_MAX);
    try {
      return DiskLoad.seconds(output);
    } catch (IllegalArgumentException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }
}
