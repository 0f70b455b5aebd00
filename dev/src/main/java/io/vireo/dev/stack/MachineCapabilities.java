package io.vireo.dev.stack;

import io.vireo.dev.process.FolderRemoval;
import io.vireo.dev.process.ProgramRun;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Asks libvirt what this machine can do, for nodes that are not pods: in the shipped DaemonSet an
 * init container does so, with the same script.
 */
final class MachineCapabilities {

  private static final String SCRIPT = "/io/vireo/launcher/capabilities";
  private static final Duration MAX = Duration.ofMinutes(2);

  /** The user of nobody's files, which libvirt needs a record of. */
  private static final int NOBODY = 65534;

  private MachineCapabilities() {}

  /**
   * Writes what the script does into a folder.
   *
   * @param target what it held before is gone
   */
  static void ask(Path target) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("vireo-capabilities-");
    try {
      // libvirtd of root would be the machine's own.
      boolean root = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
      Path script = work.resolve("capabilities");
      try (InputStream in = MachineCapabilities.class.getResourceAsStream(SCRIPT)) {
        if (in == null) {
          throw new IllegalStateException("Expected " + SCRIPT + " among the classes");
        }
        Files.copy(in, script);
      }
      Path said = Files.createDirectory(work.resolve("said"));
      List<String> words = new ArrayList<>();
      if (root) {
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setAttribute(said, "unix:uid", NOBODY);
        String id = Integer.toString(NOBODY);
        words.addAll(
            List.of(
                "setpriv", "--reuid", id, "--regid", id, "--clear-groups", "--no-new-privs", "--"));
      }
      words.addAll(List.of("tini", "-s", "--", "sh", script.toString(), said.toString()));
      ProgramRun.of(MAX, words);
      FolderRemoval.remove(target);
      copy(said, target);
    } finally {
      FolderRemoval.remove(work);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
