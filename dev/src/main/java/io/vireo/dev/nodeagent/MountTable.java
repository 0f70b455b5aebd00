package io.vireo.dev.nodeagent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The machine's mounts and their options. In a user namespace a mount's restrictions are locked: a
 * bind can be made read-only only by naming them again.
 */
final class MountTable {

  private static final Set<String> LOCKED =
      Set.of("nosuid", "nodev", "noexec", "noatime", "nodiratime", "relatime", "nosymfollow");

  private record Entry(Path point, List<String> options) {}

  private final List<Entry> entries;

  private MountTable(List<Entry> entries) {
    this.entries = entries;
  }

  static MountTable read() throws IOException {
    return parse(Files.readAllLines(Path.of("/proc/self/mountinfo")));
  }

  static MountTable parse(List<String> lines) {
    List<Entry> entries = new ArrayList<>();
    for (String line : lines) {
      String[] fields = line.split(" ", -1);
      if (fields.length > 5) {
        // The kernel writes space, tab, newline and backslash as three octal digits.
        String point =
            fields[4]
                .replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
        entries.add(new Entry(Path.of(point), List.of(fields[5].split(","))));
      }
    }
    return new MountTable(entries);
  }

  /** Options to keep when what lies at this path is bound elsewhere. */
  List<String> locked(Path path) {
    Entry best = new Entry(Path.of("/"), List.of());
    for (Entry entry : entries) {
      // A later mount on the same point hides the earlier one.
      if (path.startsWith(entry.point())
          && entry.point().getNameCount() >= best.point().getNameCount()) {
        best = entry;
      }
    }
    return best.options().stream().filter(LOCKED::contains).toList();
  }
}
