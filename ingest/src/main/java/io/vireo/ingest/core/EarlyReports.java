package io.vireo.ingest.core;

import io.vireo.ingest.core.Input.CommandEnd;
import io.vireo.ingest.core.Input.ReportedDomain;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reports about epochs of which it is not known that the node was given them. A node may be faster
 * than the watch of pods, so they wait a while; how many wait is bounded for each node.
 */
final class EarlyReports {

  static final long WAIT_MS = 30_000;
  static final int REPORTS_MAX = 256;
  static final long BYTES_MAX = 1024 * 1024;

  /**
   * What still waits of a report.
   *
   * @param report as it was read
   * @param domains those of its domains that wait
   * @param end of a command, when it is about one
   */
  record Early(
      Input.Reported report, List<ReportedDomain> domains, @Nullable CommandEnd end, long untilMs) {

    Early {
      domains = List.copyOf(domains);
    }

    boolean isDone() {
      return domains.isEmpty() && end == null;
    }

    /** For people. */
    String about() {
      return end == null
          ? "VMI " + domains.getFirst().ref().uid() + " in epoch " + domains.getFirst().epoch()
          : "VMI " + end.vmiUid() + " up to epoch " + end.heldEpoch();
    }
  }

  private static final class Queue {
    final Deque<Early> reports = new ArrayDeque<>();
    long bytes;
  }

  private final Map<String, Queue> queues = new HashMap<>();

  /** Keeps it; false if this node has too many. */
  boolean add(Early early) {
    Queue queue = queues.computeIfAbsent(early.report().node(), node -> new Queue());
    long bytes = early.report().origin().size();
    if (queue.reports.size() >= REPORTS_MAX
        || (!queue.reports.isEmpty() && queue.bytes + bytes > BYTES_MAX)) {
      return false;
    }
    queue.reports.add(early);
    queue.bytes += bytes;
    return true;
  }

  /**
   * Gives each report of a node to a function, in order, and keeps what that returns of it.
   *
   * @param rest takes what can be taken and returns what still waits
   */
  void retry(String node, Function<Early, Early> rest) {
    Queue queue = queues.get(node);
    if (queue == null) {
      return;
    }
    List<Early> all = List.copyOf(queue.reports);
    queue.reports.clear();
    queue.bytes = 0;
    for (Early early : all) {
      Early waiting = rest.apply(early);
      if (!waiting.isDone()) {
        queue.reports.add(waiting);
        queue.bytes += waiting.report().origin().size();
      }
    }
    if (queue.reports.isEmpty()) {
      queues.remove(node);
    }
  }

  /** Takes out those that waited long enough. */
  List<Early> expired(long nowMs) {
    List<Early> expired = new ArrayList<>();
    Iterator<Queue> each = queues.values().iterator();
    while (each.hasNext()) {
      Queue queue = each.next();
      Early first = queue.reports.peek();
      while (first != null && first.untilMs() <= nowMs) {
        queue.bytes -= first.report().origin().size();
        expired.add(queue.reports.remove());
        first = queue.reports.peek();
      }
      if (queue.reports.isEmpty()) {
        each.remove();
      }
    }
    return expired;
  }

  OptionalLong nextExpiry() {
    return queues.values().stream()
        .flatMap(queue -> queue.reports.stream().limit(1))
        .mapToLong(Early::untilMs)
        .min();
  }

  /** Whether something of this very report waits. */
  boolean keeps(Input.Reported report) {
    Queue queue = queues.get(report.node());
    return queue != null
        && queue.reports.stream()
            .anyMatch(early -> early.report().origin().equals(report.origin()));
  }

  int size() {
    return queues.values().stream().mapToInt(queue -> queue.reports.size()).sum();
  }
}
