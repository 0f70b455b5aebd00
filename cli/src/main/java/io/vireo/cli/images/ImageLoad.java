package io.vireo.cli.images;

import io.vireo.cli.Failure;
import io.vireo.dev.images.Image;
import io.vireo.dev.images.ImageArchive;
import io.vireo.dev.images.ImageStore;
import io.vireo.dev.process.CachedProgram;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Hands images to a container engine.
 *
 * @param engine its name for people
 * @param command reads an archive of images from its standard input
 */
public record ImageLoad(String engine, List<String> command) {

  /** Where containerd listens unless it is told otherwise. */
  public static final String CONTAINERD = "/run/containerd/containerd.sock";

  private static final String OTHERWISE =
      "; name another with --containerd SOCKET, or load into Docker with --docker";

  /** Copies the list. */
  public ImageLoad {
    command = List.copyOf(command);
  }

  /** By {@code ctr}, into one of containerd's namespaces. */
  public static ImageLoad containerd(Path socket, String namespace) throws IOException, Failure {
    if (Files.notExists(socket)) {
      throw new Failure("no containerd listens on " + socket + OTHERWISE);
    }
    Path ctr =
        CachedProgram.find("ctr")
            .orElseThrow(
                () ->
                    new Failure(
                        "there is no ctr, containerd's own client, on the PATH; Debian: the package"
                            + " containerd"));
    return new ImageLoad(
        "containerd",
        List.of(
            ctr.toString(),
            "--address",
            socket.toString(),
            "--namespace",
            namespace,
            "images",
            "import",
            "-"));
  }

  /** By {@code docker load}. */
  public static ImageLoad docker() throws IOException, Failure {
    Path docker =
        CachedProgram.find("docker")
            .orElseThrow(
                () ->
                    new Failure(
                        "there is no docker on the PATH; load into containerd with --containerd"));
    return new ImageLoad("Docker", List.of(docker.toString(), "load"));
  }

  /**
   * Hands them over.
   *
   * @throws Failure with what the engine said, if it did not take them
   */
  public Void run(ImageStore store, List<Image> images)
      throws IOException, InterruptedException, Failure {
    Path said = Files.createTempFile("vireo-load-", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      try {
        boolean taken = feed(process, store, images);
        if (process.waitFor() != 0 || !taken) {
          throw new Failure(
              engine
                  + " did not take the images: "
                  + Files.readString(said, StandardCharsets.UTF_8).strip());
        }
      } finally {
        process.destroy();
      }
    } finally {
      Files.deleteIfExists(said);
    }
    return null;
  }

  /** False if the engine stopped to read; it says why itself. */
  private static boolean feed(Process process, ImageStore store, List<Image> images) {
    try (OutputStream out = new BufferedOutputStream(process.getOutputStream(), 1 << 16)) {
      ImageArchive.write(store, images, out);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
