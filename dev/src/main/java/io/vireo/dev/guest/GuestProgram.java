package io.vireo.dev.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program that busybox has none of, from a Debian package that need not be installed.
 *
 * @param files by their paths in the guest: the program, and this machine's libraries that it is
 *     linked to
 */
record GuestProgram(Map<String, Path> files) {

  private static final Pattern LIBRARY = Pattern.compile("(?:=> |^\\s*)/(\\S+) \\(0x");

  GuestProgram {
    files = Map.copyOf(files);
  }

  /**
   * Downloads and unpacks it, unless it is there already.
   *
   * @param program its path in package and guest
   */
  static GuestProgram fetch(
      Path workDir, String packageName, String program, Consumer<String> progress)
      throws IOException, InterruptedException {
    Path unpacked = workDir.resolve(packageName);
    if (!Files.exists(unpacked)) {
      progress.accept("Downloading Debian's package " + packageName);
      Path fresh = Files.createTempDirectory(workDir, packageName);
      Command.run(fresh, "apt-get", "download", "-q", packageName);
      Command.run(fresh, "sh", "-c", "dpkg-deb -x ./*.deb . && rm ./*.deb");
      Files.move(fresh, unpacked);
    }
    Path file = unpacked.resolve(program);
    Map<String, Path> files =
        new LinkedHashMap<>(libraries(Command.run(workDir, "ldd", file.toString())));
    files.put(program, file);
    return new GuestProgram(files);
  }

  /** What {@code ldd} lists that is a file. */
  static Map<String, Path> libraries(String listed) {
    Map<String, Path> libraries = new LinkedHashMap<>();
    for (String line : listed.split("\n", -1)) {
      Matcher library = LIBRARY.matcher(line);
      if (library.find()) {
        libraries.put(library.group(1), Path.of("/", library.group(1)));
      }
    }
    return libraries;
  }
}
