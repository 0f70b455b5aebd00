package io.vireo.ingest.core;

import java.util.List;

/**
 * What the machine of a node can do, as libvirt says.
 *
 * @param machineTypes those that QEMU knows, aliases as well
 * @param emulatedCpuModels those that QEMU can emulate
 * @param hostCpuModels those that the machine's CPU has everything of
 */
public record Capabilities(
    List<String> machineTypes, List<String> emulatedCpuModels, List<String> hostCpuModels) {

  public Capabilities {
    machineTypes = List.copyOf(machineTypes);
    emulatedCpuModels = List.copyOf(emulatedCpuModels);
    hostCpuModels = List.copyOf(hostCpuModels);
  }
}
