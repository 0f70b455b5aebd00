package io.vireo.spec;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a spec as Kubernetes holds it. The result is either everything that Vireo will do, or every
 * reason why it will not; a field that is neither honoured nor refused does not exist.
 */
public final class SpecReader {

  static final long GRACE_SECONDS_DEFAULT = 30;
  static final long GRACE_SECONDS_MAX = 7 * 24 * 3600L;
  static final String MACHINE_DEFAULT = "q35";

  private static final Pattern MACHINE =
      Pattern.compile("q35|pc|pc-(q35|i440fx)-[0-9]{1,3}\\.[0-9]{1,3}");
  private static final Quantity MEMORY_MIN = Quantity.of(1L << 20);
  private static final Quantity MEMORY_MAX = Quantity.of(16L << 40);
  private static final int TEXTS_MAX = 64;

  private final SpecSettings settings;

  /** A reader for one installation. */
  public SpecReader(SpecSettings settings) {
    this.settings = settings;
  }

  /** Outcome of reading. */
  public sealed interface Result {
    /** The spec can be carried out. */
    record Accepted(VmiSpec spec) implements Result {}

    /** It cannot; every reason, in the order of the spec. */
    record Refused(List<Problem> problems) implements Result {
      public Refused {
        problems = List.copyOf(problems);
      }
    }
  }

  /** Reads the tree of {@code spec}. */
  public Result read(Object tree) {
    Problems problems = new Problems();
    if (!(tree instanceof Map<?, ?> map)) {
      problems.invalid("spec", "must be an object");
      return new Result.Refused(problems.all());
    }
    FieldReader spec = new FieldReader("spec", map, problems);
    VmiSpec read = readSpec(spec);
    spec.refuseUnread();
    return problems.isEmpty() ? new Result.Accepted(read) : new Result.Refused(problems.all());
  }

  private VmiSpec readSpec(FieldReader spec) {
    if (!spec.has("domain")) {
      spec.problems().required(spec.path("domain"), "must be set");
    }
    FieldReader domain = spec.objectOrEmpty("domain");
    FieldReader devices = domain.objectOrEmpty("devices");
    HardwareReader hardware = new HardwareReader(domain, devices, settings.emulation());
    VmiSpec.Resources resources = resources(domain.objectOrEmpty("resources"));
    FieldReader memory = domain.objectOrEmpty("memory");
    Optional<Quantity> guest = memoryQuantity(memory, "guest");
    if (guest.isEmpty()
        && !memory.has("guest")
        && resources.memoryRequestBytes().isEmpty()
        && resources.memoryLimitBytes().isEmpty()) {
      spec.problems().required("spec.domain.memory.guest", "must be set");
    }
    long memoryBytes =
        guest
            .map(Quantity::ceiling)
            .or(resources::memoryRequestBytes)
            .or(resources::memoryLimitBytes)
            .orElse(0L);
    String machine = machine(domain.objectOrEmpty("machine"));
    DiskReader disks = new DiskReader(spec.problems());
    List<VmiSpec.Disk> read = disks.read(devices, spec);
    List<VmiSpec.Interface> interfaces =
        new InterfaceReader(settings).read(devices, spec, hardware.topology().count());
    bootOrders(read, interfaces, spec.problems());
    boolean balloon = devices.flag("autoattachMemBalloon").orElse(true);
    Hardware machineParts = hardware.read(machine);
    boolean consoleLog = devices.flag("logSerialConsole").orElse(false);
    if (consoleLog && !machineParts.serialConsole()) {
      spec.problems()
          .invalid(
              devices.path("logSerialConsole"),
              "needs a serial console, but autoattachSerialConsole is false");
    }
    aliases(read, interfaces, machineParts, spec.problems());
    spec.onlyText("architecture", "amd64");
    boolean rng = devices.has("rng");
    devices.object("rng");
    long grace =
        spec.number("terminationGracePeriodSeconds", 0, GRACE_SECONDS_MAX)
            .orElse(GRACE_SECONDS_DEFAULT);
    return new VmiSpec(
        hardware.topology(),
        memoryBytes,
        resources,
        machine,
        read,
        interfaces,
        rng,
        balloon,
        grace,
        machineParts,
        consoleLog,
        NamesReader.read(spec),
        scheduling(spec));
  }

  private static VmiSpec.Scheduling scheduling(FieldReader spec) {
    return new VmiSpec.Scheduling(
        spec.textMap("nodeSelector", TEXTS_MAX),
        spec.shaped("affinity", KubernetesShapes.AFFINITY),
        list(spec, "tolerations", Shape.items(KubernetesShapes.TOLERATION)),
        list(spec, "topologySpreadConstraints", KubernetesShapes.TOPOLOGY_SPREAD_CONSTRAINTS),
        NamesReader.subdomain(spec, "priorityClassName"),
        NamesReader.subdomain(spec, "schedulerName"));
  }

  private static List<Object> list(FieldReader spec, String key, Shape shape) {
    return spec.shaped(key, shape)
        .filter(List.class::isInstance)
        .<List<Object>>map(value -> List.copyOf((List<?>) value))
        .orElse(List.of());
  }

  private static Optional<Quantity> memoryQuantity(FieldReader object, String key) {
    return object.quantity(
        key,
        quantity -> quantity.isBetween(MEMORY_MIN, MEMORY_MAX),
        "between 1Mi and 16Ti, the most that a guest can have");
  }

  private static VmiSpec.Resources resources(FieldReader resources) {
    FieldReader requests = resources.objectOrEmpty("requests");
    FieldReader limits = resources.objectOrEmpty("limits");
    Optional<Long> cpuRequest = cpuMillis(requests);
    Optional<Long> cpuLimit = cpuMillis(limits);
    Optional<Long> memoryRequest = memoryQuantity(requests, "memory").map(Quantity::ceiling);
    Optional<Long> memoryLimit = memoryQuantity(limits, "memory").map(Quantity::ceiling);
    if (memoryRequest.isPresent()
        && memoryLimit.isPresent()
        && memoryRequest.get() > memoryLimit.get()) {
      resources
          .problems()
          .invalid(requests.path("memory"), "must not be greater than " + limits.path("memory"));
    }
    if (cpuRequest.isPresent() && cpuLimit.isPresent() && cpuRequest.get() > cpuLimit.get()) {
      resources
          .problems()
          .invalid(requests.path("cpu"), "must not be greater than " + limits.path("cpu"));
    }
    return new VmiSpec.Resources(
        cpuRequest,
        cpuLimit,
        memoryRequest,
        memoryLimit,
        resources.flag("overcommitGuestOverhead").orElse(false));
  }

  private static Optional<Long> cpuMillis(FieldReader object) {
    return object
        .quantity(
            "cpu",
            cpu ->
                cpu.isGreaterThan(Quantity.of(0))
                    && !cpu.isGreaterThan(Quantity.of(CpuReader.VCPUS_MAX)),
            "above 0 and at most " + CpuReader.VCPUS_MAX)
        .map(Quantity::ceilingMillis);
  }

  private static String machine(FieldReader machine) {
    Optional<String> type = machine.text("type");
    if (type.isPresent() && !MACHINE.matcher(type.get()).matches()) {
      machine
          .problems()
          .invalid(
              machine.path("type"),
              "expected q35, pc, or one of their versions like pc-q35-7.2, but got "
                  + Problems.quote(type.get()));
    }
    return type.orElse(MACHINE_DEFAULT);
  }

  /** The name of a device is an alias in its domain, whatever kind it is of. */
  private static void aliases(
      List<VmiSpec.Disk> disks,
      List<VmiSpec.Interface> interfaces,
      Hardware hardware,
      Problems problems) {
    Set<String> taken = new HashSet<>();
    disks.forEach(disk -> taken.add(disk.name()));
    for (int i = 0; i < interfaces.size(); i++) {
      alias(interfaces.get(i).name(), "interfaces[" + i + "]", taken, problems);
    }
    for (int i = 0; i < hardware.inputs().size(); i++) {
      alias(hardware.inputs().get(i).name(), "inputs[" + i + "]", taken, problems);
    }
    hardware.watchdog().ifPresent(w -> alias(w.name(), "watchdog", taken, problems));
  }

  private static void alias(String name, String device, Set<String> taken, Problems problems) {
    if (!taken.add(name)) {
      problems.invalid(
          "spec.domain.devices." + device + ".name",
          Problems.quote(name) + " is the name of another device as well");
    }
  }

  private static void bootOrders(
      List<VmiSpec.Disk> disks, List<VmiSpec.Interface> interfaces, Problems problems) {
    Set<Integer> taken = new HashSet<>();
    for (int i = 0; i < disks.size(); i++) {
      String path = "spec.domain.devices.disks[" + i + "].bootOrder";
      disks.get(i).bootOrder().ifPresent(order -> bootOrder(order, taken, path, problems));
    }
    for (int i = 0; i < interfaces.size(); i++) {
      String path = "spec.domain.devices.interfaces[" + i + "].bootOrder";
      interfaces.get(i).bootOrder().ifPresent(order -> bootOrder(order, taken, path, problems));
    }
  }

  private static void bootOrder(int order, Set<Integer> taken, String path, Problems problems) {
    if (!taken.add(order)) {
      problems.invalid(path, "boot order " + order + " is used twice");
    }
  }

  static Optional<Integer> bootOrder(FieldReader device) {
    OptionalLong order = device.number("bootOrder", 1, 9999);
    return order.isPresent() ? Optional.of((int) order.getAsLong()) : Optional.empty();
  }
}
