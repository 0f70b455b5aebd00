package io.vireo.dev.images;

import io.vireo.dev.process.ProgramRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes a {@link DebianRoot} into an image, whose layers lie beneath those of Vireo's images. */
final class DebianImage {

  private static final Path KEYRING = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");
  private static final Path HOOKS = Path.of("/usr/share/mmdebstrap/hooks/merged-usr");
  private static final Duration BUILD_MAX = Duration.ofMinutes(15);

  // Without a package's scripts dpkg knows of no package; a scanner finds them here.
  private static final String STATUS_HOOK =
      """
      mkdir -p "$1/var/lib/dpkg/status.d"
      for deb in "$1"/var/cache/apt/archives/*.deb; do
        dpkg-deb --field "$deb" >"$1/var/lib/dpkg/status.d/$(dpkg-deb --field "$deb" Package)"
      done
      """;

  private DebianImage() {}

  static String reference(DebianRoot root) {
    return "localhost/vireo/" + root.name() + ":" + DebianRoot.SUITE;
  }

  /** Whether an image of this name is a root file system beneath others. */
  static boolean isRoot(String reference) {
    return reference.endsWith("-root:" + DebianRoot.SUITE);
  }

  /** Whether the store has it as it would become, but for Debian's updates. */
  static Optional<Image> find(ImageStore store, DebianRoot root) {
    return store.resolve(reference(root)).filter(image -> image.isMadeFrom(root.recipe()));
  }

  /** Builds it anew, with what Debian has today. */
  static Image build(ImageStore store, DebianRoot root, Consumer<String> progress)
      throws IOException, InterruptedException {
    Path work = Files.createTempDirectory(store.root(), ".debian-");
    try {
      Path tar = work.resolve("root.tar");
      progress.accept(
          "Debian packages of " + root.name() + ": " + String.join(", ", root.packages()));
      ProgramRun.of(BUILD_MAX, command(root, tar));
      return ImageWriter.write(
          store,
          reference(root),
          ImageConfig.EMPTY.withLabels(Map.of(ImageConfig.LABEL_RECIPE, root.recipe())),
          List.of(
              new Layer.Archive(tar, root::keeps),
              Layer.of(root.files().toArray(Layer.Entry[]::new))));
    } finally {
      LayerUnpack.remove(work);
    }
  }

  /** Nothing is taken that Debian's own keys did not sign. */
  static List<String> command(DebianRoot root, Path tar) {
    List<String> command = new ArrayList<>(List.of("mmdebstrap", "--variant=extract"));
    command.add("--format=tar");
    command.add("--keyring=" + KEYRING);
    command.add("--hook-dir=" + HOOKS);
    command.add("--extract-hook=" + STATUS_HOOK);
    command.add("--include=" + String.join(",", root.packages()));
    command.add(DebianRoot.SUITE);
    command.add(tar.toString());
    return command;
  }
}
