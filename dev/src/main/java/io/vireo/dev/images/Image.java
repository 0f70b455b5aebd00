package io.vireo.dev.images;

import java.util.List;

/**
 * An image that the store holds.
 *
 * @param reference the name it was asked for by
 * @param digest of its manifest, {@code sha256:<hex>}
 * @param config how to run it
 * @param layers lowest first
 */
public record Image(String reference, String digest, ImageConfig config, List<Blob> layers) {

  /** Copies the list. */
  public Image {
    layers = List.copyOf(layers);
  }

  /** Bytes of all layers. */
  public long size() {
    return layers.stream().mapToLong(Blob::size).sum();
  }

  /** Whether it runs nowhere but here: it needs this machine's files, or is a part of others. */
  public boolean isForThisMachineOnly() {
    return config.isOnHostBase() || DebianImage.isRoot(reference);
  }

  /** Whether it was made from this recipe. */
  boolean isMadeFrom(String recipe) {
    return recipe.equals(config.labels().get(ImageConfig.LABEL_RECIPE));
  }

  /**
   * A blob and what it is.
   *
   * @param mediaType as the manifest says
   * @param digest {@code sha256:<hex>}
   * @param size in bytes
   */
  public record Blob(String mediaType, String digest, long size) {}
}
