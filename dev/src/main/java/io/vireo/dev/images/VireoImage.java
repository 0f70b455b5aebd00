package io.vireo.dev.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The images that Vireo ships. */
public enum VireoImage {
  /** A virtual machine's pod: launcher, libvirt, QEMU. */
  LAUNCHER("launcher"),
  /** Ingest, scheduler, cluster-executor and api. */
  CONTROL_PLANE("control-plane"),
  /** A node's part. */
  NODE_EXECUTOR("node-executor"),
  /** The node's network helper. */
  NODE_NETWORK("node-network"),
  /** What holds a pod's namespaces, where Kubernetes' own cannot be had. */
  PAUSE("pause");

  private static final String VERSION = readVersion();

  private final String title;

  VireoImage(String title) {
    this.title = title;
  }

  /** The version of this build, which is the tag of its images. */
  public static String version() {
    return VERSION;
  }

  /** Short name, such as {@code launcher}. */
  public String title() {
    return title;
  }

  /** Full name with tag, such as {@code localhost/vireo/launcher:1.2.3}. */
  public String reference() {
    return "localhost/vireo/" + title + ":" + VERSION;
  }

  /** The image of this short name. */
  public static Optional<VireoImage> named(String title) {
    return Stream.of(values()).filter(image -> image.title.equals(title)).findFirst();
  }

  /** Names of all of them. */
  public static List<String> references() {
    return Stream.of(values()).map(VireoImage::reference).toList();
  }

  private static String readVersion() {
    try (InputStream in = VireoImage.class.getResourceAsStream("version")) {
      if (in == null) {
        throw new IllegalStateException("Expected the build's version among the classes");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to read the build's version", e);
    }
  }
}
