package io.vireo.cli.images;

import io.vireo.cli.Failure;
import io.vireo.dev.images.Image;
import io.vireo.dev.images.ImageArchive;
import io.vireo.dev.images.ImageStore;
import io.vireo.dev.process.CachedProgram;
import io.vireo.dev.process.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

  private static final Duration LOAD_MAX = Duration.ofMinutes(15);
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
  public Void run(ImageStore store, List<Image> images) throws InterruptedException, Failure {
    try {
      ProgramRun.of(LOAD_MAX, command, out -> ImageArchive.write(store, images, out));
    } catch (ProgramRun.FailedException e) {
      throw new Failure(engine + " did not take the images: " + e.said(), e);
    } catch (IOException e) {
      throw new Failure(engine + " did not take the images: " + Failure.describe(e), e);
    }
    return null;
  }
}
