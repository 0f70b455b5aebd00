package io.vireo.dev.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Debian's kernel for virtual machines.
 *
 * @param image to boot
 * @param modules files by name, without the ending
 */
record GuestKernel(Path image, Map<String, Path> modules) {

  private static final String PACKAGE = "linux-image-cloud-amd64";
  private static final Pattern DEPENDS =
      Pattern.compile("Depends: (linux-image-[0-9][^\\s]*-cloud-amd64)");

  GuestKernel {
    modules = Map.copyOf(modules);
  }

  /** Downloads and unpacks it, unless it is there already. */
  static GuestKernel fetch(Path workDir, Consumer<String> progress)
      throws IOException, InterruptedException {
    Path unpacked = workDir.resolve("kernel");
    if (imageIn(unpacked).isEmpty()) {
      Path fresh = Files.createTempDirectory(workDir, "kernel-new");
      progress.accept("Downloading Debian's kernel for virtual machines (27 MB)");
      Matcher depends = DEPENDS.matcher(Command.run(workDir, "apt-cache", "depends", PACKAGE));
      if (!depends.find()) {
        throw new IOException(
            "Expected apt to know the package %s; 'apt-get update' makes it so".formatted(PACKAGE));
      }
      Command.run(fresh, "apt-get", "download", "-q", depends.group(1));
      Command.run(fresh, "sh", "-c", "dpkg-deb -x ./linux-image-*.deb . && rm ./linux-image-*.deb");
      if (Files.exists(unpacked)) {
        Command.run(workDir, "rm", "-rf", unpacked.toString());
      }
      Files.move(fresh, unpacked);
    }
    Path image =
        imageIn(unpacked).orElseThrow(() -> new IOException("Expected a kernel in " + unpacked));
    Map<String, Path> modules = new HashMap<>();
    try (Stream<Path> files = Files.walk(unpacked.resolve("lib/modules"))) {
      files
          .filter(file -> file.toString().endsWith(".ko"))
          .forEach(
              file -> {
                String name = file.getFileName().toString();
                modules.put(name.substring(0, name.length() - ".ko".length()), file);
              });
    }
    return new GuestKernel(image, modules);
  }

  private static Optional<Path> imageIn(Path unpacked) throws IOException {
    Path boot = unpacked.resolve("boot");
    if (!Files.isDirectory(boot)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(boot)) {
      return files.filter(f -> f.getFileName().toString().startsWith("vmlinuz-")).findFirst();
    }
  }
}
