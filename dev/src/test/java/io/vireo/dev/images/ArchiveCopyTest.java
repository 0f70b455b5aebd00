package io.vireo.dev.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveCopyTest {

  @TempDir private Path folder;
  private Path tar;

  @BeforeEach
  void writeTar() throws IOException {
    tar = folder.resolve("root.tar");
    try (TarArchiveOutputStream out = LayerTar.open(Files.newOutputStream(tar))) {
      add(out, "./", TarConstants.LF_DIR, "");
      add(out, "./usr/", TarConstants.LF_DIR, "");
      add(out, "./usr/bin/", TarConstants.LF_DIR, "");
      add(out, "./usr/bin/a", TarConstants.LF_NORMAL, "program");
      add(out, "./usr/bin/b", TarConstants.LF_LINK, "./usr/bin/a");
      add(out, "./usr/bin/c", TarConstants.LF_SYMLINK, "a");
      add(out, "./usr/share/doc/x", TarConstants.LF_NORMAL, "long text");
      add(out, "./dev/null", TarConstants.LF_CHR, "");
    }
  }

  @Test
  void shouldKeepFilesLinksAndTheFoldersThatTheyNeed() throws IOException {
    List<TarArchiveEntry> entries = copied(path -> !path.contains("doc"));

    assertThat(entries.stream().map(TarArchiveEntry::getName))
        .containsExactly("usr/", "usr/bin/", "usr/bin/a", "usr/bin/b", "usr/bin/c");
    assertThat(entries.get(3).isLink()).isTrue();
    assertThat(entries.get(3).getLinkName()).isEqualTo("usr/bin/a");
    assertThat(entries.get(4).getLinkName()).isEqualTo("a");
  }

  @Test
  void shouldDropOwnersTimesAndRightsOfOthers() throws IOException {
    TarArchiveEntry program = copied(path -> path.endsWith("/a")).getLast();

    assertThat(program.getMode()).isEqualTo(0755);
    assertThat(program.getLongUserId()).isZero();
    assertThat(program.getLastModifiedTime().toMillis()).isZero();
  }

  @Test
  void shouldRefuseAHardLinkToWhatIsLeftOut() {
    assertThatThrownBy(() -> copied(path -> path.endsWith("/b")))
        .isInstanceOf(ImageStoreException.class)
        .hasMessageContaining("usr/bin/a");
  }

  private List<TarArchiveEntry> copied(Predicate<String> keeps) throws IOException {
    ByteArrayOutputStream layer = new ByteArrayOutputStream();
    LayerTar.write(new Layer.Archive(tar, keeps), layer);
    List<TarArchiveEntry> entries = new ArrayList<>();
    try (TarArchiveInputStream in =
        new TarArchiveInputStream(new ByteArrayInputStream(layer.toByteArray()))) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.add(entry);
      }
    }
    return entries;
  }

  private static void add(TarArchiveOutputStream out, String name, byte type, String content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, type);
    byte[] bytes = new byte[0];
    if (type == TarConstants.LF_NORMAL) {
      bytes = content.getBytes(StandardCharsets.UTF_8);
      entry.setSize(bytes.length);
      entry.setMode(04755);
      entry.setIds(1000, 1000);
    } else {
      entry.setLinkName(content);
    }
    out.putArchiveEntry(entry);
    out.write(bytes);
    out.closeArchiveEntry();
  }
}
