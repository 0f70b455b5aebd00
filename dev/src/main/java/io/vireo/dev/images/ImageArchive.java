package io.vireo.dev.images;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Images of a store as one tar, which {@code ctr images import} and {@code docker load} take: an
 * OCI image layout that has Docker's {@code manifest.json} beside its index.
 */
public final class ImageArchive {

  /** How containerd names an image of an index; the OCI's own name is a tag to it. */
  private static final String CONTAINERD_NAME = "io.containerd.image.name";

  private static final String BLOBS = "blobs/sha256/";
  private static final int FILE_MODE = 0644;

  private final ImageStore store;
  private final TarArchiveOutputStream tar;
  private final Set<String> written = new HashSet<>();
  private final ArrayNode index = ImageStore.MAPPER.createArrayNode();
  private final ArrayNode docker = ImageStore.MAPPER.createArrayNode();

  private ImageArchive(ImageStore store, TarArchiveOutputStream tar) {
    this.store = store;
    this.tar = tar;
  }

  /**
   * Writes the images, what they share once. The stream is left open.
   *
   * @throws ImageStoreException if the store lacks a part of one
   */
  public static void write(ImageStore store, List<Image> images, OutputStream out)
      throws IOException {
    TarArchiveOutputStream tar = LayerTar.open(out);
    new ImageArchive(store, tar).write(images);
    tar.finish();
    tar.flush();
  }

  private void write(List<Image> images) throws IOException {
    text("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
    for (Image image : images) {
      add(image);
    }
    ObjectNode root = ImageStore.MAPPER.createObjectNode();
    root.put("schemaVersion", 2).put("mediaType", ImageStore.INDEX_TYPE).set("manifests", index);
    text("index.json", ImageStore.MAPPER.writeValueAsString(root));
    text("manifest.json", ImageStore.MAPPER.writeValueAsString(docker));
  }

  private void add(Image image) throws IOException {
    JsonNode manifest = store.json(image.digest());
    String config = manifest.path("config").path("digest").asString("");
    blob(image.digest());
    blob(config);
    ObjectNode forDocker = docker.addObject();
    forDocker.put("Config", BLOBS + Digests.hex(config));
    forDocker.putArray("RepoTags").add(image.reference());
    ArrayNode layers = forDocker.putArray("Layers");
    for (Image.Blob layer : image.layers()) {
      blob(layer.digest());
      layers.add(BLOBS + Digests.hex(layer.digest()));
    }
    ObjectNode descriptor = index.addObject();
    descriptor
        .put("mediaType", ImageStore.MANIFEST_TYPE)
        .put("digest", image.digest())
        .put("size", Files.size(store.blob(image.digest())));
    descriptor
        .putObject("annotations")
        .put(CONTAINERD_NAME, image.reference())
        .put(ImageStore.REF_NAME, tag(image.reference()));
  }

  private static String tag(String reference) {
    int colon = reference.indexOf(':', reference.lastIndexOf('/') + 1);
    if (colon < 0) {
      throw new ImageStoreException(
          "Expected the name of an image with its tag, but got " + reference);
    }
    return reference.substring(colon + 1);
  }

  private void blob(String digest) throws IOException {
    if (!written.add(digest)) {
      return;
    }
    Path file = store.blob(digest);
    if (Files.notExists(file)) {
      throw new ImageStoreException("Expected the blob " + digest + " in " + store.root());
    }
    entry(BLOBS + Digests.hex(digest), Files.size(file));
    Files.copy(file, tar);
    tar.closeArchiveEntry();
  }

  private void text(String name, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    entry(name, bytes.length);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  private void entry(String name, long size) throws IOException {
    TarArchiveEntry header = new TarArchiveEntry(name);
    header.setMode(FILE_MODE);
    header.setSize(size);
    tar.putArchiveEntry(LayerTar.anonymous(header));
  }
}
