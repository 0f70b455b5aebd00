package io.vireo.api.core;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an administrator set for the cluster in the KubeVirt object, over defaults. Names are those
 * of {@code spec.configuration}.
 *
 * @param defaultNetworkInterface binding of the interface of a VMI that names none
 * @param permitBridgeInterfaceOnPodNetwork whether {@code bridge} may be used there
 * @param cpuModel model of a VMI that names none; empty for what the node's hypervisor gives
 * @param machineType type of a VMI that names none
 * @param emulatedMachines patterns of machine types that may be used
 * @param cpuRequest quantity that a VMI without request and limit asks for
 * @param defaultArchitecture of a VMI that names none
 * @param vmRolloutStrategy {@code LiveUpdate} or {@code Stage}
 * @param featureGates gates that are named as on
 * @param disabledFeatureGates gates that are named as off
 */
public record ClusterConfiguration(
    String defaultNetworkInterface,
    boolean permitBridgeInterfaceOnPodNetwork,
    Optional<String> cpuModel,
    String machineType,
    List<String> emulatedMachines,
    Optional<String> cpuRequest,
    String defaultArchitecture,
    String vmRolloutStrategy,
    Set<String> featureGates,
    Set<String> disabledFeatureGates) {

  /** What holds where nothing is set. */
  public static final ClusterConfiguration DEFAULTS =
      new ClusterConfiguration(
          "bridge",
          true,
          Optional.empty(),
          "q35",
          List.of("q35*", "pc-q35*"),
          Optional.empty(),
          "amd64",
          "LiveUpdate",
          Set.of(),
          Set.of());

  public ClusterConfiguration {
    emulatedMachines = List.copyOf(emulatedMachines);
    featureGates = Set.copyOf(featureGates);
    disabledFeatureGates = Set.copyOf(disabledFeatureGates);
  }

  /** The same with another binding by default. */
  public ClusterConfiguration withDefaultNetworkInterface(String binding) {
    return new ClusterConfiguration(
        binding,
        permitBridgeInterfaceOnPodNetwork,
        cpuModel,
        machineType,
        emulatedMachines,
        cpuRequest,
        defaultArchitecture,
        vmRolloutStrategy,
        featureGates,
        disabledFeatureGates);
  }

  /** Whether a feature that is behind a gate may be used. */
  boolean isGateOn(String name) {
    return FeatureGates.isOn(name, featureGates, disabledFeatureGates);
  }
}
