package io.vireo.e2e;

import io.vireo.dev.images.ImageConfig;
import io.vireo.dev.images.ImageStore;
import io.vireo.dev.images.ImageWriter;
import io.vireo.dev.images.Layer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Images whose disks lie. */
final class BadImages {

  static final String NOT_QCOW2 = "vireo-test/not-qcow2:1";
  static final String BACKED = "vireo-test/backed:1";

  static final String EMPTY = "vireo-test/empty:1";
  static final String TWO = "vireo-test/two:1";
  static final String LINKED = "vireo-test/linked:1";

  private BadImages() {}

  static void build() throws Exception {
    ImageStore store =
        ImageStore.open(Path.of(System.getProperty("user.home"), ".cache", "vireo", "images"));
    Path folder = Files.createDirectories(Path.of("target", "bad-images"));
    Path text = folder.resolve("text.qcow2");
    Files.writeString(text, "I am a disk, believe me.");
    write(store, NOT_QCOW2, text);
    Path backed = folder.resolve("backed.qcow2");
    Files.deleteIfExists(backed);
    Process create =
        new ProcessBuilder(
                "qemu-img",
                "create",
                "-q",
                "-u",
                "-f",
                "qcow2",
                "-F",
                "raw",
                "-b",
                "/etc/passwd",
                backed.toString(),
                "1M")
            .inheritIO()
            .start();
    if (create.waitFor() != 0) {
      throw new AssertionError("Expected qemu-img to make an image");
    }
    write(store, BACKED, backed);
  }

  /** Images with no disk, with two, and with a way out of them. */
  static void buildMisshapen() throws Exception {
    ImageStore store =
        ImageStore.open(Path.of(System.getProperty("user.home"), ".cache", "vireo", "images"));
    ImageWriter.write(
        store,
        "localhost/" + EMPTY,
        ImageConfig.EMPTY,
        List.of(Layer.of(Layer.text("readme", 0644, "No disk here.\n"))));
    ImageWriter.write(
        store,
        "localhost/" + TWO,
        ImageConfig.EMPTY,
        List.of(
            Layer.of(
                Layer.text("disk/a.img", 0644, "one"), Layer.text("disk/b.img", 0644, "two"))));
    ImageWriter.write(
        store,
        "localhost/" + LINKED,
        ImageConfig.EMPTY,
        List.of(Layer.of(Layer.link("disk/disk.img", "/etc/passwd"))));
  }

  private static void write(ImageStore store, String reference, Path disk) throws Exception {
    ImageWriter.write(
        store,
        "localhost/" + reference,
        ImageConfig.EMPTY,
        List.of(Layer.of(Layer.file("disk/" + disk.getFileName(), 0644, disk))));
  }
}
