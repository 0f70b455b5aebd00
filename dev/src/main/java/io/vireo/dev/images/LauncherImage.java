package io.vireo.dev.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The image of the pod in which a virtual machine runs, for pods as local processes: the launcher,
 * a Java of its own with nothing but {@code java.base}, and a cache that halves its start.
 */
public final class LauncherImage {

  /** Name of the image. */
  public static final String REFERENCE = "localhost/vireo/launcher:dev";

  private static final Logger LOG = LoggerFactory.getLogger(LauncherImage.class);
  private static final String MAIN_CLASS = "io.vireo.launcher.LauncherMain";
  private static final String LABEL_RECIPE = "io.vireo.recipe";
  private static final String HOME = "opt/vireo/";
  private static final String VERSION = "3";

  // A launcher only waits and talks to two sockets: what it saves is multiplied by the machines.
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xmx16m",
          "-Xms4m",
          "-XX:TieredStopAtLevel=1",
          "-Xss256k",
          "-XX:ReservedCodeCacheSize=16m",
          "-XX:-UsePerfData");

  private LauncherImage() {}

  /**
   * Builds the image, unless the store has it with this launcher and this Java.
   *
   * @param launcherJar self-contained
   * @param javaHome a JDK with jlink
   */
  public static Image build(ImageStore store, Path launcherJar, Path javaHome)
      throws IOException, InterruptedException {
    String recipe = recipe(launcherJar, javaHome);
    Optional<Image> had = store.resolve(REFERENCE);
    if (had.isPresent() && recipe.equals(had.get().config().labels().get(LABEL_RECIPE))) {
      return had.get();
    }
    Path work = Files.createTempDirectory(store.root(), ".launcher-");
    try {
      Path jre = runtime(store, javaHome);
      List<Layer.Entry> entries = new ArrayList<>();
      entries.add(Layer.file(HOME + "lib/launcher.jar", 0644, launcherJar));
      Optional<Path> cache = train(work, launcherJar, jre);
      cache.ifPresent(file -> entries.add(Layer.file(HOME + "lib/launcher.aot", 0644, file)));
      entries.add(Layer.text(HOME + "bin/launcher", 0755, script(cache.isPresent())));
      entries.addAll(files(jre));
      return ImageWriter.write(
          store,
          REFERENCE,
          ImageConfig.EMPTY
              .withEntrypoint("/usr/bin/tini", "-s", "--", "/" + HOME + "bin/launcher")
              .withLabels(
                  Map.of(ImageConfig.LABEL_BASE, ImageConfig.BASE_HOST, LABEL_RECIPE, recipe)),
          List.of(Layer.of(entries.toArray(Layer.Entry[]::new))));
    } finally {
      LayerUnpack.remove(work);
    }
  }

  private static String recipe(Path launcherJar, Path javaHome) throws IOException {
    try (InputStream jar = Files.newInputStream(launcherJar)) {
      String text = VERSION + JVM_OPTIONS + version(javaHome) + Digests.of(jar);
      return Digests.hex(Digests.of(text.getBytes(StandardCharsets.UTF_8))).substring(0, 16);
    }
  }

  private static String version(Path javaHome) throws IOException {
    Properties release = new Properties();
    try (InputStream in = Files.newInputStream(javaHome.resolve("release"))) {
      release.load(in);
    }
    String text =
        release.getProperty("JAVA_RUNTIME_VERSION", release.getProperty("JAVA_VERSION", ""))
            + release.getProperty("IMPLEMENTOR", "");
    return text.replaceAll("[^A-Za-z0-9.+-]", "");
  }

  /** A Java with the base module only, made once for each version of the JDK. */
  private static Path runtime(ImageStore store, Path javaHome)
      throws IOException, InterruptedException {
    Path target = Files.createDirectories(store.root().resolve("jre")).resolve(version(javaHome));
    if (Files.isDirectory(target)) {
      return target;
    }
    Path fresh = Files.createTempDirectory(store.root().resolve("jre"), ".new-");
    Path made = fresh.resolve("jre");
    try {
      run(
          List.of(
              javaHome.resolve("bin/jlink").toString(),
              "--add-modules",
              "java.base",
              "--strip-debug",
              "--no-header-files",
              "--no-man-pages",
              "--output",
              made.toString()));
      Files.move(made, target);
    } finally {
      LayerUnpack.remove(fresh);
    }
    return target;
  }

  /**
   * Lets the launcher run once and keeps what its Java learned. The cache is bound to the path of
   * the jar, so the run sees the paths of the image: in a mount namespace of its own.
   */
  private static Optional<Path> train(Path work, Path launcherJar, Path jre)
      throws IOException, InterruptedException {
    Path home = Files.createDirectories(work.resolve("root").resolve(HOME));
    Path lib = Files.createDirectories(home.resolve("lib"));
    Files.createDirectories(home.resolve("jre"));
    Path jar = Files.copy(launcherJar, lib.resolve("launcher.jar"));
    // The layer has no times, and the cache is refused for a jar of another time than the trained.
    Files.setLastModifiedTime(jar, java.nio.file.attribute.FileTime.fromMillis(0));
    Path cache = lib.resolve("launcher.aot");
    String script =
        """
        set -e
        mount -t tmpfs tmpfs /opt
        mkdir -p /opt/vireo
        mount --rbind %s /opt/vireo
        mount --rbind %s /opt/vireo/jre
        exec /opt/vireo/jre/bin/java -XX:AOTCacheOutput=/opt/vireo/lib/launcher.aot %s \
          -cp /opt/vireo/lib/launcher.jar %s --version
        """
            .formatted(word(home), word(jre), String.join(" ", JVM_OPTIONS), MAIN_CLASS);
    try {
      run(List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script));
    } catch (IOException e) {
      // It only costs time at every start.
      LOG.atWarn().setCause(e).log("Launcher not trained");
    }
    return Files.isRegularFile(cache) && Files.size(cache) > 0
        ? Optional.of(cache)
        : Optional.empty();
  }

  private static String word(Path path) {
    return "'" + path.toString().replace("'", "'\\''") + "'";
  }

  private static String script(boolean trained) {
    String options =
        String.join(" ", JVM_OPTIONS)
            + (trained ? " -XX:AOTCache=/opt/vireo/lib/launcher.aot" : "");
    return """
    #!/bin/sh
    exec /opt/vireo/jre/bin/java %s -cp /opt/vireo/lib/launcher.jar %s "$@"
    """
        .formatted(options, MAIN_CLASS);
  }

  private static List<Layer.Entry> files(Path jre) throws IOException {
    List<Layer.Entry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.walk(jre)) {
      files
          .sorted()
          .forEach(
              file -> {
                String path = HOME + "jre/" + jre.relativize(file);
                if (Files.isSymbolicLink(file)) {
                  entries.add(Layer.link(path, target(file)));
                } else if (Files.isRegularFile(file)) {
                  int mode = Files.isExecutable(file) ? 0755 : 0644;
                  entries.add(Layer.file(path, mode, file));
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

  private static void run(List<String> words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
      throw new IOException(
          "Expected %s to succeed, but it said: %s".formatted(words.getFirst(), output.strip()));
    }
  }
}
