package io.vireo.cli.torture;

import io.vireo.dev.process.ProcessStart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** QEMU processes of this machine. */
final class Qemus {

  private static final Path PROC = Path.of("/proc");
  private static final Pattern GUEST = Pattern.compile("guest=default_([a-z0-9-]+),");

  /** One process, named for ever by its pid and start. */
  record Found(long pid, long start) {}

  private Qemus() {}

  /** By the VMI's name. One that ends meanwhile is left out. */
  static Map<String, Set<Found>> now() throws IOException {
    Map<String, Set<Found>> found = new HashMap<>();
    for (long pid : pids("qemu-system-")) {
      try {
        String line = Files.readString(PROC.resolve(pid + "/cmdline"), StandardCharsets.ISO_8859_1);
        Matcher guest = GUEST.matcher(line);
        if (guest.find()) {
          ProcessStart.of(pid)
              .ifPresent(
                  start ->
                      found
                          .computeIfAbsent(guest.group(1), n -> new HashSet<>())
                          .add(new Found(pid, start)));
        }
      } catch (IOException e) {
        // It ended.
      }
    }
    return found;
  }

  /** The libvirtd in the pod of this process. */
  static List<Long> libvirtdBeside(Found qemu) throws IOException {
    Path pod = namespace(qemu.pid());
    List<Long> found = new ArrayList<>();
    for (long pid : pids("libvirtd")) {
      if (namespace(pid).equals(pod)) {
        found.add(pid);
      }
    }
    return found;
  }

  private static Path namespace(long pid) throws IOException {
    return Files.readSymbolicLink(PROC.resolve(pid + "/ns/pid"));
  }

  private static List<Long> pids(String comm) throws IOException {
    List<Long> pids = new ArrayList<>();
    try (Stream<Path> folders = Files.list(PROC)) {
      for (Path folder : (Iterable<Path>) folders::iterator) {
        String name = folder.getFileName().toString();
        if (name.chars().allMatch(Character::isDigit) && comm(folder).startsWith(comm)) {
          pids.add(Long.parseLong(name));
        }
      }
    }
    return pids;
  }

  private static String comm(Path folder) {
    try {
      return Files.readString(folder.resolve("comm"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      // It ended.
      return "";
    }
  }
}
