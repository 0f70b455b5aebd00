package io.vireo.cli.measure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What {@code /proc/PID/smaps} of a QEMU says of its large mappings, in KiB of proportional set
 * size.
 *
 * @param guestKib the guest's memory
 * @param translationKib code that was translated for software emulation
 */
public record Smaps(long guestKib, long translationKib) {

  private record Mapping(
      boolean executable, boolean file, long sizeKib, long rssKib, long pssKib) {}

  /**
   * Finds them.
   *
   * @param guestMemoryKib what the guest was promised; its mapping is at least so large
   */
  public static Smaps of(List<String> lines, long guestMemoryKib) {
    List<Mapping> mappings = mappings(lines);
    // Memory that is promised but not touched may be larger still; the guest's is the most used.
    long guest =
        mappings.stream()
            .filter(m -> !m.executable() && !m.file() && m.sizeKib() >= guestMemoryKib)
            .max(Comparator.comparingLong(Mapping::rssKib))
            .map(Mapping::pssKib)
            .orElse(0L);
    long translation =
        mappings.stream().filter(m -> m.executable() && !m.file()).mapToLong(Mapping::pssKib).sum();
    return new Smaps(guest, translation);
  }

  private static List<Mapping> mappings(List<String> lines) {
    List<Mapping> mappings = new ArrayList<>();
    boolean executable = false;
    boolean file = false;
    long size = 0;
    long rss = 0;
    for (String line : lines) {
      String[] words = line.split("\\s+", 6);
      if (words[0].matches("[0-9a-f]+-[0-9a-f]+")) {
        executable = words[1].startsWith("rwx");
        String name = words.length > 5 ? words[5] : "";
        file = name.startsWith("/") && !name.startsWith("/memfd:") && !name.startsWith("/dev/shm");
      } else if (words[0].equals("Size:")) {
        size = Long.parseLong(words[1]);
      } else if (words[0].equals("Rss:")) {
        rss = Long.parseLong(words[1]);
      } else if (words[0].equals("Pss:")) {
        mappings.add(new Mapping(executable, file, size, rss, Long.parseLong(words[1])));
      }
    }
    return mappings;
  }
}
