package io.vireo.cli.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Processes of this machine, as {@code /proc} shows them. One that ends meanwhile is left out. */
public final class Processes {

  private static final Path PROC = Path.of("/proc");
  private static final double KIB_PER_MIB = 1024.0;
  // As the kernel shows it to programs, on every architecture that Vireo runs on.
  private static final long MILLIS_PER_TICK = 10;
  private static final double MILLIS_PER_SECOND = 1000;

  /** One process; its command line in words. */
  public record Found(long pid, List<String> command) {
    boolean runs(String program) {
      return !command.isEmpty() && Path.of(command.getFirst()).endsWith(program);
    }
  }

  private Processes() {}

  /** QEMU processes of the VMI with this uid. */
  public static List<Found> qemu(String uid) throws IOException {
    return mentioning(uid).stream()
        .filter(found -> found.command().getFirst().contains("qemu-system-"))
        .toList();
  }

  /** The launcher's Java of the VMI with this uid. */
  public static Optional<Found> launcher(String uid) throws IOException {
    return mentioning(uid).stream().filter(found -> found.runs("java")).findFirst();
  }

  private static List<Found> mentioning(String uid) throws IOException {
    return all().stream()
        .filter(found -> found.command().stream().anyMatch(word -> word.contains(uid)))
        .toList();
  }

  private static List<Found> all() throws IOException {
    List<Found> found = new ArrayList<>();
    try (Stream<Path> folders = Files.list(PROC)) {
      for (Path folder : (Iterable<Path>) folders::iterator) {
        String name = folder.getFileName().toString();
        if (name.chars().allMatch(Character::isDigit)) {
          try {
            String line = Files.readString(folder.resolve("cmdline"), StandardCharsets.ISO_8859_1);
            if (!line.isEmpty()) {
              found.add(new Found(Long.parseLong(name), Arrays.asList(line.split("\0"))));
            }
          } catch (IOException e) {
            // It ended.
          }
        }
      }
    }
    return found;
  }

  /** Whether it is a JVM; false also for one that ended. */
  public static boolean runsJava(long pid) {
    try {
      return Files.readSymbolicLink(PROC.resolve(pid + "/exe")).endsWith("java");
    } catch (IOException e) {
      return false;
    }
  }

  /** All processes in the PID namespace of this one: the pod's. */
  public static List<Long> sameNamespace(long pid) throws IOException {
    Path namespace = namespace(pid);
    List<Long> pids = new ArrayList<>();
    for (Found found : all()) {
      try {
        if (namespace(found.pid()).equals(namespace)) {
          pids.add(found.pid());
        }
      } catch (IOException e) {
        // It ended.
      }
    }
    return pids;
  }

  private static Path namespace(long pid) throws IOException {
    return Files.readSymbolicLink(PROC.resolve(pid + "/ns/pid"));
  }

  /** Resident set size in MiB. */
  public static Optional<Double> rssMib(long pid) {
    return kib(pid, "status", "VmRSS:").map(kib -> kib / KIB_PER_MIB);
  }

  /** The largest that the resident set was since the process began, in MiB. */
  public static Optional<Double> peakRssMib(long pid) {
    return kib(pid, "status", "VmHWM:").map(kib -> kib / KIB_PER_MIB);
  }

  /** Proportional set size in KiB. */
  public static Optional<Long> pssKib(long pid) {
    return kib(pid, "smaps_rollup", "Pss:");
  }

  private static Optional<Long> kib(long pid, String file, String field) {
    try (Stream<String> lines = Files.lines(PROC.resolve(pid + "/" + file))) {
      return lines
          .filter(line -> line.startsWith(field))
          .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst();
    } catch (IOException | java.io.UncheckedIOException e) {
      return Optional.empty();
    }
  }

  /** QEMU's large mappings. */
  public static Smaps smaps(long pid, long guestMemoryKib) throws IOException {
    return Smaps.of(Files.readAllLines(PROC.resolve(pid + "/smaps")), guestMemoryKib);
  }

  /** Processor time in milliseconds since the process began. */
  public static Optional<Long> cpuMillis(long pid) {
    return stat(pid)
        .map(words -> (Long.parseLong(words[11]) + Long.parseLong(words[12])) * MILLIS_PER_TICK);
  }

  /** When the process began, to a tick of the kernel's, which is 10 ms. */
  public static Optional<Instant> started(long pid) {
    return stat(pid).flatMap(words -> booted().map(at -> at.plusMillis(ticks(words))));
  }

  private static long ticks(String[] words) {
    return Long.parseLong(words[19]) * MILLIS_PER_TICK;
  }

  private static Optional<Instant> booted() {
    try {
      String uptime = Files.readString(PROC.resolve("uptime")).split(" ", 2)[0];
      return Optional.of(
          Instant.now().minusMillis(Math.round(Double.parseDouble(uptime) * MILLIS_PER_SECOND)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The process that it is a child of. */
  public static Optional<Long> parent(long pid) {
    return stat(pid).map(words -> Long.parseLong(words[1]));
  }

  /** The fields after the name, which is in parentheses and may hold blanks. */
  private static Optional<String[]> stat(long pid) {
    try {
      String stat = Files.readString(PROC.resolve(pid + "/stat"));
      return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
