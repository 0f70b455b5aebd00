package io.vireo.dev.images;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes a layer as tar: entries in order of their names, owner 0:0, time 0. */
public final class LayerTar {

  static final int FOLDER_MODE = 0755;

  private LayerTar() {}

  /** Writes it, and closes the stream. */
  public static void write(Layer layer, OutputStream out) throws IOException {
    try (TarArchiveOutputStream tar = open(out)) {
      switch (layer) {
        case Layer.Tree tree -> write(list(tree.root()), tar);
        case Layer.Entries named -> write(byName(named), tar);
        case Layer.Archive archive -> ArchiveCopy.copy(archive, tar);
        case Layer.Stored stored ->
            throw new IllegalArgumentException("Expected a new layer, but got " + stored);
      }
      tar.finish();
    }
  }

  /** A tar that takes names and sizes of any length. */
  static TarArchiveOutputStream open(OutputStream out) {
    TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
    return tar;
  }

  private static void write(NavigableMap<String, Layer.Entry> entries, TarArchiveOutputStream tar)
      throws IOException {
    for (Map.Entry<String, Layer.Entry> entry : entries.entrySet()) {
      write(entry.getValue(), tar);
    }
  }

  private static NavigableMap<String, Layer.Entry> byName(Layer.Entries named) {
    NavigableMap<String, Layer.Entry> entries = new TreeMap<>();
    for (Layer.Entry entry : named.entries()) {
      String path = checked(entry.path());
      for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
        String parent = path.substring(0, slash);
        entries.putIfAbsent(parent, new Layer.FolderEntry(parent, FOLDER_MODE));
      }
      entries.put(path, entry);
    }
    return entries;
  }

  private static String checked(String path) {
    boolean plain =
        !path.isEmpty()
            && Stream.of(path.split("/", -1))
                .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    if (!plain) {
      throw new ImageStoreException(
          "Expected a relative path without . and .. in a layer, but got \"" + path + "\"");
    }
    return path;
  }

  private static NavigableMap<String, Layer.Entry> list(Path root) throws IOException {
    NavigableMap<String, Layer.Entry> entries = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.equals(root)) {
          continue;
        }
        String path = root.relativize(file).toString();
        if (Files.isSymbolicLink(file)) {
          entries.put(path, new Layer.LinkEntry(path, Files.readSymbolicLink(file).toString()));
        } else if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          entries.put(path, new Layer.FolderEntry(path, mode(file)));
        } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          entries.put(path, new Layer.FileEntry(path, mode(file), file));
        } else {
          throw new ImageStoreException(
              "Expected files, folders and links in a layer, but " + file + " is something else");
        }
      }
    }
    return entries;
  }

  private static int mode(Path file) throws IOException {
    return FileMode.bits(Files.getPosixFilePermissions(file));
  }

  static void write(Layer.Entry entry, TarArchiveOutputStream tar) throws IOException {
    switch (entry) {
      case Layer.FileEntry file -> {
        TarArchiveEntry header = header(file.path(), file.mode());
        header.setSize(Files.size(file.source()));
        tar.putArchiveEntry(header);
        Files.copy(file.source(), tar);
      }
      case Layer.TextEntry text -> {
        byte[] content = text.content().getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry header = header(text.path(), text.mode());
        header.setSize(content.length);
        tar.putArchiveEntry(header);
        tar.write(content);
      }
      case Layer.FolderEntry folder ->
          tar.putArchiveEntry(header(folder.path() + "/", folder.mode()));
      case Layer.LinkEntry link -> {
        TarArchiveEntry header = new TarArchiveEntry(link.path(), TarConstants.LF_SYMLINK);
        header.setLinkName(link.target());
        header.setMode(0777);
        tar.putArchiveEntry(anonymous(header));
      }
    }
    tar.closeArchiveEntry();
  }

  private static TarArchiveEntry header(String path, int mode) {
    TarArchiveEntry header = new TarArchiveEntry(path);
    header.setMode(mode);
    return anonymous(header);
  }

  /** Without owner and time. */
  static TarArchiveEntry anonymous(TarArchiveEntry header) {
    header.setModTime(0);
    header.setIds(0, 0);
    header.setNames("", "");
    return header;
  }
}
