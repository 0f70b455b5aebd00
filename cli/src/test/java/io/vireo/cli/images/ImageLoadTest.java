package io.vireo.cli.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.cli.Failure;
import io.vireo.dev.images.Image;
import io.vireo.dev.images.ImageConfig;
import io.vireo.dev.images.ImageStore;
import io.vireo.dev.images.ImageWriter;
import io.vireo.dev.images.Layer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageLoadTest {

  @TempDir private Path folder;
  private ImageStore store;
  private Image image;

  @BeforeEach
  void writeImage() throws IOException {
    store = ImageStore.open(folder.resolve("store"));
    image =
        ImageWriter.write(
            store,
            "localhost/vireo/thing:1",
            ImageConfig.EMPTY,
            List.of(Layer.of(Layer.text("x", 0644, "x".repeat(1 << 20)))));
  }

  @Test
  void shouldHandTheArchiveOver() throws Exception {
    Path taken = folder.resolve("taken.tar");

    new ImageLoad("engine", List.of("sh", "-c", "cat >" + taken)).run(store, List.of(image));

    assertThat(Files.size(taken)).isGreaterThan(1 << 20);
  }

  @Test
  void shouldSayWhatTheEngineSaid() {
    ImageLoad full = new ImageLoad("engine", List.of("sh", "-c", "echo no space left; exit 1"));

    assertThatThrownBy(() -> full.run(store, List.of(image)))
        .isInstanceOf(Failure.class)
        .hasMessage("engine did not take the images: no space left");
  }

  @Test
  void shouldNameTheSocketWhereNobodyListens() {
    Path socket = folder.resolve("containerd.sock");

    assertThatThrownBy(() -> ImageLoad.containerd(socket, "k8s.io"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("no containerd listens on " + socket)
        .hasMessageContaining("--docker");
  }

  @Test
  void shouldShowAnImageOnALine() throws IOException {
    ImageRow row = ImageRow.of(store, image);

    assertThat(row.name()).isEqualTo("localhost/vireo/thing");
    assertThat(row.tag()).isEqualTo("1");
    assertThat(ImageTable.text(List.of(row)))
        .contains("localhost/vireo/thing  1    1.0 MiB")
        .contains(image.digest().substring(0, 19))
        .doesNotContain(image.digest());
  }
}
