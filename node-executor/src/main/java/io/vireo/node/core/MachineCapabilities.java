package io.vireo.node.core;

import java.util.ArrayList;
import java.util.List;

/**
 * What libvirt says this machine can do.
 *
 * @param machineTypes those that QEMU knows, aliases as well
 * @param emulatedCpuModels those that QEMU can emulate
 * @param hostCpuModels those that the machine's CPU has everything of
 */
public record MachineCapabilities(
    List<String> machineTypes, List<String> emulatedCpuModels, List<String> hostCpuModels) {

  public MachineCapabilities {
    machineTypes = List.copyOf(machineTypes);
    emulatedCpuModels = List.copyOf(emulatedCpuModels);
    hostCpuModels = List.copyOf(hostCpuModels);
  }

  /**
   * Reads the lines of facts that the launcher's script {@code capabilities} writes: a kind and a
   * name each. A kind that is unknown is of a newer launcher and left out.
   *
   * @throws IllegalArgumentException for a line that is none, by its number
   */
  public static MachineCapabilities parse(List<String> facts) {
    List<String> machineTypes = new ArrayList<>();
    List<String> emulated = new ArrayList<>();
    List<String> host = new ArrayList<>();
    for (int i = 0; i < facts.size(); i++) {
      String[] words = facts.get(i).split(" ", -1);
      if (words.length != 2 || words[1].isEmpty()) {
        throw new IllegalArgumentException(
            "Expected a kind and a name in line " + (i + 1) + ", but it is another");
      }
      switch (words[0]) {
        case "machine-type" -> machineTypes.add(words[1]);
        case "emulated-cpu-model" -> emulated.add(words[1]);
        case "host-cpu-model" -> host.add(words[1]);
        default -> {}
      }
    }
    return new MachineCapabilities(machineTypes, emulated, host);
  }
}
