package io.vireo.spec;

/** How a containerDisk comes out of its image into the launcher pod. */
public sealed interface ContainerDisks {

  /** Kubernetes mounts the image as a volume, which takes a container runtime that can. */
  record ImageVolumes() implements ContainerDisks {}

  /**
   * Init containers copy the disk, each in an image of the user's own.
   *
   * @param bytesMax how large a disk may be
   */
  record Copies(long bytesMax) implements ContainerDisks {}
}
