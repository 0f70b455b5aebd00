package io.vireo.scheduler.topology;

/**
 * What made a decision due: a record, or a timer.
 *
 * @param offset offset of the record; for a timer the time it was due
 */
record Cause(String topic, int partition, long offset) {

  static final String TIMER = "timer";

  static Cause timer(long dueMs) {
    return new Cause(TIMER, -1, dueMs);
  }

  /** The same for the same input, so that repeated records are recognised. */
  String id(String uid) {
    return topic.equals(TIMER)
        ? TIMER + "-" + uid + "-" + offset
        : topic + "-" + partition + "-" + offset;
  }
}
