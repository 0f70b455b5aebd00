package io.vireo.dev.controlplane;

import io.vireo.dev.process.FolderRemoval;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds programs from the Go modules in {@code dev/}. The build cache, five gigabytes of it, is
 * shared by the programs of one object and removed with it.
 */
final class GoBuild implements AutoCloseable {

  private final Path folder;
  private final Release release;
  private @Nullable Path work;

  /**
   * @param folder takes the results and the build cache
   */
  GoBuild(Path folder, Release release) {
    this.folder = folder;
    this.release = release;
  }

  /** Builds one program into a fresh file. */
  Path build(String name) throws IOException, InterruptedException {
    Product product = Product.of(name);
    Path scratch = scratch();
    Path source = unpack(product.id(), scratch);
    Path result = scratch.resolve(name);
    Path log = folder.resolve("build-" + name + ".log");
    List<String> command =
        new ArrayList<>(
            List.of("go", "build", "-trimpath", "-buildvcs=false", "-o", result.toString()));
    command.addAll(product.goArguments(name, release.version(product)));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(source.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("CGO_ENABLED", "0");
    builder.environment().put("GOCACHE", scratch.resolve("cache").toString());
    builder.environment().put("GOTMPDIR", scratch.toString());
    builder.environment().put("GOWORK", "off");
    Process process = builder.start();
    try {
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException("go build ended with " + code + "; see " + log);
      }
    } finally {
      process.destroyForcibly();
    }
    Files.deleteIfExists(log);
    return result;
  }

  private Path scratch() throws IOException {
    Path existing = work;
    if (existing != null) {
      return existing;
    }
    Path fresh = Files.createTempDirectory(folder, ".build-");
    work = fresh;
    return fresh;
  }

  private static Path unpack(String module, Path scratch) throws IOException {
    Path target = Files.createDirectories(scratch.resolve("source-" + module));
    for (String file : List.of("go.mod", "go.sum", "main.go")) {
      String resource = "go/" + module + "/" + file;
      try (InputStream in = GoBuild.class.getClassLoader().getResourceAsStream(resource)) {
        if (in != null) {
          Files.copy(in, target.resolve(file), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    if (Files.notExists(target.resolve("go.mod"))) {
      throw new IOException("Expected the Go module " + module + " on the class path");
    }
    return target;
  }

  @Override
  public void close() throws IOException {
    Path existing = work;
    if (existing != null) {
      work = null;
      FolderRemoval.remove(existing);
    }
  }
}
