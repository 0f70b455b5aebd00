package io.vireo.dev.images;

import java.nio.file.Path;
import java.util.List;

/** One layer of an image to be written: a folder as it is, or entries one by one. */
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
