package io.vireo.spec;

import io.vireo.spec.Hardware.CpuFeature;
import io.vireo.spec.Hardware.CpuModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the CPU: its topology, and what the guest takes it for. */
final class CpuReader {

  static final int VCPUS_MAX = 512;

  private static final Pattern MODEL =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");
  private static final Pattern FEATURE = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final String HOST_MODEL = "host-model";
  private static final String HOST_PASSTHROUGH = "host-passthrough";
  private static final int FEATURES_MAX = 64;

  private final FieldReader cpu;
  private final boolean emulated;

  CpuReader(FieldReader cpu, boolean emulated) {
    this.cpu = cpu;
    this.emulated = emulated;
    cpu.onlyFlag("dedicatedCpuPlacement", false);
    cpu.onlyFlag("isolateEmulatorThread", false);
  }

  VmiSpec.Cpu topology() {
    VmiSpec.Cpu read = new VmiSpec.Cpu(count("sockets"), count("cores"), count("threads"));
    return fits(read) ? read : new VmiSpec.Cpu(1, 1, 1);
  }

  private int count(String key) {
    return (int) cpu.number(key, 1, VCPUS_MAX).orElse(1);
  }

  private boolean fits(VmiSpec.Cpu topology) {
    boolean fits = (long) topology.sockets() * topology.cores() * topology.threads() <= VCPUS_MAX;
    if (!fits) {
      cpu.problems()
          .invalid(
              cpu.path(),
              "sockets x cores x threads must be at most " + VCPUS_MAX + " virtual CPUs");
    }
    return fits;
  }

  Optional<Integer> maxSockets(VmiSpec.Cpu topology) {
    if (!cpu.has("maxSockets")) {
      return Optional.empty();
    }
    int max = (int) cpu.number("maxSockets", 1, VCPUS_MAX).orElse(topology.sockets());
    if (max < topology.sockets()) {
      cpu.problems()
          .invalid(
              cpu.path("sockets"),
              "must not be greater than " + cpu.path("maxSockets") + ", which is " + max);
      return Optional.empty();
    }
    return fits(new VmiSpec.Cpu(max, topology.cores(), topology.threads()))
        ? Optional.of(max)
        : Optional.empty();
  }

  Optional<CpuModel> model() {
    Optional<String> model = cpu.text("model");
    List<CpuFeature> features = features();
    if (model.isEmpty()) {
      // libvirt takes features only together with something that they are features of.
      return features.isEmpty()
          ? Optional.empty()
          : Optional.of(new CpuModel(HOST_MODEL, Optional.empty(), features));
    }
    String name = model.get();
    if (name.equals(HOST_PASSTHROUGH) && emulated) {
      cpu.problems().needsKvm(cpu.path("model"), "'" + HOST_PASSTHROUGH + "'");
    }
    if (name.equals(HOST_MODEL) || name.equals(HOST_PASSTHROUGH)) {
      return Optional.of(new CpuModel(name, Optional.empty(), features));
    }
    if (!MODEL.matcher(name).matches()) {
      cpu.problems()
          .invalid(cpu.path("model"), Problems.quote(name) + " is no name of a CPU model");
    }
    return Optional.of(new CpuModel("custom", model, features));
  }

  private List<CpuFeature> features() {
    List<CpuFeature> features = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (FieldReader item : cpu.objects("features", FEATURES_MAX)) {
      String name = item.requiredText("name");
      String policy =
          item.oneOf("policy", "force", "require", "optional", "disable", "forbid")
              .orElse("require");
      if (!name.isEmpty() && !FEATURE.matcher(name).matches()) {
        item.problems()
            .invalid(item.path("name"), Problems.quote(name) + " is no name of a CPU feature");
      }
      if (!names.add(name)) {
        item.problems().invalid(item.path("name"), Problems.quote(name) + " is used twice");
      }
      if (policy.equals("force") && emulated) {
        // QEMU leaves out what it cannot emulate, and says so in its log only.
        item.problems().needsKvm(item.path("policy"), "'force'");
      }
      features.add(new CpuFeature(name, policy));
    }
    return features;
  }
}
