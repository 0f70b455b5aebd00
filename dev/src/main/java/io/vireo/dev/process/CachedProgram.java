package io.vireo.dev.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs on the PATH, or among those that Vireo fetched or built for this user. */
public final class CachedProgram {

  // ~/.cache/vireo/<kind>/<version>/[bin/]<program>
  private static final int DEPTH = 4;

  private CachedProgram() {}

  /** Where it is; the PATH comes first. */
  public static Optional<Path> find(String name) throws IOException {
    return find(
        name,
        System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/bin:/sbin:/bin",
        Path.of(System.getProperty("user.home", "/tmp"), ".cache", "vireo"));
  }

  static Optional<Path> find(String name, String path, Path cache) throws IOException {
    Optional<Path> onPath =
        Stream.of(path.split(":", -1))
            .filter(folder -> folder.startsWith("/"))
            .map(folder -> Path.of(folder, name))
            .filter(CachedProgram::isProgram)
            .findFirst();
    if (onPath.isPresent() || !Files.isDirectory(cache)) {
      return onPath;
    }
    try (Stream<Path> kinds = Files.list(cache)) {
      // Not the programs of images.
      for (Path kind : kinds.filter(folder -> !folder.endsWith("images")).sorted().toList()) {
        Optional<Path> found = newestIn(kind, name);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Path> newestIn(Path kind, String name) throws IOException {
    try (Stream<Path> files =
        Files.find(kind, DEPTH - 1, (file, _) -> file.endsWith(name) && isProgram(file))) {
      return files.max(Comparator.naturalOrder());
    }
  }

  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }
}
