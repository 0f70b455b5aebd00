package io.vireo.dev.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Applies a layer's tar to a folder. The tar may be hostile: nothing is written outside the folder,
 * also not through a link that an earlier entry made; device nodes and pipes are left out; set-uid
 * bits are dropped.
 */
final class LayerUnpack {

  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  private final Path root;

  LayerUnpack(Path root) {
    this.root = root;
  }

  void apply(InputStream tarStream) throws IOException {
    // What this layer itself put here: an opaque mark hides only what lower layers brought.
    Set<Path> own = new HashSet<>();
    try (TarArchiveInputStream tar = new TarArchiveInputStream(tarStream, "UTF-8")) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path target = inside(entry.getName());
        if (target == null) {
          continue;
        }
        String name = String.valueOf(target.getFileName());
        if (name.equals(OPAQUE)) {
          hideLower(parentOf(target), own);
        } else if (name.startsWith(WHITEOUT)) {
          remove(target.resolveSibling(name.substring(WHITEOUT.length())));
        } else {
          write(entry, target, tar);
          for (Path path = target; !path.equals(root); path = parentOf(path)) {
            own.add(path);
          }
        }
      }
    }
  }

  private void write(TarArchiveEntry entry, Path target, InputStream content) throws IOException {
    if (entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO()) {
      // A container gets those from its runtime, never from an image.
      return;
    }
    makeParents(target);
    if (entry.isDirectory()) {
      if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
        remove(target);
        Files.createDirectory(target);
      }
      setMode(target, entry.getMode() | 0700);
    } else if (entry.isSymbolicLink()) {
      remove(target);
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else if (entry.isLink()) {
      Path existing = inside(entry.getLinkName());
      if (existing == null || !Files.isRegularFile(existing, LinkOption.NOFOLLOW_LINKS)) {
        throw new ImageStoreException(
            "Expected the hard link " + entry.getName() + " to name a file of the image");
      }
      remove(target);
      Files.createLink(target, existing);
    } else if (entry.isFile()) {
      remove(target);
      try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
        content.transferTo(out);
      }
      setMode(target, entry.getMode() | 0400);
      // Java refuses its cache for a jar of another time than it was made with.
      Files.setLastModifiedTime(target, entry.getLastModifiedTime());
    }
  }

  /**
   * The path within the root that a name means, or null for the root itself.
   *
   * @throws ImageStoreException if it leads out, by .. or through a link
   */
  private @Nullable Path inside(String name) {
    Path target = root;
    String[] parts =
        Stream.of(name.split("/"))
            .filter(p -> !p.isEmpty() && !p.equals("."))
            .toArray(String[]::new);
    for (int i = 0; i < parts.length; i++) {
      if (parts[i].equals("..") || parts[i].indexOf('\0') >= 0) {
        throw new ImageStoreException("Expected paths within the image, but a layer has " + name);
      }
      target = target.resolve(parts[i]);
      if (i < parts.length - 1 && Files.isSymbolicLink(target)) {
        target = linkWithin(target, name);
      }
    }
    return target.equals(root) ? null : target;
  }

  /** Where a link of a folder leads, as long as that is a folder within the root. */
  private Path linkWithin(Path link, String name) {
    try {
      Path to = Files.readSymbolicLink(link);
      Path real =
          (to.isAbsolute() ? root.resolve(Path.of("/").relativize(to)) : parentOf(link).resolve(to))
              .normalize();
      boolean plain = real.startsWith(root);
      for (Path path = real; plain && !path.equals(root); path = parentOf(path)) {
        plain = !Files.isSymbolicLink(path);
      }
      if (plain) {
        return real;
      }
    } catch (IOException e) {
      throw new ImageStoreException("Expected to read the link " + link, e);
    }
    throw new ImageStoreException(
        "Expected paths within the image, but a layer has " + name + " through a link out of it");
  }

  private void makeParents(Path target) throws IOException {
    Path parent = parentOf(target);
    if (!Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)) {
      if (Files.exists(parent, LinkOption.NOFOLLOW_LINKS)) {
        remove(parent);
      }
      Files.createDirectories(parent);
    }
  }

  private static void hideLower(Path folder, Set<Path> own) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> children = Files.list(folder)) {
      for (Path child : (Iterable<Path>) children::iterator) {
        if (!own.contains(child)) {
          remove(child);
        } else if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
          hideLower(child, own);
        }
      }
    }
  }

  private static Path parentOf(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new ImageStoreException("Expected a path within the image, but got " + path);
    }
    return parent;
  }

  private static void setMode(Path file, int mode) throws IOException {
    Files.setPosixFilePermissions(file, FileMode.permissions(mode));
  }

  /** Removes a file, link or folder with all beneath it; nothing there is fine. */
  static void remove(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (!Files.isWritable(folder) || !Files.isExecutable(folder)) {
              Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException problem)
              throws IOException {
            if (problem != null) {
              throw problem;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
