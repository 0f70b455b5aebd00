package io.vireo.dev.images;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** One layer of an image to be written: where its content comes from. */
public sealed interface Layer {

  /** Everything beneath a folder: files, folders and symbolic links, with their permission bits. */
  record Tree(Path root) implements Layer {}

  /** Named entries; parent folders that are not named are made with mode 0755. */
  record Entries(List<Entry> entries) implements Layer {
    /** Copies the list. */
    public Entries {
      entries = List.copyOf(entries);
    }
  }

  /**
   * What a tar file holds, as far as its path is kept. Folders are those that the kept files need,
   * with mode 0755; owners, times, set-uid bits and device nodes are left out.
   *
   * @param tar the file
   * @param keeps asked about each path, relative to the image's root
   */
  record Archive(Path tar, Predicate<String> keeps) implements Layer {}

  /** A layer that the store has already, as that of another image. */
  record Stored(Image.Blob blob) implements Layer {}

  /** One entry; its path is relative to the image's root, without a leading slash. */
  sealed interface Entry {
    /** Where it is in the image. */
    String path();
  }

  /** A file with the content of another. */
  record FileEntry(String path, int mode, Path source) implements Entry {}

  /** A text file in UTF-8 with content from memory. */
  record TextEntry(String path, int mode, String content) implements Entry {}

  /** A folder. */
  record FolderEntry(String path, int mode) implements Entry {}

  /** A symbolic link. */
  record LinkEntry(String path, String target) implements Entry {}

  /** A layer out of a folder. */
  static Layer ofDirectory(Path root) {
    return new Tree(root);
  }

  /** A layer out of entries. */
  static Layer of(Entry... entries) {
    return new Entries(List.of(entries));
  }

  /** A file, executable or not, with the content of another. */
  static Entry file(String path, int mode, Path source) {
    return new FileEntry(path, mode, source);
  }

  /** A text file in UTF-8. */
  static Entry text(String path, int mode, String content) {
    return new TextEntry(path, mode, content);
  }

  /** A folder with mode 0755. */
  static Entry folder(String path) {
    return new FolderEntry(path, 0755);
  }

  /** A symbolic link. */
  static Entry link(String path, String target) {
    return new LinkEntry(path, target);
  }
}
