package io.vireo.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The file that {@code --report} names. */
final class ReportFile {

  private ReportFile() {}

  /** What is wrong with it; told before minutes are spent. */
  static Optional<String> problem(@Nullable Path file) {
    if (file == null) {
      return Optional.empty();
    }
    Path folder = file.toAbsolutePath().getParent();
    return folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)
        ? Optional.of("Expected --report to name a file in a folder that exists, but got " + file)
        : Optional.empty();
  }
}
