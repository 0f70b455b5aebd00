package io.vireo.dev.images;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes images. Layers are plain tar: they are written once and read on the same machine. */
public final class ImageWriter {

  private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";
  private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";

  private ImageWriter() {}

  /**
   * Writes an image and points the name at it. The same content gives the same digest, whenever and
   * wherever it is written.
   *
   * @param store where to
   * @param reference full name with tag, such as {@code localhost/vireo/launcher:dev}
   * @param config how to run it
   * @param layers lowest first
   */
  public static Image write(
      ImageStore store, String reference, ImageConfig config, List<Layer> layers)
      throws IOException {
    List<Image.Blob> blobs = new ArrayList<>();
    for (Layer layer : layers) {
      blobs.add(layer(store, layer));
    }
    Image.Blob configBlob =
        store.put(CONFIG_TYPE, ImageStore.MAPPER.writeValueAsBytes(config(config, blobs)));
    ObjectNode manifest = ImageStore.MAPPER.createObjectNode();
    manifest.put("schemaVersion", 2).put("mediaType", ImageStore.MANIFEST_TYPE);
    manifest.set("config", descriptor(configBlob));
    ArrayNode list = manifest.putArray("layers");
    blobs.forEach(blob -> list.add(descriptor(blob)));
    Image.Blob manifestBlob =
        store.put(ImageStore.MANIFEST_TYPE, ImageStore.MAPPER.writeValueAsBytes(manifest));
    store.name(reference, manifestBlob);
    return new Image(reference, manifestBlob.digest(), config, blobs);
  }

  private static Image.Blob layer(ImageStore store, Layer layer) throws IOException {
    if (layer instanceof Layer.Stored stored) {
      return stored.blob();
    }
    Path file = Files.createTempFile(store.root(), ".new-", "");
    try {
      MessageDigest digest = Digests.sha256();
      try (OutputStream out =
          new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(file)), digest)) {
        LayerTar.write(layer, out);
      }
      return store.adopt(LAYER_TYPE, file, Digests.text(digest.digest()));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static ObjectNode config(ImageConfig config, List<Image.Blob> layers) {
    ObjectNode node = ImageStore.MAPPER.createObjectNode();
    node.put("architecture", ImageStore.architecture()).put("os", "linux");
    ObjectNode run = node.putObject("config");
    texts(run, "Entrypoint", config.entrypoint());
    texts(run, "Cmd", config.command());
    texts(run, "Env", config.environment());
    if (!config.workingDir().isEmpty()) {
      run.put("WorkingDir", config.workingDir());
    }
    if (!config.user().isEmpty()) {
      run.put("User", config.user());
    }
    if (!config.labels().isEmpty()) {
      ObjectNode labels = run.putObject("Labels");
      new TreeMap<>(config.labels()).forEach(labels::put);
    }
    ObjectNode rootfs = node.putObject("rootfs").put("type", "layers");
    // Plain tar: a layer's digest is that of its uncompressed content.
    ArrayNode ids = rootfs.putArray("diff_ids");
    layers.forEach(layer -> ids.add(layer.digest()));
    return node;
  }

  private static void texts(ObjectNode node, String name, List<String> values) {
    if (!values.isEmpty()) {
      ArrayNode array = node.putArray(name);
      values.forEach(array::add);
    }
  }

  private static ObjectNode descriptor(Image.Blob blob) {
    return ImageStore.MAPPER
        .createObjectNode()
        .put("mediaType", blob.mediaType())
        .put("digest", blob.digest())
        .put("size", blob.size());
  }
}
