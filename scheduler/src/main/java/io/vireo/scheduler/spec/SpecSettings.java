package io.vireo.scheduler.spec;

/**
 * Settings of the installation that a spec is read with.
 *
 * @param defaultNetworkInterface KubeVirt's setting of that name: what a spec without interfaces
 *     gets
 * @param emulation software emulation instead of KVM
 * @param launcherImage image of the launcher pod
 * @param containerDisks how a containerDisk comes into the launcher pod
 */
public record SpecSettings(
    String defaultNetworkInterface,
    boolean emulation,
    String launcherImage,
    ContainerDisks containerDisks) {

  /** Settings with image volumes. */
  public SpecSettings(String defaultNetworkInterface, boolean emulation, String launcherImage) {
    this(defaultNetworkInterface, emulation, launcherImage, new ContainerDisks.ImageVolumes());
  }
}
