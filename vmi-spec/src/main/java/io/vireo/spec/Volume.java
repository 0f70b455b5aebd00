package io.vireo.spec;

import java.util.Map;
import java.util.Optional;

/** Where a disk's content comes from. */
public sealed interface Volume {

  /** Whether it is an ISO image that the launcher makes. */
  default boolean isIso() {
    return this instanceof CloudInitNoCloud || this instanceof Files;
  }

  /** The claim that it names. */
  default Optional<String> claimName() {
    return Optional.empty();
  }

  /** The same with what is known of the claims, by name. */
  default Volume with(Map<String, Claim> claims) {
    return this;
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
   * A disk that outlives the VMI: {@code disk.img} in the claim's file system, or its block device.
   *
   * @param readOnly the pod gets the volume read-only
   * @param claim empty until it is known
   */
  record Persistent(String name, boolean readOnly, Optional<Claim> claim) implements Volume {

    @Override
    public Optional<String> claimName() {
      return Optional.of(name);
    }

    @Override
    public Volume with(Map<String, Claim> claims) {
      return new Persistent(name, readOnly, Optional.ofNullable(claims.get(name)));
    }

    boolean isBlock() {
      return claim.filter(Claim::block).isPresent();
    }
  }

  /**
   * A disk over a claim that is only read; what the guest writes lives as long as the VMI.
   *
   * @param claim empty until it is known
   */
  record Ephemeral(String name, Optional<Claim> claim) implements Volume {

    @Override
    public Optional<String> claimName() {
      return Optional.of(name);
    }

    @Override
    public Volume with(Map<String, Claim> claims) {
      return new Ephemeral(name, Optional.ofNullable(claims.get(name)));
    }

    boolean isBlock() {
      return claim.filter(Claim::block).isPresent();
    }
  }

  /** What an ISO image of files is made from. */
  enum FilesKind {
    CONFIG_MAP,
    SECRET,
    SERVICE_ACCOUNT
  }

  /**
   * Files of an object of Kubernetes as an ISO image.
   *
   * @param name of the object
   * @param optional the VMI runs without it too
   * @param label of the image
   */
  record Files(FilesKind kind, String name, boolean optional, String label) implements Volume {}

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
