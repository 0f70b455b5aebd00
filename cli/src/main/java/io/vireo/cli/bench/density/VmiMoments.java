package io.vireo.cli.bench.density;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** When each thing was first seen of one VMI, by this machine's clock. */
final class VmiMoments {

  /** What can be seen, in the order of a VMI's life. */
  enum Moment {
    REQUESTED,
    DESIRED_RECORD,
    CREATE_COMMAND,
    POD_CREATED,
    ANSWERED,
    POD_BOUND,
    POD_RECORD,
    START_COMMAND,
    NODE_RECORD,
    START_RECEIVED,
    POD_READY,
    SCHEDULED,
    DOMAIN_RUNNING,
    RUNNING,
    DELETE_REQUESTED,
    GONE,
    POD_GONE
  }

  private final ConcurrentMap<Moment, Instant> seen = new ConcurrentHashMap<>();

  /** It is so from then on. The first time counts. */
  void see(Moment moment, Instant at) {
    seen.putIfAbsent(moment, at);
  }

  boolean has(Moment moment) {
    return seen.containsKey(moment);
  }

  /** Time from one to the other; empty unless both were seen. */
  OptionalDouble millis(Moment from, Moment until) {
    Instant begin = seen.get(from);
    Instant end = seen.get(until);
    return begin == null || end == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(Duration.between(begin, end).toNanos() / 1e6);
  }

  /** When it was seen, which it has to be. */
  Instant at(Moment moment) {
    return Objects.requireNonNull(seen.get(moment), moment::name);
  }
}
