package io.vireo.cli.bench;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Times of lines in the logs of Vireo's pods: each line begins with its time. */
final class LogTimes {

  static final String LAUNCHER = "Launcher of ";
  static final String LIBVIRTD = "Disks and libvirtd are ready";
  static final String QEMU = "QEMU runs";
  private static final String DIALLED_IN = "A launcher dialled in";

  private LogTimes() {}

  /** When the launcher first said a line that begins so. */
  static Optional<Instant> launcher(String log, String beginning) {
    return log.lines()
        .filter(line -> rest(line).startsWith(beginning))
        .map(LogTimes::time)
        .flatMap(Optional::stream)
        .findFirst();
  }

  /**
   * When node-executor was first dialled by the launcher of this pod.
   *
   * @param pod its name, with the namespace before a slash
   */
  static Optional<Instant> dialledIn(String log, String pod) {
    return log.lines()
        .filter(line -> line.contains(DIALLED_IN) && line.contains("pod=\"" + pod + "\""))
        .map(LogTimes::time)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static String rest(String line) {
    return line.substring(line.indexOf(' ') + 1);
  }

  private static Optional<Instant> time(String line) {
    int blank = line.indexOf(' ');
    try {
      return blank < 0
          ? Optional.empty()
          : Optional.of(OffsetDateTime.parse(line.substring(0, blank)).toInstant());
    } catch (DateTimeParseException e) {
      // A line of something else, or the rest of a long one.
      return Optional.empty();
    }
  }
}
