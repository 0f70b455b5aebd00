package io.vireo.api.core;

import io.vireo.api.core.Violation.Cause;
import io.vireo.spec.ContainerDisks;
import io.vireo.spec.Problem;
import io.vireo.spec.SpecReader;
import io.vireo.spec.SpecSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Reads the spec of a KubeVirt object. A setting whose value would make Vireo's own defaults
 * refusable is a problem; a setting that Vireo does nothing with is told, and hinders nobody.
 */
public final class ConfigurationReader {

  private static final String CONFIGURATION = "spec.configuration";
  private static final int LIST_MAX = 256;
  private static final int TEXT_MAX = 253;

  /** What Vireo acts upon, from {@code spec} on. */
  private static final Set<String> KNOWN =
      Set.of(
          "configuration.architectureConfiguration.amd64.emulatedMachines",
          "configuration.architectureConfiguration.amd64.machineType",
          "configuration.architectureConfiguration.defaultArchitecture",
          "configuration.cpuModel",
          "configuration.cpuRequest",
          "configuration.developerConfiguration.disabledFeatureGates",
          "configuration.developerConfiguration.featureGates",
          "configuration.emulatedMachines",
          "configuration.evictionStrategy",
          "configuration.machineType",
          "configuration.network.defaultNetworkInterface",
          "configuration.network.permitBridgeInterfaceOnPodNetwork",
          "configuration.vmRolloutStrategy");

  /** Reads anything that any installation can. */
  private static final SpecSettings ANY =
      new SpecSettings("masquerade", false, "any", new ContainerDisks.ImageVolumes(), true);

  private final Node configuration;
  private final List<Violation> problems = new ArrayList<>();

  private ConfigurationReader(Node configuration) {
    this.configuration = configuration;
  }

  /** Outcome of reading. */
  public sealed interface Result {
    /**
     * Valid, merged over the defaults.
     *
     * @param withoutEffect paths of settings that Vireo does nothing with
     */
    record Valid(ClusterConfiguration configuration, List<String> withoutEffect) implements Result {
      public Valid {
        withoutEffect = List.copyOf(withoutEffect);
      }
    }

    /** Not usable; every problem, with its path from {@code spec} on. */
    record Refused(List<Violation> problems) implements Result {
      public Refused {
        problems = List.copyOf(problems);
      }
    }
  }

  /**
   * Reads it over {@code defaults}; the whole of it counts or nothing.
   *
   * @param spec tree of {@code spec}
   */
  public static Result read(Map<String, Object> spec, ClusterConfiguration defaults) {
    if (!Trees.isShallow(spec)) {
      return new Result.Refused(
          List.of(new Violation(Cause.INVALID, "spec", "is nested too deep")));
    }
    Node top = new Node("spec", spec);
    ConfigurationReader reader = new ConfigurationReader(top.get("configuration"));
    ClusterConfiguration read = reader.read(defaults);
    return reader.problems.isEmpty()
        ? new Result.Valid(read, withoutEffect(top))
        : new Result.Refused(reader.problems);
  }

  private ClusterConfiguration read(ClusterConfiguration defaults) {
    String binding =
        text("network.defaultNetworkInterface", "bridge", "masquerade")
            .orElse(defaults.defaultNetworkInterface());
    Optional<String> machine = text("architectureConfiguration.amd64.machineType");
    List<String> machines = texts("architectureConfiguration.amd64.emulatedMachines");
    if (machine.isEmpty()) {
      machine = text("machineType");
    }
    if (machines.isEmpty()) {
      machines = texts("emulatedMachines");
    }
    // KubeVirt's other strategies move guests, which nothing does yet.
    text("evictionStrategy")
        .filter(strategy -> !strategy.equals("None"))
        .ifPresent(
            strategy ->
                add(
                    Cause.NOT_SUPPORTED,
                    configuration.get("evictionStrategy"),
                    "{} is not supported by Vireo yet; it must be None"));
    text("architectureConfiguration.defaultArchitecture")
        .filter(architecture -> !architecture.equals("amd64"))
        .ifPresent(
            architecture ->
                add(
                    Cause.NOT_SUPPORTED,
                    configuration.get("architectureConfiguration.defaultArchitecture"),
                    "{} is not supported by Vireo yet; it must be amd64"));
    ClusterConfiguration read =
        new ClusterConfiguration(
            binding,
            flag("network.permitBridgeInterfaceOnPodNetwork")
                .orElse(defaults.permitBridgeInterfaceOnPodNetwork()),
            text("cpuModel").or(defaults::cpuModel),
            machine.orElse(defaults.machineType()),
            machines.isEmpty() ? defaults.emulatedMachines() : machines,
            quantity("cpuRequest").or(defaults::cpuRequest),
            defaults.defaultArchitecture(),
            text("vmRolloutStrategy", "LiveUpdate", "Stage").orElse(defaults.vmRolloutStrategy()),
            gates("developerConfiguration.featureGates", defaults.featureGates()),
            gates("developerConfiguration.disabledFeatureGates", defaults.disabledFeatureGates()));
    if (read.emulatedMachines().stream().noneMatch(p -> Globs.matches(p, read.machineType()))) {
      problems.add(
          new Violation(
              Cause.INVALID,
              CONFIGURATION + ".machineType",
              "must be one of emulatedMachines: " + String.join(", ", read.emulatedMachines())));
    }
    check(read);
    return read;
  }

  /** What the defaults make of a small VMI must be readable. */
  private void check(ClusterConfiguration read) {
    Map<String, Object> spec =
        VmiDefaults.object(
            "domain", VmiDefaults.object("memory", VmiDefaults.object("guest", "1Gi")));
    VmiDefaults.apply(spec, read, ANY, new UUID(0, 0));
    if (new SpecReader(ANY).read(spec) instanceof SpecReader.Result.Refused refused) {
      for (Problem problem : refused.problems()) {
        String setting =
            switch (problem.path()) {
              case "spec.domain.machine.type" -> ".machineType";
              case "spec.domain.cpu.model" -> ".cpuModel";
              case "spec.domain.resources.requests.cpu" -> ".cpuRequest";
              default -> "";
            };
        problems.add(new Violation(Cause.INVALID, CONFIGURATION + setting, problem.message()));
      }
    }
  }

  private Optional<String> text(String keys, String... allowed) {
    Node node = configuration.get(keys);
    if (!node.isThere()) {
      return Optional.empty();
    }
    if (!node.isText() || node.text().length() > TEXT_MAX) {
      add(Cause.INVALID, node, "must be a text of at most " + TEXT_MAX + " characters");
      return Optional.empty();
    }
    if (allowed.length > 0 && node.isTextBut(allowed)) {
      add(Cause.NOT_SUPPORTED, node, "{} must be one of " + String.join(", ", allowed));
      return Optional.empty();
    }
    return Optional.of(node.text());
  }

  private Optional<Boolean> flag(String keys) {
    Node node = configuration.get(keys);
    if (node.isThere() && !(node.value() instanceof Boolean)) {
      add(Cause.INVALID, node, "must be true or false");
    }
    return node.value() instanceof Boolean flag ? Optional.of(flag) : Optional.empty();
  }

  private Optional<String> quantity(String keys) {
    Node node = configuration.get(keys);
    if (!node.isThere()) {
      return Optional.empty();
    }
    if (node.quantity().isEmpty()) {
      add(Cause.INVALID, node, "{} must be a quantity like 100m");
      return Optional.empty();
    }
    return Optional.of(String.valueOf(node.value()));
  }

  private List<String> texts(String keys) {
    Node node = configuration.get(keys);
    if (node.isThere() && !(node.value() instanceof List)) {
      add(Cause.INVALID, node, "must be a list");
      return List.of();
    }
    List<Node> items = node.items();
    if (items.size() > LIST_MAX) {
      add(Cause.INVALID, node, "must not have more than " + LIST_MAX + " entries");
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (Node item : items) {
      if (item.isText() && item.text().length() <= TEXT_MAX) {
        texts.add(item.text());
      } else {
        add(Cause.INVALID, item, "must be a text of at most " + TEXT_MAX + " characters");
      }
    }
    return texts;
  }

  private Set<String> gates(String keys, Set<String> defaults) {
    return configuration.has(keys) ? new TreeSet<>(texts(keys)) : defaults;
  }

  private void add(Cause cause, Node node, String message) {
    problems.add(new Violation(cause, node.path(), message.replace("{}", node.quoted())));
  }

  private static List<String> withoutEffect(Node spec) {
    List<String> paths = new ArrayList<>();
    collect(spec, "", paths);
    return paths;
  }

  private static void collect(Node node, String keys, List<String> paths) {
    if (paths.size() >= Verdict.LISTED_MAX || KNOWN.contains(keys)) {
      return;
    }
    boolean leadsOn = keys.isEmpty() || KNOWN.stream().anyMatch(k -> k.startsWith(keys + "."));
    if (leadsOn && node.value() instanceof Map<?, ?> map) {
      map.keySet().stream()
          .map(String::valueOf)
          .sorted()
          .forEach(
              key ->
                  collect(
                      new Node(node.path() + "." + key, map.get(key)),
                      keys.isEmpty() ? key : keys + "." + key,
                      paths));
    } else if (node.isThere()) {
      paths.add(node.path());
    }
  }
}
