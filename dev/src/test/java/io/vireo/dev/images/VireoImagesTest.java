package io.vireo.dev.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VireoImagesTest {

  private final List<String> progress = new ArrayList<>();

  @TempDir private Path folder;
  private ImageStore store;
  private VireoImages images;

  @BeforeEach
  void open() throws IOException {
    store = ImageStore.open(folder.resolve("store"));
    JarSet noJars = JarSet.in(Files.createDirectory(folder.resolve("jars")));
    images = new VireoImages(store, noJars, folder.resolve("no-jdk"));
  }

  @Test
  void shouldNameTheImagesByTheVersionOfTheBuild() {
    assertThat(VireoImage.version()).matches("[0-9]+\\.[0-9]+\\.[0-9]+(-[A-Za-z0-9.]+)?");
    assertThat(VireoImage.references())
        .containsExactly(
            "localhost/vireo/launcher:" + VireoImage.version(),
            "localhost/vireo/control-plane:" + VireoImage.version(),
            "localhost/vireo/node-executor:" + VireoImage.version(),
            "localhost/vireo/node-network:" + VireoImage.version(),
            "localhost/vireo/pause:" + VireoImage.version());
    assertThat(VireoImage.named("node-executor")).contains(VireoImage.NODE_EXECUTOR);
    assertThat(VireoImage.named("Launcher")).isEmpty();
  }

  @Test
  void shouldRunEachImageAsItsUser() {
    assertThat(VireoImages.config(VireoImage.LAUNCHER, "").user()).isEqualTo("107:107");
    assertThat(VireoImages.config(VireoImage.CONTROL_PLANE, "").user()).isEqualTo("65532:65532");
    assertThat(VireoImages.config(VireoImage.NODE_EXECUTOR, "").user()).isEqualTo("0:0");
    assertThat(VireoImages.config(VireoImage.LAUNCHER, "").entrypoint())
        .endsWith("/opt/vireo/bin/launcher");
  }

  @Test
  void shouldBuildOnlyWhatTheStoreHasNot() throws Exception {
    Image base = base("content");

    Image built = images.build(VireoImage.PAUSE, progress::add);

    assertThat(built.layers()).isEqualTo(base.layers());
    assertThat(store.resolve(VireoImage.PAUSE.reference())).contains(built);
    assertThat(progress).isNotEmpty();
    progress.clear();
    assertThat(images.build(VireoImage.PAUSE, progress::add)).isEqualTo(built);
    assertThat(progress).isEmpty();
  }

  @Test
  void shouldBuildAnewOverAnotherRoot() throws Exception {
    base("content");
    Image before = images.build(VireoImage.PAUSE, progress::add);
    Image updated = base("content with a fix");

    Image after = images.build(VireoImage.PAUSE, progress::add);

    assertThat(after.layers()).isEqualTo(updated.layers());
    assertThat(after.digest()).isNotEqualTo(before.digest());
  }

  @Test
  void shouldNotTakeARootOfAnotherRecipe() throws IOException {
    base("content");
    DebianRoot pause = VireoImages.root(VireoImage.PAUSE);
    DebianRoot changed =
        new DebianRoot(
            pause.name(),
            List.of("busybox-static"),
            pause.programs(),
            pause.data(),
            pause.dropped(),
            pause.files());

    assertThat(DebianImage.find(store, pause)).isPresent();
    assertThat(DebianImage.find(store, changed)).isEmpty();
  }

  @Test
  void shouldStartAPartWithItsJarsInOrder() {
    ServicePart part = ServicePart.node().getFirst();

    String script = part.script(List.of(Path.of("/build/b-1.jar"), Path.of("/build/a-2.jar")));

    assertThat(script)
        .startsWith("#!/bin/sh\nexec /opt/vireo/jre/bin/java ")
        .contains(
            " -cp /opt/vireo/lib/b-1.jar:/opt/vireo/lib/a-2.jar io.vireo.node.NodeExecutorMain ")
        .contains("-Djna.nounpack=true")
        .endsWith(" \"$@\"\n");
  }

  /** Stands for what mmdebstrap would have made. */
  private Image base(String content) throws IOException {
    DebianRoot root = VireoImages.root(VireoImage.PAUSE);
    return ImageWriter.write(
        store,
        DebianImage.reference(root),
        ImageConfig.EMPTY.withLabels(Map.of(ImageConfig.LABEL_RECIPE, root.recipe())),
        List.of(Layer.of(Layer.text("usr/bin/busybox", 0755, content))));
  }
}
