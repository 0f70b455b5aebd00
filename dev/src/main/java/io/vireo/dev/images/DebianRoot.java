package io.vireo.dev.images;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A root file system out of Debian packages: what is installed, and the little of it that is kept.
 * Nothing of a package runs, so what its scripts would have set up is among {@code files}.
 *
 * @param name of the image that holds it
 * @param packages with all that they depend on
 * @param programs file names in {@code bin} and {@code sbin}; all others are left out
 * @param data paths below {@code usr} that are kept beside programs and libraries
 * @param dropped paths that are left out nevertheless
 * @param files that are in no package
 */
record DebianRoot(
    String name,
    List<String> packages,
    Set<String> programs,
    List<Pattern> data,
    List<Pattern> dropped,
    List<Layer.Entry> files) {

  /** Debian 12, whose libvirt and QEMU the launcher is tested with. */
  static final String SUITE = "bookworm";

  // Goes up when the rules of this class change.
  private static final String RULES = "1";

  private static final Pattern PROGRAM = Pattern.compile("usr/s?bin/([^/]+)");

  private static final List<Pattern> ALWAYS =
      List.of(
          // Where Debian's /usr is merged, these are links into it.
          Pattern.compile("bin|sbin|lib|lib32|lib64|libx32"),
          Pattern.compile("usr/lib/[^/]+-linux-gnu/.*"),
          Pattern.compile("usr/lib64/.*"),
          Pattern.compile("usr/share/doc/[^/]+/copyright"),
          // What scanners for known weaknesses read.
          Pattern.compile("var/lib/dpkg/status\\.d/[^/]+"));

  private static final List<Pattern> NEVER =
      List.of(Pattern.compile("usr/lib/[^/]+-linux-gnu/(gconv|perl|perl-base|engines-3)/.*"));

  /** Copies what may change. */
  DebianRoot {
    packages = List.copyOf(packages);
    programs = Set.copyOf(programs);
    data = List.copyOf(data);
    dropped = List.copyOf(dropped);
    files = List.copyOf(files);
  }

  /** Whether a path of a package is part of the image. */
  boolean keeps(String path) {
    var program = PROGRAM.matcher(path);
    if (program.matches()) {
      return programs.contains(program.group(1));
    }
    return (matches(ALWAYS, path) || matches(data, path))
        && !matches(NEVER, path)
        && !matches(dropped, path);
  }

  private static boolean matches(List<Pattern> patterns, String path) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(path).matches());
  }

  /** Changes with anything that is said here; Debian's updates are not part of it. */
  String recipe() {
    String text =
        String.join(
            "\n",
            RULES,
            SUITE,
            ImageStore.architecture(),
            packages.toString(),
            new TreeSet<>(programs).toString(),
            ALWAYS.toString(),
            NEVER.toString(),
            data.toString(),
            dropped.toString(),
            files.toString());
    return Digests.hex(Digests.of(text.getBytes(StandardCharsets.UTF_8))).substring(0, 16);
  }
}
