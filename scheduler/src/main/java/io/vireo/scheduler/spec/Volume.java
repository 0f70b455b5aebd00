package io.vireo.scheduler.spec;

import java.util.Optional;

/** Where a disk's content comes from. */
public sealed interface Volume {

  /** Whether it is an ISO image that the launcher makes. */
  default boolean isIso() {
    return this instanceof CloudInitNoCloud;
  }

  /**
   * A disk image in an OCI image.
   *
   * @param path file in the image; empty for the only one in {@code /disk}
   */
  record ContainerDisk(
      String image,
      Optional<String> path,
      Optional<String> imagePullPolicy,
      Optional<String> imagePullSecret)
      implements Volume {}

  /** An empty disk that lives as long as the VMI. */
  record EmptyDisk(long capacityBytes) implements Volume {}

  /**
   * cloud-init's NoCloud source.
   *
   * @param inlineUserData the spec holds user data itself
   * @param userDataSecret a Secret that holds it
   */
  record CloudInitNoCloud(
      boolean inlineUserData,
      Optional<String> userDataSecret,
      boolean inlineNetworkData,
      Optional<String> networkDataSecret)
      implements Volume {

    /** Whether the spec holds data that must go into a Secret of Vireo's own. */
    public boolean hasInlineData() {
      return inlineUserData || inlineNetworkData;
    }
  }
}
