package io.vireo.dev.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ImageArchiveTest {

  private static final Layer SHARED = Layer.of(Layer.text("base", 0644, "beneath both"));

  @TempDir private Path folder;
  private ImageStore store;
  private Image first;
  private Image second;

  @BeforeEach
  void writeImages() throws IOException {
    store = ImageStore.open(folder.resolve("store"));
    first = image("localhost:5000/vireo/first:1.0", "one");
    second = image("localhost/vireo/second:2.0", "two");
  }

  private Image image(String reference, String content) throws IOException {
    return ImageWriter.write(
        store,
        reference,
        ImageConfig.EMPTY.withEntrypoint("/x").withUser("107:107"),
        List.of(SHARED, Layer.of(Layer.text("x", 0755, content))));
  }

  @Test
  void shouldBeAnOciLayoutWhoseBlobsHaveTheirDigests() throws IOException {
    Map<String, byte[]> files = archive(List.of(first, second));

    assertThat(json(files, "oci-layout").path("imageLayoutVersion").asString()).isEqualTo("1.0.0");
    JsonNode manifests = json(files, "index.json").path("manifests");
    assertThat(manifests).hasSize(2);
    JsonNode descriptor = manifests.get(0);
    assertThat(descriptor.path("digest").asString()).isEqualTo(first.digest());
    assertThat(descriptor.path("size").asLong()).isEqualTo(blob(files, first.digest()).length);
    assertThat(descriptor.path("annotations").path("io.containerd.image.name").asString())
        .isEqualTo("localhost:5000/vireo/first:1.0");
    assertThat(descriptor.path("annotations").path(ImageStore.REF_NAME).asString())
        .isEqualTo("1.0");
    JsonNode manifest = ImageStore.MAPPER.readTree(blob(files, first.digest()));
    for (JsonNode layer : manifest.path("layers")) {
      assertThat(blob(files, layer.path("digest").asString()).length)
          .isEqualTo(layer.path("size").asInt());
    }
    files.forEach(
        (name, content) -> {
          if (name.startsWith("blobs/")) {
            assertThat(name).isEqualTo("blobs/sha256/" + Digests.hex(Digests.of(content)));
          }
        });
  }

  @Test
  void shouldTellDockerTheSame() throws IOException {
    Map<String, byte[]> files = archive(List.of(first, second));

    JsonNode docker = json(files, "manifest.json");
    assertThat(docker).hasSize(2);
    JsonNode entry = docker.get(1);
    assertThat(entry.path("RepoTags").get(0).asString()).isEqualTo("localhost/vireo/second:2.0");
    JsonNode config = json(files, entry.path("Config").asString());
    assertThat(config.path("config").path("User").asString()).isEqualTo("107:107");
    JsonNode ids = config.path("rootfs").path("diff_ids");
    JsonNode layers = entry.path("Layers");
    assertThat(layers).hasSize(2);
    for (int i = 0; i < layers.size(); i++) {
      // Docker checks each layer's content against the id that the configuration has for it.
      assertThat(Digests.of(files.get(layers.get(i).asString()))).isEqualTo(ids.get(i).asString());
    }
  }

  @Test
  void shouldHoldOnceWhatImagesShare() throws IOException {
    Map<String, byte[]> files = archive(List.of(first, second));

    assertThat(first.layers().getFirst()).isEqualTo(second.layers().getFirst());
    // Two manifests, two configurations, the shared layer and one of each.
    assertThat(files.keySet().stream().filter(name -> name.startsWith("blobs/"))).hasSize(7);
  }

  @Test
  void shouldRefuseAnImageWithoutItsLayer() throws IOException {
    Files.delete(store.blob(second.layers().getLast().digest()));

    assertThatThrownBy(() -> archive(List.of(second)))
        .isInstanceOf(ImageStoreException.class)
        .hasMessageContaining(second.layers().getLast().digest());
  }

  private Map<String, byte[]> archive(List<Image> images) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageArchive.write(store, images, out);
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (TarArchiveInputStream in =
        new TarArchiveInputStream(new ByteArrayInputStream(out.toByteArray()))) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        assertThat(files.put(entry.getName(), in.readAllBytes())).as(entry.getName()).isNull();
      }
    }
    return files;
  }

  private static byte[] blob(Map<String, byte[]> files, String digest) {
    return files.get("blobs/sha256/" + Digests.hex(digest));
  }

  private static JsonNode json(Map<String, byte[]> files, String name) {
    return ImageStore.MAPPER.readTree(files.get(name));
  }
}
