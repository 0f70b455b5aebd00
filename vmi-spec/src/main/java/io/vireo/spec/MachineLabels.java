package io.vireo.spec;

import java.util.List;
import java.util.stream.Stream;

/**
 * Labels of a node that say what its machine can run, under KubeVirt's names. Each that is there
 * says {@code true}.
 */
public final class MachineLabels {

  private static final String CPU_MODEL = "cpu-model.node.kubevirt.io/";
  private static final String MACHINE_TYPE = "machine-type.node.kubevirt.io/";

  private MachineLabels() {}

  /** Their keys, sorted. */
  public static List<String> of(List<String> machineTypes, List<String> cpuModels) {
    return Stream.concat(
            machineTypes.stream().map(MachineLabels::machineType),
            cpuModels.stream().map(MachineLabels::cpuModel))
        .distinct()
        .sorted()
        .toList();
  }

  static String machineType(String type) {
    return MACHINE_TYPE + type;
  }

  static String cpuModel(String model) {
    return CPU_MODEL + model;
  }
}
