package io.vireo.dev.nodeagent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/** An image's unpacked files. */
final class ImageFiles {

  private static final int LINKS_MAX = 40;

  private ImageFiles() {}

  static List<String> topLevel(Path files) {
    try (Stream<Path> children = Files.list(files)) {
      return children.map(Path::getFileName).map(Path::toString).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to list the image's files in " + files, e);
    }
  }

  /**
   * The absolute path within the image that a path leads to when the image is the root: symbolic
   * links are followed, and none leads out.
   */
  static Path resolve(Path files, String path) {
    Path root = Path.of("/");
    Deque<String> todo = new ArrayDeque<>();
    push(todo, Path.of(path));
    Path at = root;
    int links = 0;
    while (!todo.isEmpty()) {
      String name = todo.pop();
      if (name.equals("..")) {
        Path parent = at.getParent();
        at = parent == null ? root : parent;
        continue;
      }
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      Path next = at.resolve(name);
      Path real = files.resolve(root.relativize(next));
      if (!Files.isSymbolicLink(real)) {
        at = next;
        continue;
      }
      if (++links > LINKS_MAX) {
        throw new IllegalArgumentException("Expected a path without a loop of links: " + path);
      }
      try {
        Path target = Files.readSymbolicLink(real);
        if (target.isAbsolute()) {
          at = root;
        }
        push(todo, target);
      } catch (IOException e) {
        throw new UncheckedIOException("Expected to read the link " + real, e);
      }
    }
    return at;
  }

  private static void push(Deque<String> todo, Path path) {
    for (int i = path.getNameCount() - 1; i >= 0; i--) {
      todo.push(path.getName(i).toString());
    }
  }
}
