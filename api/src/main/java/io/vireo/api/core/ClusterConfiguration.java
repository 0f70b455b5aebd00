package io.vireo.api.core;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What an administrator set for the cluster in the KubeVirt object, over defaults. Names are those
 * of {@code spec.configuration}.
 *
 * @param defaultNetworkInterface binding of the interface of a VMI that names none
 * @param permitBridgeInterfaceOnPodNetwork whether {@code bridge} may be used there
 * @param cpuModel model of a VMI that names none
 * @param machineType type of a VMI that names none
 * @param emulatedMachines patterns of machine types that may be used
 * @param evictionStrategy of a VMI that names none
 * @param cpuRequest quantity that a VMI without one asks for
 * @param defaultArchitecture of a VMI that names none
 * @param maxCpuSockets most sockets that a VMI may be grown to
 * @param maxGuest most memory that a VMI may be grown to
 * @param vmRolloutStrategy {@code LiveUpdate} or {@code Stage}
 * @param imagePullPolicy of a containerDisk that names none; empty for Kubernetes' rule
 * @param featureGates gates that are on
 */
public record ClusterConfiguration(
    String defaultNetworkInterface,
    boolean permitBridgeInterfaceOnPodNetwork,
    Optional<String> cpuModel,
    String machineType,
    List<String> emulatedMachines,
    Optional<String> evictionStrategy,
    Optional<String> cpuRequest,
    String defaultArchitecture,
    OptionalInt maxCpuSockets,
    Optional<String> maxGuest,
    String vmRolloutStrategy,
    Optional<String> imagePullPolicy,
    Set<String> featureGates) {

  /** What holds where nothing is set. */
  public static final ClusterConfiguration DEFAULTS =
      new ClusterConfiguration(
          "bridge",
          true,
          Optional.empty(),
          "q35",
          List.of("q35*", "pc-q35*"),
          Optional.empty(),
          Optional.empty(),
          "amd64",
          OptionalInt.empty(),
          Optional.empty(),
          "LiveUpdate",
          Optional.empty(),
          Set.of());

  public ClusterConfiguration {
    emulatedMachines = List.copyOf(emulatedMachines);
    featureGates = Set.copyOf(featureGates);
  }
}
