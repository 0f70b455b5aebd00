package io.vireo.dev.images;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Parts of Vireo below {@code /opt/vireo}: their scripts, the jars they run with, a Java. */
final class ServiceFiles {

  private static final String VERSION = "1";
  private static final String JNA = "jna-";
  private static final String JNA_LIBRARY = "libjnidispatch.so";

  private final Map<ServicePart, List<Path>> jars;
  private final JavaRuntime java;

  private ServiceFiles(Map<ServicePart, List<Path>> jars, JavaRuntime java) {
    this.jars = jars;
    this.java = java;
  }

  static ServiceFiles of(List<ServicePart> parts, JarSet jarSet, Path javaHome) throws IOException {
    Map<ServicePart, List<Path>> jars = new LinkedHashMap<>();
    for (ServicePart part : parts) {
      jars.put(part, jarSet.runTime(part.module()));
    }
    return new ServiceFiles(jars, JavaRuntime.ofServices(javaHome));
  }

  /** Changes with the content of every jar, with the Java and with the scripts. */
  String recipe() throws IOException {
    StringBuilder text = new StringBuilder(VERSION).append(java.recipe()).append(logback());
    jars.forEach((part, itsJars) -> text.append(part.script(itsJars)));
    for (Path jar : allJars()) {
      try (InputStream content = Files.newInputStream(jar)) {
        text.append(jar.getFileName()).append(Digests.of(content));
      }
    }
    return Digests.hex(Digests.of(text.toString().getBytes(StandardCharsets.UTF_8)))
        .substring(0, 16);
  }

  /**
   * Three layers: what changes seldom lies lowest.
   *
   * @param work where copies of jars are kept until the layers are written
   */
  List<Layer> layers(ImageStore store, Path work) throws IOException, InterruptedException {
    List<Layer.Entry> libraries = new ArrayList<>();
    List<Layer.Entry> own = new ArrayList<>();
    for (Path jar : allJars()) {
      String name = jar.getFileName().toString();
      Layer.Entry entry =
          Layer.file(ServicePart.HOME + "/lib/" + name, 0644, SlimJar.of(jar, work));
      (name.startsWith("vireo-") ? own : libraries).add(entry);
      if (name.startsWith(JNA)) {
        libraries.add(
            Layer.file(ServicePart.NATIVE + "/" + JNA_LIBRARY, 0755, jnaLibrary(jar, work)));
      }
    }
    jars.forEach(
        (part, itsJars) ->
            own.add(
                Layer.text(
                    ServicePart.HOME + "/bin/" + part.program(), 0755, part.script(itsJars))));
    own.add(Layer.text(ServicePart.LOGBACK, 0644, logback()));
    return List.of(
        layer(JavaRuntime.entries(ServicePart.HOME + "/jre", java.make(store))),
        layer(libraries),
        layer(own));
  }

  /** JNA's own native half: the versions of the two must be the same. */
  private static Path jnaLibrary(Path jar, Path work) throws IOException {
    String name =
        "com/sun/jna/linux-"
            + (ImageStore.architecture().equals("arm64") ? "aarch64" : "x86-64")
            + "/"
            + JNA_LIBRARY;
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry entry = zip.getEntry(name);
      if (entry == null) {
        throw new IOException("Expected " + name + " in " + jar);
      }
      Path library = work.resolve(JNA_LIBRARY);
      try (InputStream content = zip.getInputStream(entry)) {
        Files.copy(content, library);
      }
      return library;
    }
  }

  private Set<Path> allJars() {
    Set<Path> all = new LinkedHashSet<>();
    jars.values().forEach(all::addAll);
    return all;
  }

  private static Layer layer(List<Layer.Entry> entries) {
    return Layer.of(entries.toArray(Layer.Entry[]::new));
  }

  private static String logback() throws IOException {
    try (InputStream in = ServiceFiles.class.getResourceAsStream("logback.xml")) {
      if (in == null) {
        throw new IllegalStateException("Expected logback.xml among the classes");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
