package io.vireo.spec;

import static io.vireo.spec.Trees.object;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The launcher pod of one epoch, as the tree that Kubernetes gets. */
public final class LauncherPod {

  static final String DEVICE = "devices.vireo.io/launcher";
  static final String KVM_DEVICE = "devices.kubevirt.io/kvm";
  static final String TUN_DEVICE = "devices.kubevirt.io/tun";
  static final String VHOST_NET_DEVICE = "devices.kubevirt.io/vhost-net";
  static final long LAUNCHER_UID = 107;

  private static final int NAME_PART_MAX = 40;
  private static final int HOSTNAME_MAX = 63;
  private static final long MIB = 1L << 20;

  /**
   * Launcher, libvirtd and QEMU's own, less what is counted apart: somewhat more than a pod alone
   * on its node was measured to take (docs/performance.md).
   */
  private static final long OVERHEAD_BASE_BYTES = 120 * MIB;

  private static final long OVERHEAD_PER_VCPU_BYTES = 8 * MIB;

  /** The memory of the graphics card, all of which a guest may touch. */
  private static final long OVERHEAD_GRAPHICS_BYTES = 16 * MIB;

  private static final long CPU_REQUEST_MILLIS_PER_VCPU = 100;
  private static final long GRACE_MARGIN_SECONDS = 30;

  private LauncherPod() {}

  /** Whose pod it is. */
  public record Owner(
      String uid,
      String namespace,
      String name,
      Map<String, String> labels,
      Map<String, String> annotations) {}

  /** Name of the pod of one epoch; no other epoch or VMI has the same. */
  public static String name(String vmiName, String uid, long epoch) {
    String part = vmiName.length() <= NAME_PART_MAX ? vmiName : vmiName.substring(0, NAME_PART_MAX);
    return "virt-launcher-" + part.replaceAll("[.-]+$", "") + "-" + shortHash(uid) + "-" + epoch;
  }

  /** Name of the Secret that holds a volume's inline cloud-init data. */
  public static String secretName(String vmiName, String uid, String volume) {
    String part = vmiName.length() <= NAME_PART_MAX ? vmiName : vmiName.substring(0, NAME_PART_MAX);
    return "vireo-" + part.replaceAll("[.-]+$", "") + "-" + shortHash(uid) + "-" + volume;
  }

  /** What the pod needs beyond the guest's memory, in bytes. */
  public static long overheadBytes(VmiSpec spec, SpecSettings settings) {
    long tcg = DomainPlan.tcgCache(settings).map(mib -> mib * MIB).orElse(0L);
    return OVERHEAD_BASE_BYTES
        + OVERHEAD_PER_VCPU_BYTES * spec.cpu().count()
        + (spec.hardware().video().isPresent() ? OVERHEAD_GRAPHICS_BYTES : 0)
        + spec.memoryBytes() / 512
        + tcg;
  }

  /** Renders the pod. */
  public static Map<String, Object> render(
      Owner owner, VmiSpec spec, long epoch, SpecSettings settings) {
    return object(
        "apiVersion",
        "v1",
        "kind",
        "Pod",
        "metadata",
        metadata(owner, spec, epoch, settings),
        "spec",
        podSpec(owner, spec, epoch, settings));
  }

  private static Map<String, Object> metadata(
      Owner owner, VmiSpec spec, long epoch, SpecSettings settings) {
    Map<String, Object> labels = new TreeMap<>(owner.labels());
    labels.put("kubevirt.io", "virt-launcher");
    labels.put("kubevirt.io/created-by", owner.uid());
    labels.put("vm.kubevirt.io/name", labelValue(owner.name()));
    labels.put("vmi.kubevirt.io/id", labelValue(owner.name()));
    Map<String, Object> annotations = new TreeMap<>(owner.annotations());
    annotations.put("kubevirt.io/domain", owner.name());
    annotations.put("kubectl.kubernetes.io/default-container", "compute");
    annotations.put(
        "kubevirt.io/memory-overhead-bytes", Long.toString(overheadBytes(spec, settings)));
    annotations.put("vireo.io/epoch", Long.toString(epoch));
    annotations.put("vireo.io/vmi-uid", owner.uid());
    return object(
        "name", name(owner.name(), owner.uid(), epoch),
        "namespace", owner.namespace(),
        "labels", labels,
        "annotations", annotations,
        "ownerReferences",
            List.of(
                object(
                    "apiVersion",
                    "kubevirt.io/v1",
                    "kind",
                    "VirtualMachineInstance",
                    "name",
                    owner.name(),
                    "uid",
                    owner.uid(),
                    "controller",
                    true,
                    "blockOwnerDeletion",
                    true)));
  }

  private static Map<String, Object> podSpec(
      Owner owner, VmiSpec spec, long epoch, SpecSettings settings) {
    VmiSpec.Scheduling scheduling = spec.scheduling();
    Map<String, Object> nodeSelector = new TreeMap<>(scheduling.nodeSelector());
    nodeSelector.put("kubevirt.io/schedulable", "true");
    nodeSelector.put("kubernetes.io/arch", "amd64");
    nodeSelector.put(MachineLabels.machineType(spec.machine()), "true");
    spec.hardware()
        .cpuModel()
        .flatMap(Hardware.CpuModel::model)
        .ifPresent(model -> nodeSelector.put(MachineLabels.cpuModel(model), "true"));
    List<Object> tolerations = new ArrayList<>(scheduling.tolerations());
    // Kubernetes must not evict a guest that runs well behind a partition: Vireo decides.
    for (String taint : List.of("not-ready", "unreachable")) {
      tolerations.add(
          object(
              "key", "node.kubernetes.io/" + taint, "operator", "Exists", "effect", "NoExecute"));
    }
    Map<String, Object> pod =
        object(
            "restartPolicy",
            "Never",
            "hostname",
            hostname(owner, spec),
            "enableServiceLinks",
            false,
            "automountServiceAccountToken",
            false,
            "terminationGracePeriodSeconds",
            spec.gracePeriodSeconds() + GRACE_MARGIN_SECONDS,
            "readinessGates",
            List.of(object("conditionType", "kubevirt.io/virtual-machine-unpaused")),
            "securityContext",
            object(
                "runAsUser", LAUNCHER_UID,
                "runAsGroup", LAUNCHER_UID,
                "fsGroup", LAUNCHER_UID,
                "runAsNonRoot", true,
                "seccompProfile", object("type", "RuntimeDefault")),
            "nodeSelector",
            nodeSelector,
            "tolerations",
            tolerations,
            "containers",
            List.of(container(owner, spec, epoch, settings)),
            "volumes",
            LauncherVolumes.of(owner, spec, settings));
    List<Object> initContainers = new ArrayList<>(DiskCopies.initContainers(spec, settings));
    if (spec.consoleLog()) {
      initContainers.add(ConsoleLog.container(settings));
    }
    if (!initContainers.isEmpty()) {
      pod.put("initContainers", initContainers);
    }
    VmiSpec.Names names = spec.names();
    names.subdomain().ifPresent(subdomain -> pod.put("subdomain", subdomain));
    names.dnsPolicy().ifPresent(policy -> pod.put("dnsPolicy", policy));
    names.dnsConfig().ifPresent(config -> pod.put("dnsConfig", config));
    scheduling.affinity().ifPresent(affinity -> pod.put("affinity", affinity));
    if (!scheduling.topologySpreadConstraints().isEmpty()) {
      pod.put("topologySpreadConstraints", scheduling.topologySpreadConstraints());
    }
    scheduling.priorityClassName().ifPresent(name -> pod.put("priorityClassName", name));
    scheduling.schedulerName().ifPresent(name -> pod.put("schedulerName", name));
    for (VmiSpec.Disk disk : spec.disks()) {
      if (disk.volume() instanceof Volume.Files f && f.kind() == Volume.FilesKind.SERVICE_ACCOUNT) {
        pod.put("serviceAccountName", f.name());
      }
    }
    List<Object> pullSecrets = pullSecrets(spec);
    if (!pullSecrets.isEmpty()) {
      pod.put("imagePullSecrets", pullSecrets);
    }
    return pod;
  }

  private static List<Object> pullSecrets(VmiSpec spec) {
    Set<String> names = new LinkedHashSet<>();
    for (VmiSpec.Disk disk : spec.disks()) {
      if (disk.volume() instanceof Volume.ContainerDisk c) {
        c.imagePullSecret().ifPresent(names::add);
      }
    }
    return List.copyOf(names.stream().map(name -> object("name", name)).toList());
  }

  private static Map<String, Object> container(
      Owner owner, VmiSpec spec, long epoch, SpecSettings settings) {
    Map<String, Object> container =
        object(
            "name", "compute",
            "image", settings.launcherImage(),
            "imagePullPolicy", "IfNotPresent",
            "command", List.of("/usr/bin/tini", "-s", "--", "/opt/vireo/bin/launcher"),
            "args", arguments(owner, spec, epoch),
            "resources", resources(spec, settings),
            "securityContext", restricted(),
            "volumeMounts", LauncherVolumes.mounts(spec));
    List<Object> devices = LauncherVolumes.devices(spec);
    if (!devices.isEmpty()) {
      container.put("volumeDevices", devices);
    }
    return container;
  }

  /** What the Pod Security level "restricted" wants of a container. */
  static Map<String, Object> restricted() {
    return object(
        "allowPrivilegeEscalation", false,
        "readOnlyRootFilesystem", true,
        "privileged", false,
        "capabilities", object("drop", List.of("ALL")));
  }

  /** Kubernetes puts variables into arguments; a user's word is to stay what it is. */
  static String unexpanded(String argument) {
    return argument.replace("$", "$$");
  }

  private static List<Object> arguments(Owner owner, VmiSpec spec, long epoch) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "--uid", owner.uid(),
                "--epoch", Long.toString(epoch),
                "--namespace", owner.namespace(),
                "--name", owner.name(),
                "--hostname", hostname(owner, spec),
                "--grace-period-seconds", Long.toString(spec.gracePeriodSeconds())));
    for (VmiSpec.Disk disk : spec.disks()) {
      switch (disk.volume()) {
        case Volume.ContainerDisk c -> {
          arguments.add("--container-disk");
          arguments.add(disk.name() + c.path().map(path -> "=" + unexpanded(path)).orElse(""));
        }
        case Volume.EmptyDisk e -> {
          arguments.add("--empty-disk");
          arguments.add(disk.name() + "=" + e.capacityBytes());
        }
        case Volume.CloudInitNoCloud c -> {
          arguments.add("--cloud-init-no-cloud");
          arguments.add(disk.name());
        }
        case Volume.Persistent p when p.isBlock() -> {
          boolean shared = disk.shareable() || disk.readOnly();
          arguments.add(shared ? "--shared-block-disk" : "--block-disk");
          arguments.add(disk.name());
        }
        case Volume.Persistent p -> {
          arguments.add("--claim-disk");
          // What cannot be written to is not made either.
          arguments.add(
              disk.name() + "=" + (p.readOnly() ? 0 : p.claim().map(Claim::bytes).orElse(0L)));
        }
        case Volume.Ephemeral e -> {
          arguments.add(e.isBlock() ? "--ephemeral-block" : "--ephemeral-claim");
          arguments.add(disk.name());
        }
        case Volume.Files f -> {
          arguments.add("--files-iso");
          arguments.add(disk.name() + "=" + f.label());
        }
      }
    }
    if (spec.consoleLog()) {
      arguments.add("--console-log-bytes");
      arguments.add(Long.toString(ConsoleLog.BYTES_MAX));
    }
    return arguments;
  }

  private static Map<String, Object> resources(VmiSpec spec, SpecSettings settings) {
    VmiSpec.Resources wanted = spec.resources();
    long overhead = overheadBytes(spec, settings);
    Map<String, Object> requests = new LinkedHashMap<>();
    requests.put(
        "cpu",
        Quantity.ofMillis(
            wanted
                .cpuRequestMillis()
                .or(wanted::cpuLimitMillis)
                .orElse(CPU_REQUEST_MILLIS_PER_VCPU * spec.cpu().count())));
    requests.put(
        "memory",
        Quantity.ofBytes(
            wanted.memoryRequestBytes().orElse(spec.memoryBytes())
                + (wanted.overcommitOverhead() ? 0 : overhead)));
    Map<String, Object> limits = new LinkedHashMap<>();
    wanted.cpuLimitMillis().ifPresent(millis -> limits.put("cpu", Quantity.ofMillis(millis)));
    wanted
        .memoryLimitBytes()
        .ifPresent(
            bytes ->
                limits.put(
                    "memory", Quantity.ofBytes(Math.max(bytes, spec.memoryBytes()) + overhead)));
    limits.put(DEVICE, "1");
    if (!settings.emulation()) {
      limits.put(KVM_DEVICE, "1");
    }
    List<VmiSpec.Interface> bound =
        spec.interfaces().stream().filter(device -> device.podNetwork().isPresent()).toList();
    if (!bound.isEmpty()) {
      limits.put(TUN_DEVICE, "1");
    }
    if (!settings.emulation() && bound.stream().anyMatch(d -> d.model().equals("virtio"))) {
      limits.put(VHOST_NET_DEVICE, "1");
    }
    return object("requests", requests, "limits", limits);
  }

  private static String labelValue(String name) {
    return name.length() <= 63 ? name : name.substring(0, 54) + "-" + shortHash(name);
  }

  private static String hostname(Owner owner, VmiSpec spec) {
    return spec.names().hostname().orElseGet(() -> hostname(owner.name()));
  }

  private static String hostname(String name) {
    String label = name.replace('.', '-');
    return (label.length() <= HOSTNAME_MAX ? label : label.substring(0, HOSTNAME_MAX))
        .replaceAll("-+$", "");
  }

  private static String shortHash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
