package io.vireo.e2e;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.node.core.DomainSpec;
import io.vireo.node.core.DomainXml;
import io.vireo.schemas.CanonicalJson;
import io.vireo.spec.ContainerDisks;
import io.vireo.spec.DomainPlan;
import io.vireo.spec.LauncherPod;
import io.vireo.spec.Problem;
import io.vireo.spec.SpecReader;
import io.vireo.spec.SpecSettings;
import io.vireo.spec.VmiSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every leaf of the VirtualMachineInstance spec is set, one at a time, in a small valid VMI. It is
 * then seen in the pod or in the domain, or refused by its path. Silence is the one wrong answer.
 */
class FieldWalkTest {

  private static final String UID = "6d1c0bb0-0000-4000-8000-000000000001";
  private static final SpecSettings EMULATED =
      new SpecSettings("masquerade", true, "example.org/launcher:1");
  private static final SpecSettings KVM =
      new SpecSettings("masquerade", false, "example.org/launcher:1");

  private static final SpecSettings POD_NETWORK =
      new SpecSettings(
          "masquerade", true, "example.org/launcher:1", new ContainerDisks.ImageVolumes(), true);

  /** Values where the type alone does not say what is valid. */
  private static final Map<String, Object> VALUES =
      Map.ofEntries(
          Map.entry("spec.terminationGracePeriodSeconds", 77),
          Map.entry("spec.domain.machine.type", "pc"),
          Map.entry("spec.domain.memory.guest", "256Mi"),
          Map.entry("spec.domain.cpu.cores", 2),
          Map.entry("spec.domain.cpu.sockets", 2),
          Map.entry("spec.domain.cpu.threads", 2),
          Map.entry("spec.architecture", "amd64"),
          Map.entry("spec.domain.cpu.maxSockets", 4),
          Map.entry("spec.domain.cpu.features[].policy", "disable"),
          Map.entry("spec.domain.clock.timezone", "Europe/Berlin"),
          Map.entry("spec.domain.clock.timer.hpet.tickPolicy", "discard"),
          Map.entry("spec.domain.clock.timer.pit.tickPolicy", "delay"),
          Map.entry("spec.domain.clock.timer.rtc.tickPolicy", "catchup"),
          Map.entry("spec.domain.clock.timer.rtc.track", "wall"),
          Map.entry("spec.domain.features.acpi.enabled", false),
          Map.entry("spec.domain.features.hyperv.spinlocks.spinlocks", 8191),
          Map.entry("spec.domain.firmware.uuid", "5d307ca9-b3ef-428c-8861-06e72d69f223"),
          Map.entry("spec.domain.firmware.bootloader.efi.secureBoot", false),
          Map.entry("spec.domain.ioThreadsPolicy", "shared"),
          Map.entry("spec.domain.devices.inputs[].type", "tablet"),
          Map.entry("spec.domain.devices.inputs[].bus", "virtio"),
          Map.entry("spec.domain.devices.video.type", "virtio"),
          Map.entry("spec.domain.devices.watchdog.i6300esb.action", "poweroff"),
          Map.entry("spec.domain.devices.panicDevices[].model", "isa"),
          Map.entry("spec.domain.devices.autoattachSerialConsole", false),
          Map.entry("spec.domain.devices.autoattachGraphicsDevice", false),
          Map.entry("spec.domain.devices.autoattachMemBalloon", false),
          Map.entry("spec.domain.devices.autoattachPodInterface", false),
          Map.entry("spec.domain.devices.disks[].cache", "none"),
          Map.entry("spec.domain.devices.disks[].io", "threads"),
          Map.entry("spec.domain.devices.disks[].errorPolicy", "report"),
          Map.entry("spec.domain.devices.disks[].serial", "S-1"),
          Map.entry("spec.domain.devices.disks[].cdrom.tray", "open"),
          Map.entry("spec.domain.devices.disks[].blockSize.custom.logical", 512),
          Map.entry("spec.domain.devices.disks[].blockSize.custom.physical", 4096),
          Map.entry("spec.domain.devices.disks[].blockSize.custom.discardGranularity", 4096),
          Map.entry("spec.domain.devices.disks[].disk.bus", "scsi"),
          Map.entry("spec.domain.devices.disks[].cdrom.bus", "scsi"),
          Map.entry("spec.domain.devices.interfaces[].model", "e1000"),
          Map.entry("spec.domain.devices.interfaces[].macAddress", "02:00:00:00:00:01"),
          Map.entry("spec.domain.devices.interfaces[].state", "up"),
          Map.entry("spec.domain.devices.interfaces[].ports[].port", 8080),
          Map.entry("spec.domain.devices.interfaces[].ports[].protocol", "UDP"),
          Map.entry("spec.domain.devices.interfaces[].dhcpOptions.ntpServers[]", "192.0.2.1"),
          Map.entry("spec.domain.devices.interfaces[].dhcpOptions.privateOptions[].option", 240),
          Map.entry("spec.networks[].pod.vmNetworkCIDR", "192.168.7.0/24"),
          Map.entry("spec.networks[].pod.vmIPv6NetworkCIDR", "fd20::/120"),
          Map.entry("spec.volumes[].containerDisk.image", "example.org/other:2"),
          Map.entry("spec.volumes[].containerDisk.path", "/disk/other.qcow2"),
          Map.entry("spec.volumes[].emptyDisk.capacity", "3Gi"));

  private record Field(String name, String type) {}

  /**
   * One leaf.
   *
   * @param path with [] for the element of a list and [key] for the one of a map
   */
  record Leaf(String path, Object value) {
    @Override
    public String toString() {
      return path;
    }
  }

  private static final Map<String, List<Field>> TYPES = new TreeMap<>();

  @BeforeAll
  static void check() throws IOException {
    types();
  }

  private static void types() throws IOException {
    if (!TYPES.isEmpty()) {
      return;
    }
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    FieldWalkTest.class.getResourceAsStream("/kubevirt-fields.tsv")),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.split("\t", -1);
        if (!line.startsWith("#") && !cells[0].equals("type")) {
          TYPES
              .computeIfAbsent(cells[0], type -> new ArrayList<>())
              .add(
                  new Field(
                      cells[1],
                      cells[2] + (cells.length > 4 && !cells[4].isEmpty() ? "?" + cells[4] : "")));
        }
      }
    }
  }

  static Stream<Leaf> leaves() throws IOException {
    types();
    List<Leaf> leaves = new ArrayList<>();
    walk("spec", "v1.VirtualMachineInstanceSpec", leaves);
    return leaves.stream();
  }

  private static void walk(String path, String typeAndEnum, List<Leaf> leaves) {
    String type = typeAndEnum.split("\\?", 2)[0];
    if (type.startsWith("list<")) {
      walk(path + "[]", type.substring(5, type.length() - 1), leaves);
      return;
    }
    if (type.startsWith("map<")) {
      List<String> keys =
          path.endsWith(".requests") || path.endsWith(".limits")
              ? List.of("cpu", "memory", "ephemeral-storage", "hugepages-2Mi")
              : List.of("a");
      keys.forEach(
          key -> walk(path + "[" + key + "]", type.substring(4, type.length() - 1), leaves));
      return;
    }
    List<Field> fields = TYPES.get(type);
    if (fields == null) {
      leaves.add(new Leaf(path, value(path, typeAndEnum)));
      return;
    }
    for (Field field : fields) {
      if (field.name().equals("-")) {
        leaves.add(new Leaf(path, Map.of()));
      } else {
        walk(path + "." + field.name(), field.type(), leaves);
      }
    }
  }

  private static Object value(String path, String typeAndEnum) {
    if (VALUES.containsKey(path)) {
      return VALUES.get(path);
    }
    String[] parts = typeAndEnum.split("\\?", 2);
    if (parts.length == 2) {
      return parts[1].split(",")[0];
    }
    return switch (parts[0]) {
      case "string" -> path.endsWith("Base64") ? "eA==" : "x";
      case "boolean" -> true;
      case "integer:int32", "integer:int64" -> 1;
      case "object" -> Map.of();
      case "k8s.io.apimachinery.pkg.api.resource.Quantity" ->
          path.endsWith("[cpu]") ? "3" : "200Mi";
      case "k8s.io.api.core.v1.LocalObjectReference" -> Map.of("name", "s");
      case "k8s.io.api.core.v1.Toleration" -> Map.of("key", "vm", "operator", "Exists");
      case "k8s.io.api.core.v1.Affinity" ->
          Map.of(
              "nodeAffinity",
              Map.of(
                  "requiredDuringSchedulingIgnoredDuringExecution",
                  Map.of(
                      "nodeSelectorTerms",
                      List.of(
                          Map.of(
                              "matchExpressions",
                              List.of(Map.of("key", "zone", "operator", "Exists")))))));
      case "k8s.io.api.core.v1.TopologySpreadConstraint" ->
          Map.of("maxSkew", 1, "topologyKey", "zone", "whenUnsatisfiable", "DoNotSchedule");
      case "k8s.io.api.core.v1.PodDNSConfig" -> Map.of("nameservers", List.of("10.0.0.10"));
      case "k8s.io.api.core.v1.ExecAction" -> Map.of("command", List.of("true"));
      case "k8s.io.api.core.v1.HTTPGetAction", "k8s.io.api.core.v1.TCPSocketAction" ->
          Map.of("port", 80);
      case "k8s.io.api.core.v1.PersistentVolumeClaimVolumeSource" -> Map.of("claimName", "c");
      case "k8s.io.api.core.v1.DownwardAPIVolumeFile" ->
          Map.of("path", "labels", "fieldRef", Map.of("fieldPath", "metadata.labels"));
      default ->
          throw new AssertionError("No sample value for type " + typeAndEnum + " at " + path);
    };
  }

  /** What a leaf is nothing without. */
  private static final Map<String, Map<String, Object>> TOGETHER =
      Map.ofEntries(
          Map.entry(
              "spec.domain.cpu.features[].policy", Map.of("spec.domain.cpu.features[].name", "x")),
          Map.entry(
              "spec.domain.devices.inputs[].name",
              Map.of("spec.domain.devices.inputs[].type", "tablet")),
          Map.entry(
              "spec.domain.devices.inputs[].type",
              Map.of("spec.domain.devices.inputs[].name", "pen")),
          Map.entry(
              "spec.domain.devices.inputs[].bus",
              Map.of(
                  "spec.domain.devices.inputs[].name",
                  "pen",
                  "spec.domain.devices.inputs[].type",
                  "tablet")),
          Map.entry(
              "spec.domain.devices.interfaces[].ports[].name",
              Map.of("spec.domain.devices.interfaces[].ports[].port", 80)),
          Map.entry(
              "spec.domain.devices.interfaces[].ports[].protocol",
              Map.of("spec.domain.devices.interfaces[].ports[].port", 80)),
          Map.entry(
              "spec.domain.devices.interfaces[].dhcpOptions.privateOptions[].value",
              Map.of("spec.domain.devices.interfaces[].dhcpOptions.privateOptions[].option", 240)),
          Map.entry(
              "spec.domain.devices.networkInterfaceMultiqueue", Map.of("spec.domain.cpu.cores", 2)),
          Map.entry(
              "spec.domain.devices.watchdog.i6300esb.action",
              Map.of("spec.domain.devices.watchdog.name", "dog")),
          Map.entry(
              "spec.domain.devices.watchdog.diag288.action",
              Map.of("spec.domain.devices.watchdog.name", "dog")),
          Map.entry(
              "spec.domain.firmware.bootloader.efi.persistent",
              Map.of("spec.domain.firmware.bootloader.efi.secureBoot", false)),
          Map.entry(
              "spec.domain.devices.disks[].blockSize.custom.logical",
              Map.of("spec.domain.devices.disks[].blockSize.custom.physical", 4096)),
          Map.entry(
              "spec.domain.devices.disks[].blockSize.custom.physical",
              Map.of("spec.domain.devices.disks[].blockSize.custom.logical", 512)),
          Map.entry(
              "spec.domain.devices.disks[].blockSize.custom.discardGranularity",
              Map.of(
                  "spec.domain.devices.disks[].blockSize.custom.logical",
                  512,
                  "spec.domain.devices.disks[].blockSize.custom.physical",
                  512)),
          Map.entry(
              "spec.domain.features.hyperv.vendorid.enabled",
              Map.of("spec.domain.features.hyperv.vendorid.vendorid", "x")),
          Map.entry(
              "spec.domain.features.hyperv.evmcs.enabled",
              Map.of("spec.domain.cpu.features[].name", "vmx")));

  private static Map<String, Object> with(Leaf leaf) {
    Map<String, Object> spec = SampleSpec.base(leaf.path());
    Object value = leaf.value();
    // A name is seen only together with what refers to it.
    if (leaf.path().equals("spec.volumes[].name")
        || leaf.path().equals("spec.domain.devices.disks[].name")) {
      SampleSpec.set(spec, "spec.volumes[].name", value);
      SampleSpec.set(spec, "spec.domain.devices.disks[].name", value);
    } else if (leaf.path().equals("spec.networks[].name")
        || leaf.path().equals("spec.domain.devices.interfaces[].name")) {
      SampleSpec.set(spec, "spec.networks[].name", value);
      SampleSpec.set(spec, "spec.domain.devices.interfaces[].name", value);
    } else if (leaf.path().equals("spec.domain.resources.requests[memory]")) {
      SampleSpec.set(spec, leaf.path(), "96Mi");
    } else {
      SampleSpec.set(spec, leaf.path(), value);
      TOGETHER
          .getOrDefault(leaf.path(), Map.of())
          .forEach((path, other) -> SampleSpec.set(spec, path, other));
    }
    return spec;
  }

  private static SpecReader.Result read(Map<String, Object> spec, SpecSettings settings) {
    return new SpecReader(settings).read(CanonicalJson.read(CanonicalJson.write(spec)));
  }

  private static String rendered(VmiSpec spec, SpecSettings settings) {
    DomainPlan plan = DomainPlan.of("default", "tiny", UID, spec, settings);
    DomainSpec domain =
        io.vireo.node.kafka.CommandCodec.domain(
            io.vireo.scheduler.topology.CommandCodec.domain(plan));
    LauncherPod.Owner owner = new LauncherPod.Owner(UID, "default", "tiny", Map.of(), Map.of());
    return CanonicalJson.write(LauncherPod.render(owner, spec, 1, settings))
        + "\n"
        + DomainXml.render(domain, new DomainXml.Metadata(UID, 1, 1, UID + "/1/1"))
        // What the executor has for the network helper and for the launcher.
        + domain.interfaces().stream().map(DomainSpec.Interface::podNetwork).toList();
  }

  /** Whether a problem's path is the leaf's or that of something around or in it. */
  private static boolean names(Problem problem, Leaf leaf) {
    String told = problem.path().replaceAll("\\[\\d+]", "[]");
    String meant = leaf.path().replaceAll("\\[([^]]+)]", ".$1");
    return !told.equals("spec") && (meant.equals(told) || isIn(meant, told) || isIn(told, meant));
  }

  private static boolean isIn(String inner, String outer) {
    return inner.startsWith(outer + ".") || inner.startsWith(outer + "[");
  }

  @ParameterizedTest
  @MethodSource("leaves")
  void shouldHonourOrRefuse(Leaf leaf) {
    check(leaf, EMULATED, HonouredFields.ALWAYS);
  }

  @ParameterizedTest
  @MethodSource("leaves")
  void shouldHonourOrRefuseWithKvm(Leaf leaf) {
    Set<String> honoured = new TreeSet<>(HonouredFields.ALWAYS);
    honoured.addAll(HonouredFields.WITH_KVM);
    check(leaf, KVM, honoured);
  }

  @ParameterizedTest
  @MethodSource("leaves")
  void shouldHonourOrRefuseWithNetworksOfPods(Leaf leaf) {
    Set<String> honoured = new TreeSet<>(HonouredFields.ALWAYS);
    honoured.addAll(HonouredFields.WITH_POD_NETWORK);
    check(leaf, POD_NETWORK, honoured);
  }

  private static void check(Leaf leaf, SpecSettings settings, Set<String> honoured) {
    switch (read(with(leaf), settings)) {
      case SpecReader.Result.Refused refused -> {
        assertThat(honoured)
            .as("honoured, so not refused: %s", refused.problems())
            .doesNotContain(leaf.path());
        assertThat(refused.problems())
            .as("a problem that names the leaf")
            .anyMatch(problem -> names(problem, leaf));
        // The rest of the VMI is valid: nothing else is to blame.
        assertThat(refused.problems())
            .allMatch(problem -> names(problem, leaf) || isAbove(problem, leaf));
      }
      case SpecReader.Result.Accepted accepted -> {
        assertThat(honoured)
            .as("accepted, so in the list of what is honoured")
            .contains(leaf.path());
        if (HonouredFields.UNSEEN.containsKey(leaf.path())) {
          return;
        }
        String without = rendered(without(leaf, settings), settings);
        assertThat(rendered(accepted.spec(), settings))
            .as("pod and domain with %s", leaf)
            .isNotEqualTo(without);
      }
    }
  }

  /** A list element that lacks what the leaf's own kind needs is reported at the element. */
  private static boolean isAbove(Problem problem, Leaf leaf) {
    String told = problem.path().replaceAll("\\[\\d+]", "[]");
    int end = leaf.path().lastIndexOf("[]");
    return end > 0 && told.startsWith(leaf.path().substring(0, end + 2));
  }

  private static VmiSpec without(Leaf leaf, SpecSettings settings) {
    Map<String, Object> spec = SampleSpec.base(leaf.path());
    if (leaf.path().startsWith("spec.volumes[].cloudInitNoCloud")
        && !leaf.path().contains("networkData")) {
      // User data is required: the other way to give it stands in.
      boolean secret = leaf.path().endsWith("secretRef");
      SampleSpec.set(
          spec,
          "spec.volumes[].cloudInitNoCloud." + (secret ? "userData" : "secretRef"),
          secret ? "u" : Map.of("name", "other"));
    }
    if (leaf.path().endsWith("interfaces[].bridge")) {
      // An interface has one binding: the other one stands in.
      SampleSpec.set(spec, "spec.domain.devices.interfaces[].masquerade", Map.of());
    }
    SpecReader.Result result = read(spec, settings);
    assertThat(result)
        .as("the VMI without %s is valid", leaf)
        .isInstanceOf(SpecReader.Result.Accepted.class);
    return ((SpecReader.Result.Accepted) result).spec();
  }

  @Test
  void shouldWalkTheWholeSpec() throws IOException {
    List<String> paths = leaves().map(Leaf::path).toList();

    assertThat(paths).hasSize(278).doesNotHaveDuplicates();
    assertThat(paths).containsAll(HonouredFields.ALWAYS).containsAll(HonouredFields.WITH_KVM);
    assertThat(paths).containsAll(HonouredFields.WITH_POD_NETWORK);
    Set<String> honoured = new TreeSet<>(HonouredFields.ALWAYS);
    honoured.addAll(HonouredFields.WITH_POD_NETWORK);
    assertThat(honoured).containsAll(HonouredFields.UNSEEN.keySet());
    Set<String> tops = new TreeSet<>();
    paths.forEach(path -> tops.add(path.replaceAll("^spec\\.([A-Za-z]+).*", "$1")));
    assertThat(tops.stream().collect(joining(" ")))
        .contains("accessCredentials", "domain", "volumes");
  }
}
