package io.vireo.ingest.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What of the reports is missing. A session counts its reports from 1, so a number left out was
 * lost. One gap a node and minute is told: a node that skips numbers at will must not fill the
 * topic.
 */
final class GapBook {

  private static final long TOLD_EVERY_MS = 60_000;

  private record Last(long session, long sequence) {}

  private final Map<String, Last> lasts = new HashMap<>();
  private final Throttle throttle = new Throttle(TOLD_EVERY_MS);
  private long found;

  /** Notes a report; what is missing before it. */
  List<Output> heard(String node, long session, long sequence, long nowMs) {
    Last last = lasts.get(node);
    if (last != null
        && (session < last.session()
            || (session == last.session() && sequence <= last.sequence()))) {
      return List.of();
    }
    lasts.put(node, new Last(session, sequence));
    if (last == null) {
      return List.of();
    }
    long expected = session == last.session() ? last.sequence() + 1 : 1;
    if (sequence <= expected) {
      return List.of();
    }
    return lost(
        node,
        "Node "
            + node
            + ", session "
            + session
            + ": reports "
            + expected
            + " to "
            + (sequence - 1)
            + " are missing",
        nowMs);
  }

  /** Notes a loss that was found elsewhere. */
  List<Output> lost(String key, String what, long nowMs) {
    found++;
    return throttle.pass(key, nowMs).stream()
        .<Output>mapToObj(
            before ->
                new Output.ReportsLost(
                    before == 0
                        ? what
                        : what + "; " + before + " more gaps were found since the last one told"))
        .toList();
  }

  long found() {
    return found;
  }
}
