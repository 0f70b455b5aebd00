package io.vireo.dev.images;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Copies what is kept of a tar into a layer. */
final class ArchiveCopy {

  private static final int PERMISSIONS = 0777;

  private final Layer.Archive archive;
  private final TarArchiveOutputStream out;
  private final Set<String> written = new HashSet<>();

  private ArchiveCopy(Layer.Archive archive, TarArchiveOutputStream out) {
    this.archive = archive;
    this.out = out;
  }

  static void copy(Layer.Archive archive, TarArchiveOutputStream out) throws IOException {
    new ArchiveCopy(archive, out).run();
  }

  private void run() throws IOException {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive.tar()));
        TarArchiveInputStream in = new TarArchiveInputStream(file, "UTF-8")) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        String path = path(entry.getName());
        if (!entry.isDirectory() && !path.isEmpty() && archive.keeps().test(path)) {
          write(path, entry, in);
        }
      }
    }
  }

  private void write(String path, TarArchiveEntry entry, InputStream content) throws IOException {
    if (entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
      // Those come from the container's runtime.
      return;
    }
    if (entry.isSymbolicLink()) {
      parents(path);
      LayerTar.write(new Layer.LinkEntry(path, entry.getLinkName()), out);
    } else if (entry.isLink()) {
      hardLink(path, path(entry.getLinkName()));
    } else {
      parents(path);
      TarArchiveEntry header = new TarArchiveEntry(path);
      // Nothing in an image gives its caller the rights of another user.
      header.setMode(entry.getMode() & PERMISSIONS);
      header.setSize(entry.getSize());
      out.putArchiveEntry(LayerTar.anonymous(header));
      content.transferTo(out);
      out.closeArchiveEntry();
    }
    written.add(path);
  }

  private void hardLink(String path, String target) throws IOException {
    if (!written.contains(target)) {
      throw new ImageStoreException(
          "Expected to keep " + target + " too, since " + path + " is a hard link to it");
    }
    parents(path);
    TarArchiveEntry header = new TarArchiveEntry(path, TarConstants.LF_LINK);
    header.setLinkName(target);
    out.putArchiveEntry(LayerTar.anonymous(header));
    out.closeArchiveEntry();
  }

  private void parents(String path) throws IOException {
    for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
      String parent = path.substring(0, slash);
      if (written.add(parent)) {
        LayerTar.write(new Layer.FolderEntry(parent, LayerTar.FOLDER_MODE), out);
      }
    }
  }

  private static String path(String name) {
    String path = name.startsWith("./") ? name.substring(2) : name;
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
