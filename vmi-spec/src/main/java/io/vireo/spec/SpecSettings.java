package io.vireo.spec;

/**
 * Settings of the installation that a spec is read with.
 *
 * @param defaultNetworkInterface KubeVirt's setting of that name: what a spec without interfaces
 *     gets
 * @param emulation software emulation instead of KVM
 * @param launcherImage image of the launcher pod
 * @param containerDisks how a containerDisk comes into the launcher pod
 * @param podNetwork guests are bound to the networks of their pods; otherwise QEMU's user network
 *     stands in for that
 */
public record SpecSettings(
    String defaultNetworkInterface,
    boolean emulation,
    String launcherImage,
    ContainerDisks containerDisks,
    boolean podNetwork) {

  /** Settings with image volumes and without networks of pods. */
  public SpecSettings(String defaultNetworkInterface, boolean emulation, String launcherImage) {
    this(
        defaultNetworkInterface,
        emulation,
        launcherImage,
        new ContainerDisks.ImageVolumes(),
        false);
  }
}
