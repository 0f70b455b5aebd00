package io.vireo.cli.bench;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a guest does to its disk, past its own cache, and how long that takes by its own clock. */
enum DiskLoad {
  WRITE("write", "write, 1 MiB at a time", 1 << 20, 1),
  READ("read", "read, 1 MiB at a time", 1 << 20, 1),
  WRITE_SMALL("writeSmall", "write, 4 KiB at a time at four places", 4 << 10, 4),
  READ_SMALL("readSmall", "read, 4 KiB at a time at four places", 4 << 10, 4);

  /** How much of the disk is used; its last part is what the fourth place has. */
  static final int DISK_MIB = 256;

  private static final int SMALL_BLOCKS = 500;
  private static final int ROUNDS_MAX = 100;
  // "read" alone is the shell's own.
  private static final String FUNCTION = "load_";
  private static final String FAILED = "LOAD-FAILED";
  private static final Pattern ANSWER = Pattern.compile("TOOK=([0-9.]{1,20}):([0-9.]{1,20})=");
  private static final long MIB = 1 << 20;

  private final String key;
  private final String title;
  private final int block;
  private final int places;

  DiskLoad(String key, String title, int block, int places) {
    this.key = key;
    this.title = title;
    this.block = block;
    this.places = places;
  }

  /** For programs. */
  String key() {
    return key;
  }

  /** For people. */
  String title() {
    return title;
  }

  /** The bytes of so many rounds. */
  long bytes(int rounds) {
    return (long) rounds * places * blocks() * block;
  }

  private int blocks() {
    return places == 1 ? DISK_MIB : SMALL_BLOCKS;
  }

  /** What the guest's shell has to be told first: a function, whose jobs are not told of. */
  String function() {
    boolean writes = this == WRITE || this == WRITE_SMALL;
    String blocksApart = Long.toString(DISK_MIB * MIB / places / block);
    String at = "$((i*" + blocksApart + "))";
    String copy =
        writes
            ? "dd if=/dev/zero of=/dev/vdb bs=%d count=%d seek=%s oflag=direct conv=notrunc,fsync"
            : "dd if=/dev/vdb of=/dev/null bs=%d count=%d skip=%s iflag=direct";
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < places; i++) {
      all.append(i == 0 ? "0" : " " + i);
    }
    return "%s() ( for i in %s; do (%s 2>/dev/null || echo %s) & done; wait )"
        .formatted(FUNCTION + key, all, copy.formatted(block, blocks(), at), FAILED);
  }

  /** The function that runs a load and tells when it began and ended. */
  static String timer() {
    return "timed() { read a x </proc/uptime; for r in $(seq $2); do $1; done;"
        + " read b x </proc/uptime; echo TOOK=\"$a\":\"$b\"=; }";
  }

  /** Runs it. */
  String command(int rounds) {
    return "timed " + FUNCTION + key + " " + rounds;
  }

  /** Whether the guest has said all. */
  static boolean isAnswer(String output) {
    return ANSWER.matcher(output).find();
  }

  /**
   * How long it took, by the guest.
   *
   * @throws IllegalArgumentException if it did not work
   */
  static double seconds(String output) {
    Matcher answer = ANSWER.matcher(output);
    if (output.contains(FAILED) || !answer.find()) {
      throw new IllegalArgumentException(
          "Expected the guest to read and write its disk, but it says: " + output.strip());
    }
    double seconds = Double.parseDouble(answer.group(2)) - Double.parseDouble(answer.group(1));
    if (seconds <= 0) {
      throw new IllegalArgumentException("Expected a time, but the guest says: " + answer.group());
    }
    return seconds;
  }

  /** How many rounds take about so long, by what one took. */
  static int rounds(double oneSeconds, double wantedSeconds) {
    return Math.clamp(Math.round(wantedSeconds / oneSeconds), 1, ROUNDS_MAX);
  }
}
