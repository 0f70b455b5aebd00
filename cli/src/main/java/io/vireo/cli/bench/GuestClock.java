package io.vireo.cli.bench;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A guest's clock beside this machine's. Under emulation a guest finds out at its start how fast
 * its time-stamp counter goes; on a processor that was taken away meanwhile it is wrong, and stays
 * so.
 *
 * @param hostSeconds what passed by this machine's clock
 * @param guestSeconds what the guest says had passed
 */
record GuestClock(double hostSeconds, double guestSeconds) {

  /** What has the guest tell its clock. */
  static final String QUESTION = "read a x </proc/uptime; echo UP=\"$a\"=";

  private static final Pattern ANSWER = Pattern.compile("UP=([0-9.]{1,20})=");
  private static final double NANOS = 1e9;

  /** Refuses clocks that stand. */
  GuestClock {
    if (!(hostSeconds > 0 && guestSeconds > 0)) {
      throw new IllegalArgumentException(
          "Expected both clocks to go, but the guest's went "
              + guestSeconds
              + " s in "
              + hostSeconds
              + " s of this machine's");
    }
  }

  /** Both clocks at one moment. */
  record Reading(long hostNanos, double guestSeconds) {}

  /** Whether the guest has said all. */
  static boolean isAnswer(String output) {
    return ANSWER.matcher(output).find();
  }

  /**
   * What the guest said at a moment.
   *
   * @throws IllegalArgumentException if it said no time
   */
  static Reading reading(long hostNanos, String output) {
    Matcher answer = ANSWER.matcher(output);
    if (!answer.find()) {
      throw new IllegalArgumentException(
          "Expected the guest to tell its clock, but it says: " + output.strip());
    }
    return new Reading(hostNanos, Double.parseDouble(answer.group(1)));
  }

  /** What passed between two moments. */
  static GuestClock between(Reading first, Reading last) {
    return new GuestClock(
        (last.hostNanos() - first.hostNanos()) / NANOS, last.guestSeconds() - first.guestSeconds());
  }

  /** Seconds of the guest in one of this machine. */
  double rate() {
    return guestSeconds / hostSeconds;
  }

  /** This machine's seconds for a time that the guest took. */
  double hostSecondsOf(double seconds) {
    return seconds / rate();
  }

  /**
   * The clocks of all guests.
   *
   * @param control that of the other plain QEMU
   */
  record All(GuestClock vireo, GuestClock plain, GuestClock control) {

    /** A pair of which all times are the guests'. */
    DiskPairs.Pair byHost(DiskPairs.Pair pair) {
      return new DiskPairs.Pair(
          vireo.hostSecondsOf(pair.vireoSeconds()),
          plain.hostSecondsOf(pair.plainSeconds()),
          control.hostSecondsOf(pair.controlSeconds()),
          pair.first());
    }

    /** For people. */
    String text() {
      return String.format(
          Locale.ROOT,
          "All times are this machine's; in a second of it there passed %.3f s in the VMI's guest,"
              + " %.3f s in plain QEMU's, and %.3f s in that of a second plain QEMU.",
          vireo.rate(),
          plain.rate(),
          control.rate());
    }

    /** For programs. */
    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("vireo", rounded(vireo.rate()));
      json.put("plain", rounded(plain.rate()));
      json.put("control", rounded(control.rate()));
      return json;
    }

    private static double rounded(double rate) {
      return Math.round(rate * 10_000) / 10_000.0;
    }
  }
}
