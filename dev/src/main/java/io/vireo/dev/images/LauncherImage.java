package io.vireo.dev.images;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The image of the pod in which a virtual machine runs, for pods as local processes: {@link
 * LauncherFiles} over the machine's own programs.
 */
public final class LauncherImage {

  /** Name of the image. */
  public static final String REFERENCE = "localhost/vireo/launcher:dev";

  private LauncherImage() {}

  /**
   * Builds the image, unless the store has it with this launcher and this Java.
   *
   * @param launcherJar self-contained
   * @param javaHome a JDK with jlink
   */
  public static Image build(ImageStore store, Path launcherJar, Path javaHome)
      throws IOException, InterruptedException {
    String recipe = LauncherFiles.recipe(launcherJar, javaHome);
    Optional<Image> had = store.resolve(REFERENCE).filter(image -> image.isMadeFrom(recipe));
    if (had.isPresent()) {
      return had.get();
    }
    try (LauncherFiles files = LauncherFiles.make(store, launcherJar, javaHome)) {
      return ImageWriter.write(
          store,
          REFERENCE,
          ImageConfig.EMPTY
              .withEntrypoint("/usr/bin/tini", "-s", "--", LauncherFiles.PROGRAM)
              .withLabels(
                  Map.of(
                      ImageConfig.LABEL_BASE,
                      ImageConfig.BASE_HOST,
                      ImageConfig.LABEL_RECIPE,
                      recipe)),
          List.of(files.layer()));
    }
  }
}
