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

  /**
   * The same for the same input, so that repeated records are recognised, and another for each VMI
   * that it makes due: the end of a list does that to all.
   *
   * @param uid of the VMI; empty for what is of none
   */
  String id(String uid) {
    String whose = uid.isEmpty() ? "" : "-" + uid;
    return topic.equals(TIMER)
        ? TIMER + whose + "-" + offset
        : topic + "-" + partition + "-" + offset + whose;
  }
}
