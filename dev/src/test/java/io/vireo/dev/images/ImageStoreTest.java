package io.vireo.dev.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStoreTest {

  private static final String NAME = "localhost/vireo/thing:dev";

  @TempDir private Path folder;
  private ImageStore store;

  @BeforeEach
  void open() throws IOException {
    store = ImageStore.open(folder.resolve("store"));
  }

  @Test
  void shouldFindAndUnpackWhatWasWritten() throws IOException {
    Path program = Files.writeString(folder.resolve("program"), "#!/bin/sh\n");
    ImageConfig config =
        ImageConfig.EMPTY
            .withEntrypoint("/opt/program", "run")
            .withEnvironment("A=b")
            .withLabels(Map.of(ImageConfig.LABEL_BASE, ImageConfig.BASE_HOST));

    ImageWriter.write(
        store,
        NAME,
        config,
        List.of(
            Layer.of(
                Layer.file("opt/program", 0755, program),
                Layer.text("etc/thing.conf", 0640, "x\n"),
                Layer.folder("data"),
                Layer.link("opt/alias", "program"))));

    Image image = store.resolve(NAME).orElseThrow();
    assertThat(image.config()).isEqualTo(config);
    assertThat(image.config().isOnHostBase()).isTrue();
    Path files = store.unpack(image);
    assertThat(files.resolve("opt/alias")).isSymbolicLink().hasContent("#!/bin/sh\n");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(files.resolve("etc/thing.conf"))))
        .isEqualTo("rw-r-----");
    assertThat(files.resolve("data")).isEmptyDirectory();
    assertThat(store.unpack(image)).isEqualTo(files);
  }

  @Test
  void shouldGiveTheSameDigestWhenContentIsTheSame() throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tree"));
    Files.createDirectories(tree.resolve("a/b"));
    Files.writeString(tree.resolve("a/b/c"), "text");
    Image first =
        ImageWriter.write(store, NAME, ImageConfig.EMPTY, List.of(Layer.ofDirectory(tree)));
    Files.setLastModifiedTime(
        tree.resolve("a/b/c"), java.nio.file.attribute.FileTime.fromMillis(12345));
    ImageStore other = ImageStore.open(folder.resolve("other"));

    Image second =
        ImageWriter.write(other, NAME, ImageConfig.EMPTY, List.of(Layer.ofDirectory(tree)));

    assertThat(second.digest()).isEqualTo(first.digest());
  }

  @Test
  void shouldFindNothingWhenTheNameIsUnknown() {
    assertThat(store.resolve("localhost/nobody:1")).isEmpty();
  }

  @Test
  void shouldTakeLatestWhenTheNameHasNoTag() throws IOException {
    ImageWriter.write(store, "localhost:5000/x:latest", ImageConfig.EMPTY, List.of(Layer.of()));

    assertThat(store.resolve("localhost:5000/x")).isPresent();
  }

  @Test
  void shouldPointTheNameAtTheNewestImage() throws IOException {
    ImageWriter.write(
        store, NAME, ImageConfig.EMPTY, List.of(Layer.of(Layer.text("v", 0644, "1"))));
    Image newest =
        ImageWriter.write(
            store, NAME, ImageConfig.EMPTY, List.of(Layer.of(Layer.text("v", 0644, "2"))));

    assertThat(store.resolve(NAME).orElseThrow().digest()).isEqualTo(newest.digest());
    assertThat(store.references()).containsExactly(NAME);
  }

  @Test
  void shouldKeepEveryNameWhenWrittenAtTheSameTime() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Image>> images =
          IntStream.range(0, 8)
              .mapToObj(
                  i ->
                      threads.submit(
                          () ->
                              ImageWriter.write(
                                  store, "localhost/i:" + i, ImageConfig.EMPTY, List.of())))
              .toList();
      for (Future<Image> image : images) {
        image.get();
      }
    }
    assertThat(store.references()).hasSize(8);
  }

  @Test
  void shouldRefuseALayerWhoseContentChanged() throws IOException {
    Image image =
        ImageWriter.write(
            store, NAME, ImageConfig.EMPTY, List.of(Layer.of(Layer.text("v", 0644, "1"))));
    Path blob = store.blob(image.layers().getFirst().digest());
    byte[] content = Files.readAllBytes(blob);
    content[1000]++;
    Files.write(blob, content);

    assertThatThrownBy(() -> store.unpack(image))
        .isInstanceOf(ImageStoreException.class)
        .hasMessageContaining("to have that content");
  }

  @Test
  void shouldApplyWhiteoutsOfUpperLayers() throws IOException {
    Image image =
        ImageWriter.write(
            store,
            NAME,
            ImageConfig.EMPTY,
            List.of(
                Layer.of(
                    Layer.text("keep", 0644, "k"),
                    Layer.text("gone", 0644, "g"),
                    Layer.text("folder/old", 0644, "o")),
                Layer.of(
                    Layer.text(".wh.gone", 0644, ""),
                    Layer.text("folder/new", 0644, "n"),
                    Layer.text("folder/.wh..wh..opq", 0644, ""))));

    Path files = store.unpack(image);

    assertThat(files.resolve("keep")).exists();
    assertThat(files.resolve("gone")).doesNotExist();
    assertThat(files.resolve("folder/old")).doesNotExist();
    assertThat(files.resolve("folder/new")).exists();
  }

  @Test
  void shouldRefusePathsOutOfTheImage() throws IOException {
    Path root = Files.createDirectories(folder.resolve("root"));
    byte[] dots = tar(file("../evil", "x"));
    byte[] throughLink = tar(link("out", "../.."), file("out/evil", "x"));
    byte[] hardLink = tar(hardLink("copy", "/../../secret"));

    assertThatThrownBy(() -> new LayerUnpack(root).apply(new ByteArrayInputStream(dots)))
        .hasMessageContaining("within the image");
    assertThatThrownBy(() -> new LayerUnpack(root).apply(new ByteArrayInputStream(throughLink)))
        .hasMessageContaining("link out of it");
    assertThatThrownBy(() -> new LayerUnpack(root).apply(new ByteArrayInputStream(hardLink)))
        .hasMessageContaining("within the image");
    assertThat(folder.resolve("evil")).doesNotExist();
  }

  @Test
  void shouldReplaceALinkRatherThanWriteThroughIt() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "kept");
    Path root = Files.createDirectories(folder.resolve("root"));

    new LayerUnpack(root)
        .apply(new ByteArrayInputStream(tar(link("f", secret.toString()), file("f", "new"))));

    assertThat(secret).hasContent("kept");
    assertThat(root.resolve("f")).hasContent("new").isRegularFile();
  }

  @Test
  void shouldLeaveOutDevices() throws IOException {
    Path root = Files.createDirectories(folder.resolve("root"));
    TarArchiveEntry device = new TarArchiveEntry("dev-null", TarConstants.LF_CHR);
    device.setDevMajor(1);
    device.setDevMinor(3);

    new LayerUnpack(root).apply(new ByteArrayInputStream(tar(new Item(device, new byte[0]))));

    assertThat(Files.exists(root.resolve("dev-null"), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  private record Item(TarArchiveEntry header, byte[] content) {}

  private static Item file(String name, String content) {
    return new Item(new TarArchiveEntry(name, true), content.getBytes(StandardCharsets.UTF_8));
  }

  private static Item link(String name, String target) {
    TarArchiveEntry header = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
    header.setLinkName(target);
    return new Item(header, new byte[0]);
  }

  private static Item hardLink(String name, String target) {
    TarArchiveEntry header = new TarArchiveEntry(name, TarConstants.LF_LINK);
    header.setLinkName(target);
    return new Item(header, new byte[0]);
  }

  private static byte[] tar(Item... items) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
      for (Item item : items) {
        item.header().setSize(item.content().length);
        out.putArchiveEntry(item.header());
        out.write(item.content());
        out.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }
}
