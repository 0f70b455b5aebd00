package io.vireo.dev.nodeagent;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Full paths of the programs that the scripts call, so that no PATH can put others in their place.
 */
final class Tools {

  private static final List<String> NAMES =
      List.of(
          "sh",
          "unshare",
          "setpriv",
          "mount",
          "umount",
          "pivot_root",
          "mkdir",
          "ln",
          "rm",
          "mv",
          "hostname",
          "setsid",
          "env",
          "touch",
          "chmod");
  private static final List<Path> FOLDERS =
      List.of(Path.of("/usr/bin"), Path.of("/bin"), Path.of("/usr/sbin"), Path.of("/sbin"));

  private final Map<String, String> paths;

  private Tools(Map<String, String> paths) {
    this.paths = paths;
  }

  /**
   * Looks for all of them.
   *
   * @throws IllegalStateException naming those that are missing
   */
  static Tools find() {
    Map<String, String> found = new HashMap<>();
    List<String> missing = new ArrayList<>();
    for (String name : NAMES) {
      FOLDERS.stream()
          .map(folder -> folder.resolve(name))
          .filter(Files::isExecutable)
          .findFirst()
          .ifPresentOrElse(path -> found.put(name, path.toString()), () -> missing.add(name));
    }
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "Expected the programs " + missing + " in /usr/bin or /usr/sbin (util-linux, coreutils)");
    }
    return new Tools(Map.copyOf(found));
  }

  /** For tests of what is rendered. */
  static Tools in(String folder) {
    Map<String, String> paths = new HashMap<>();
    NAMES.forEach(name -> paths.put(name, folder + "/" + name));
    return new Tools(Map.copyOf(paths));
  }

  String get(String name) {
    String path = paths.get(name);
    if (path == null) {
      throw new IllegalArgumentException("Expected a known program, but got " + name);
    }
    return path;
  }
}
