package io.vireo.cli.images;

import io.vireo.dev.images.Image;
import io.vireo.dev.images.ImageStore;
import java.io.IOException;

/**
 * An image as it is shown.
 *
 * @param name without the tag
 * @param tag that names this content
 * @param size bytes of all layers
 * @param digest of the manifest
 * @param built when this content was first made, ISO 8601
 */
public record ImageRow(String name, String tag, long size, String digest, String built) {

  /** What the store knows of the image. */
  public static ImageRow of(ImageStore store, Image image) throws IOException {
    String reference = image.reference();
    int colon = reference.indexOf(':', reference.lastIndexOf('/') + 1);
    return new ImageRow(
        colon < 0 ? reference : reference.substring(0, colon),
        colon < 0 ? "latest" : reference.substring(colon + 1),
        image.size(),
        image.digest(),
        store.written(image).toString());
  }
}
