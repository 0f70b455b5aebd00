package io.vireo.simulator.kafka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** One partition. Offsets keep their number for ever; compaction and retention leave holes. */
public final class SimLog {

  /** A record at its place. */
  @SuppressWarnings("ArrayRecordComponent") // Bytes as Kafka has them; never compared.
  public record Entry(
      long offset,
      long timestampMs,
      @Nullable String key,
      byte @Nullable [] value,
      List<Header> headers) {}

  private final List<Entry> entries = new ArrayList<>();
  private long end;
  private long start;

  long append(long timestampMs, @Nullable String key, byte @Nullable [] value, List<Header> h) {
    entries.add(new Entry(end, timestampMs, key, value, h));
    return end++;
  }

  /** Offset of the next record. */
  public long end() {
    return end;
  }

  /** Lowest offset that is still kept. */
  public long start() {
    return start;
  }

  /** All that is kept. */
  public List<Entry> entries() {
    return entries;
  }

  /** Records from this offset on, at most so many. */
  List<Entry> read(long from, int max) {
    int low = indexOf(from);
    return entries.subList(low, Math.min(entries.size(), low + max));
  }

  private int indexOf(long offset) {
    int low = 0;
    int high = entries.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (entries.get(middle).offset() < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Keeps only the newest record of each key, the last one of all in any case. */
  void compact() {
    Map<String, Long> newest = new HashMap<>();
    entries.forEach(entry -> newest.put(String.valueOf(entry.key()), entry.offset()));
    entries.removeIf(
        entry ->
            entry.offset() != end - 1
                && !Long.valueOf(entry.offset()).equals(newest.get(String.valueOf(entry.key()))));
  }

  /** Forgets everything below an offset. */
  void truncate(long below) {
    start = Math.max(start, Math.min(below, end));
    entries.removeIf(entry -> entry.offset() < start);
  }
}
