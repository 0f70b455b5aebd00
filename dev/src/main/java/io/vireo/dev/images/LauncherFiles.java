package io.vireo.dev.images;

import io.vireo.dev.process.ProgramRun;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The launcher below {@code /opt/vireo}: its jar, a Java with nothing but {@code java.base}, and a
 * cache that halves its start. The same in each image of it.
 */
final class LauncherFiles implements AutoCloseable {

  /** The program that tini starts. */
  static final String PROGRAM = "/opt/vireo/bin/launcher";

  private static final Logger LOG = LoggerFactory.getLogger(LauncherFiles.class);
  private static final String MAIN_CLASS = "io.vireo.launcher.LauncherMain";
  private static final String HOME = "opt/vireo/";
  private static final String PACKAGE = "io/vireo/launcher/";

  /** Files of their own, since they run where there is no Java, or need none. */
  private static final List<String> SCRIPTS = List.of("copy-disk", "capabilities");

  private static final String VERSION = "7";
  private static final Duration TRAINING_MAX = Duration.ofMinutes(5);

  // A launcher only waits and talks to two sockets: what it saves is multiplied by the machines.
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xmx16m",
          "-Xms4m",
          "-XX:TieredStopAtLevel=1",
          "-Xss256k",
          "-XX:ReservedCodeCacheSize=16m",
          "-XX:-UsePerfData",
          // Descriptors over sockets, and sockets that another process has opened.
          "--enable-native-access=ALL-UNNAMED");

  private final Path work;
  private final Layer layer;

  private LauncherFiles(Path work, Layer layer) {
    this.work = work;
    this.layer = layer;
  }

  /** Changes with the launcher and with the Java. */
  static String recipe(Path launcherJar, Path javaHome) throws IOException {
    try (InputStream jar = Files.newInputStream(launcherJar)) {
      String text =
          VERSION + JVM_OPTIONS + JavaRuntime.ofLauncher(javaHome).recipe() + Digests.of(jar);
      return Digests.hex(Digests.of(text.getBytes(StandardCharsets.UTF_8))).substring(0, 16);
    }
  }

  /** Makes them; they are there until this is closed. */
  static LauncherFiles make(ImageStore store, Path launcherJar, Path javaHome)
      throws IOException, InterruptedException {
    Path work = Files.createTempDirectory(store.root(), ".launcher-");
    try {
      Path jre = JavaRuntime.ofLauncher(javaHome).make(store);
      List<Layer.Entry> entries = new ArrayList<>();
      entries.add(Layer.file(HOME + "lib/launcher.jar", 0644, launcherJar));
      Optional<Path> cache = train(work, launcherJar, jre);
      cache.ifPresent(file -> entries.add(Layer.file(HOME + "lib/launcher.aot", 0644, file)));
      for (String script : SCRIPTS) {
        entries.add(Layer.text(HOME + "lib/" + script, 0644, script(launcherJar, script)));
      }
      entries.add(Layer.text(HOME + "bin/launcher", 0755, script(cache.isPresent())));
      entries.addAll(JavaRuntime.entries(HOME + "jre", jre));
      return new LauncherFiles(work, Layer.of(entries.toArray(Layer.Entry[]::new)));
    } catch (IOException | InterruptedException e) {
      LayerUnpack.remove(work);
      throw e;
    }
  }

  private static String script(Path launcherJar, String name) throws IOException {
    try (ZipFile jar = new ZipFile(launcherJar.toFile())) {
      ZipEntry entry = jar.getEntry(PACKAGE + name);
      if (entry == null) {
        throw new IOException("Expected " + PACKAGE + name + " in " + launcherJar);
      }
      try (InputStream in = jar.getInputStream(entry)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
  }

  Layer layer() {
    return layer;
  }

  @Override
  public void close() throws IOException {
    LayerUnpack.remove(work);
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
    Files.setLastModifiedTime(jar, FileTime.fromMillis(0));
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
      ProgramRun.of(
          TRAINING_MAX,
          List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script));
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
}
