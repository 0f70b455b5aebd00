package io.vireo.cluster.core;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
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

  /** A record that was read, while its partition was ours. */
  public final class Read {
    private final Partition partition;
    private final long offset;

    private Read(Partition partition, long offset) {
      this.partition = partition;
      this.offset = offset;
    }

    /**
     * All that it led to is written down. Once {@link #forget} was told of its partition this means
     * nothing: another record may stand at the same place by then, if Kafka lost its disk.
     */
    public void finished() {
      synchronized (Progress.this) {
        partition.open.remove(offset);
      }
    }
  }

  private final Map<Integer, Partition> partitions = new HashMap<>();

  /** A record was read; empty if it is known already. */
  public synchronized Optional<Read> read(int partition, long offset) {
    Partition known = partitions.computeIfAbsent(partition, each -> new Partition());
    if (offset < known.next) {
      return Optional.empty();
    }
    known.open.add(offset);
    known.next = offset + 1;
    return Optional.of(new Read(known, offset));
  }

  /** Nothing was read between the last record and here: the mark of a transaction takes a place. */
  public synchronized void passed(int partition, long next) {
    Partition known = partitions.computeIfAbsent(partition, each -> new Partition());
    known.next = Math.max(known.next, next);
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
