package io.vireo.dev.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Builds the images that Vireo ships: a root file system of Debian packages, kept until its recipe
 * changes, and Vireo's own files over it.
 */
public final class VireoImages {

  private static final String PATH = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
  private static final String UTF8 = "LC_ALL=C.UTF-8";
  private static final String TINI = "/usr/bin/tini";

  private final ImageStore store;
  private final JarSet jars;
  private final Path javaHome;

  /**
   * A build.
   *
   * @param store where to
   * @param jars those of Vireo and all that it runs with
   * @param javaHome a JDK with jlink
   */
  public VireoImages(ImageStore store, JarSet jars, Path javaHome) {
    this.store = store;
    this.jars = jars;
    this.javaHome = javaHome;
  }

  /** Builds those that the store has not, or not of these jars and this Java. */
  public static List<Image> buildAll(
      ImageStore store, JarSet jars, Path javaHome, Consumer<String> progress)
      throws IOException, InterruptedException {
    VireoImages images = new VireoImages(store, jars, javaHome);
    List<Image> built = new ArrayList<>();
    for (VireoImage image : VireoImage.values()) {
      built.add(images.build(image, progress));
    }
    return built;
  }

  /** Builds one anew, with the packages as Debian has them today. */
  public Image rebuild(VireoImage image, Consumer<String> progress)
      throws IOException, InterruptedException {
    return write(image, DebianImage.build(store, root(image), progress), progress);
  }

  /** Builds one, unless the store has it as it would become. */
  public Image build(VireoImage image, Consumer<String> progress)
      throws IOException, InterruptedException {
    DebianRoot root = root(image);
    Optional<Image> base = DebianImage.find(store, root);
    if (base.isPresent()) {
      String recipe = recipe(image, base.get());
      Optional<Image> had =
          store.resolve(image.reference()).filter(stored -> stored.isMadeFrom(recipe));
      if (had.isPresent()) {
        return had.get();
      }
    }
    return write(
        image, base.isPresent() ? base.get() : DebianImage.build(store, root, progress), progress);
  }

  private Image write(VireoImage image, Image base, Consumer<String> progress)
      throws IOException, InterruptedException {
    progress.accept("Vireo's files of " + image.title());
    String recipe = recipe(image, base);
    return switch (image) {
      case LAUNCHER -> {
        try (LauncherFiles files = LauncherFiles.make(store, jars.of("vireo-launcher"), javaHome)) {
          yield write(image, base, recipe, List.of(files.layer()));
        }
      }
      case CONTROL_PLANE, NODE_EXECUTOR, NODE_NETWORK -> {
        Path work = Files.createTempDirectory(store.root(), ".service-");
        try {
          yield write(image, base, recipe, services(image).layers(store, work));
        } finally {
          LayerUnpack.remove(work);
        }
      }
      case PAUSE -> write(image, base, recipe, List.of());
    };
  }

  private Image write(VireoImage image, Image base, String recipe, List<Layer> own)
      throws IOException {
    List<Layer> layers = new ArrayList<>();
    base.layers().forEach(blob -> layers.add(new Layer.Stored(blob)));
    layers.addAll(own);
    return ImageWriter.write(store, image.reference(), config(image, recipe), layers);
  }

  private String recipe(VireoImage image, Image base) throws IOException {
    String own =
        switch (image) {
          case LAUNCHER -> LauncherFiles.recipe(jars.of("vireo-launcher"), javaHome);
          case CONTROL_PLANE, NODE_EXECUTOR, NODE_NETWORK -> services(image).recipe();
          case PAUSE -> "";
        };
    ImageConfig config = config(image, "");
    String text =
        String.join(
            "\n",
            base.digest(),
            own,
            config.entrypoint().toString(),
            config.environment().toString(),
            config.user(),
            new TreeMap<>(config.labels()).toString());
    return Digests.hex(Digests.of(text.getBytes(StandardCharsets.UTF_8))).substring(0, 16);
  }

  private ServiceFiles services(VireoImage image) throws IOException {
    List<ServicePart> parts =
        switch (image) {
          case NODE_EXECUTOR -> ServicePart.node();
          case NODE_NETWORK -> ServicePart.network();
          default -> ServicePart.controlPlane();
        };
    return ServiceFiles.of(parts, jars, javaHome);
  }

  static DebianRoot root(VireoImage image) {
    return switch (image) {
      case LAUNCHER -> DebianRoots.launcher();
      case CONTROL_PLANE -> DebianRoots.java();
      case NODE_EXECUTOR -> DebianRoots.libvirtClient();
      case NODE_NETWORK -> DebianRoots.network();
      case PAUSE -> DebianRoots.pause();
    };
  }

  static ImageConfig config(VireoImage image, String recipe) {
    ImageConfig config =
        ImageConfig.EMPTY
            .withEnvironment(PATH, UTF8)
            .withLabels(
                Map.of(
                    ImageConfig.LABEL_RECIPE,
                    recipe,
                    "org.opencontainers.image.version",
                    VireoImage.version()));
    return switch (image) {
      case LAUNCHER ->
          config
              .withEntrypoint(TINI, "-s", "--", LauncherFiles.PROGRAM)
              .withUser(DebianRoots.QEMU_ID + ":" + DebianRoots.QEMU_ID);
      // Which of its programs runs is said by who starts it.
      case CONTROL_PLANE ->
          config
              .withEntrypoint(TINI, "--")
              .withUser(DebianRoots.SERVICE_ID + ":" + DebianRoots.SERVICE_ID);
      // It connects to sockets of the pods, which belong to their users.
      case NODE_EXECUTOR ->
          config.withEntrypoint(TINI, "--", "/opt/vireo/bin/node-executor").withUser("0:0");
      // In a pod's namespace it acts by its capabilities; who it is does not matter there.
      case NODE_NETWORK ->
          config.withEntrypoint(TINI, "--", "/opt/vireo/bin/node-network").withUser("0:0");
      case PAUSE ->
          config
              .withEntrypoint(
                  "/usr/bin/tini-static", "-s", "--", "/usr/bin/busybox", "sleep", "2147483647")
              .withUser(DebianRoots.SERVICE_ID + ":" + DebianRoots.SERVICE_ID);
    };
  }
}
