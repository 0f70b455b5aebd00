package io.vireo.dev.images;

import io.vireo.dev.process.ProgramRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A Java with some modules only, made once for each version of the JDK and kept in the store.
 *
 * @param javaHome a JDK with jlink
 * @param modules of the JDK
 * @param options of jlink
 */
record JavaRuntime(Path javaHome, List<String> modules, List<String> options) {

  private static final Duration LINK_MAX = Duration.ofMinutes(5);

  /** Copies the lists. */
  JavaRuntime {
    modules = List.copyOf(modules);
    options = List.copyOf(options);
  }

  /** The base module alone; its classes come from a cache that the launcher brings. */
  static JavaRuntime ofLauncher(Path javaHome) {
    return new JavaRuntime(javaHome, List.of("java.base"), List.of());
  }

  /** What the parts of the control plane and the node need, with the JDK's own class archive. */
  static JavaRuntime ofServices(Path javaHome) {
    return new JavaRuntime(
        javaHome,
        List.of(
            "java.base",
            "java.compiler",
            "java.management",
            "java.naming",
            "java.net.http",
            "java.security.jgss",
            "java.security.sasl",
            "java.sql",
            "jdk.jfr",
            "jdk.management",
            "jdk.unsupported"),
        List.of("--generate-cds-archive"));
  }

  /** Version and maker of the JDK, fit for a file name. */
  String version() throws IOException {
    Properties release = new Properties();
    try (InputStream in = Files.newInputStream(javaHome.resolve("release"))) {
      release.load(in);
    }
    String text =
        release.getProperty("JAVA_RUNTIME_VERSION", release.getProperty("JAVA_VERSION", ""))
            + release.getProperty("IMPLEMENTOR", "");
    return text.replaceAll("[^A-Za-z0-9.+-]", "");
  }

  /** Changes with the JDK and with what is taken of it. */
  String recipe() throws IOException {
    String text = version() + modules + options;
    return version()
        + "-"
        + Digests.hex(Digests.of(text.getBytes(StandardCharsets.UTF_8))).substring(0, 8);
  }

  /** Its folder; shared, so nothing may change it. */
  Path make(ImageStore store) throws IOException, InterruptedException {
    Path all = Files.createDirectories(store.root().resolve("jre"));
    Path target = all.resolve(recipe());
    if (Files.isDirectory(target)) {
      return target;
    }
    Path fresh = Files.createTempDirectory(all, ".new-");
    Path made = fresh.resolve("jre");
    try {
      List<String> command = new ArrayList<>();
      command.add(javaHome.resolve("bin/jlink").toString());
      command.addAll(List.of("--add-modules", String.join(",", modules)));
      command.addAll(List.of("--strip-debug", "--no-header-files", "--no-man-pages"));
      command.addAll(options);
      command.addAll(List.of("--output", made.toString()));
      ProgramRun.of(LINK_MAX, command);
      // For heaps above 32 GiB, which no part has.
      Files.deleteIfExists(made.resolve("lib/server/classes_nocoops.jsa"));
      try {
        Files.move(made, target);
      } catch (IOException e) {
        if (!Files.isDirectory(target)) {
          throw e;
        }
        // Somebody else made the same in the meantime.
      }
    } finally {
      LayerUnpack.remove(fresh);
    }
    return target;
  }

  /** Its files, for a layer. */
  static List<Layer.Entry> entries(String home, Path jre) throws IOException {
    List<Layer.Entry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.walk(jre)) {
      files
          .sorted()
          .forEach(
              file -> {
                String path = home + "/" + jre.relativize(file);
                if (Files.isSymbolicLink(file)) {
                  entries.add(Layer.link(path, target(file)));
                } else if (Files.isRegularFile(file)) {
                  entries.add(Layer.file(path, Files.isExecutable(file) ? 0755 : 0644, file));
                }
              });
    }
    return entries;
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to read the link " + link, e);
    }
  }
}
