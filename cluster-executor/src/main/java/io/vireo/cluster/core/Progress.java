package io.vireo.cluster.core;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Up to where everything is finished in each partition, although commands end in any order.
 * Thread-safe.
 */
public final class Progress {

  private static final class Partition {
    private final TreeSet<Long> open = new TreeSet<>();
    private long next;
    private long told = -1;

    /** Moves only past records whose outcome is on its topic. */
    private long position() {
      return open.isEmpty() ? next : open.first();
    }
  }

  private final Map<Integer, Partition> partitions = new HashMap<>();

  /** A record was read; false if it is known already. */
  public synchronized boolean read(int partition, long offset) {
    Partition known = partitions.computeIfAbsent(partition, each -> new Partition());
    if (offset < known.next) {
      return false;
    }
    known.open.add(offset);
    known.next = offset + 1;
    return true;
  }

  /** Nothing was read between the last record and here: the mark of a transaction takes a place. */
  public synchronized void passed(int partition, long next) {
    Partition known = partitions.computeIfAbsent(partition, each -> new Partition());
    known.next = Math.max(known.next, next);
  }

  /** All that a record led to is written down. */
  public synchronized void finished(int partition, long offset) {
    Partition known = partitions.get(partition);
    if (known != null) {
      known.open.remove(offset);
    }
  }

  /** Positions that moved since they were asked for last. */
  public synchronized Map<Integer, Long> news() {
    Map<Integer, Long> news = new HashMap<>();
    partitions.forEach(
        (number, partition) -> {
          long position = partition.position();
          if (position != partition.told) {
            partition.told = position;
            news.put(number, position);
          }
        });
    return news;
  }

  /** Tells these positions once more: they were not taken. */
  public synchronized void untold(Set<Integer> numbers) {
    for (int number : numbers) {
      Partition partition = partitions.get(number);
      if (partition != null) {
        partition.told = -1;
      }
    }
  }

  /** Somebody else reads these now. */
  public synchronized void forget(Set<Integer> numbers) {
    partitions.keySet().removeAll(new HashSet<>(numbers));
  }

  /** Records that were read and are not finished. */
  public synchronized int open() {
    return partitions.values().stream().mapToInt(partition -> partition.open.size()).sum();
  }
}
