package io.vireo.dev.images;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The jars of a build, found by their file names. */
public final class JarSet {

  /** In the jar of each part: the names of the jars that it runs with. */
  private static final String LIST = "META-INF/vireo/run-time-jars";

  private static final int LIST_MAX = 1 << 20;

  private final Map<String, Path> byName = new TreeMap<>();

  private JarSet(Stream<Path> files) {
    files
        .filter(file -> file.toString().endsWith(".jar"))
        .forEach(file -> byName.putIfAbsent(file.getFileName().toString(), file));
  }

  /** Those in a folder. */
  public static JarSet in(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return new JarSet(files);
    }
  }

  /** Those that this program runs with. */
  public static JarSet onClassPath() {
    return new JarSet(
        Stream.of(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
            .filter(entry -> !entry.isEmpty())
            .map(Path::of));
  }

  /**
   * The jar of a module of Vireo.
   *
   * @param module such as {@code vireo-launcher}
   */
  public Path of(String module) throws IOException {
    return find(module + "-" + VireoImage.version() + ".jar");
  }

  /** The module's jar and all that it runs with, in the order of the class path. */
  List<Path> runTime(String module) throws IOException {
    Path jar = of(module);
    List<Path> jars = new ArrayList<>();
    jars.add(jar);
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry list = zip.getEntry(LIST);
      if (list == null) {
        throw new IOException("Expected " + LIST + " in " + jar + "; build it with ./mvnw");
      }
      try (InputStream in = zip.getInputStream(list)) {
        String names = new String(in.readNBytes(LIST_MAX), StandardCharsets.UTF_8).strip();
        for (String name : names.split(":", -1)) {
          jars.add(find(name.substring(name.lastIndexOf('/') + 1)));
        }
      }
    }
    return jars;
  }

  private Path find(String name) throws IOException {
    Path jar = byName.get(name);
    if (jar == null) {
      throw new IOException(
          "Expected the jar "
              + name
              + " among the "
              + byName.size()
              + " of this build; build it with ./mvnw");
    }
    return jar;
  }
}
