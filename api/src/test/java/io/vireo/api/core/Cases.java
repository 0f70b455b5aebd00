package io.vireo.api.core;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** Reads what cases are made of. */
final class Cases {

  private Cases() {}

  /** By the name of each rule, whether it is checked. */
  static Map<String, String> rules() {
    Map<String, String> rules = new LinkedHashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(Cases.class.getResourceAsStream("/admission/rules.tsv")),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] cells = line.split("\t", -1);
        if (!line.startsWith("#") && !cells[0].equals("rule")) {
          if (cells.length != 4 || rules.put(cells[0], cells[3]) != null) {
            throw new IllegalStateException("Expected a rule of four cells, once: " + line);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rules;
  }

  /** The defaults with some settings. */
  static ClusterConfiguration configuration(Map<?, ?> over) {
    ClusterConfiguration defaults = ClusterConfiguration.DEFAULTS;
    return new ClusterConfiguration(
        defaults.defaultNetworkInterface(),
        !Boolean.FALSE.equals(over.get("permitBridgeInterfaceOnPodNetwork")),
        defaults.cpuModel(),
        defaults.machineType(),
        over.containsKey("emulatedMachines")
            ? texts(over, "emulatedMachines")
            : defaults.emulatedMachines(),
        defaults.cpuRequest(),
        defaults.defaultArchitecture(),
        over.get("vmRolloutStrategy") instanceof String text ? text : defaults.vmRolloutStrategy(),
        new TreeSet<>(texts(over, "featureGates")),
        new TreeSet<>(texts(over, "disabledFeatureGates")));
  }

  private static List<String> texts(Map<?, ?> over, String key) {
    return over.get(key) instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of();
  }
}
