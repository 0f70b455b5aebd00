package io.vireo.cli.torture;

import io.vireo.dev.stack.StackClient;
import io.vireo.schemas.KafkaAccess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** When which decision became visible to a reader of what is committed. Thread-safe. */
final class Decisions implements AutoCloseable {

  private static final Duration END_MAX = Duration.ofSeconds(10);

  /** One decision: its partition, when it was made, and when it was seen. */
  private record Seen(int partition, long madeAt, long seenAt) {}

  private final RecordReader reader;
  private final Thread thread;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CompletableFuture<String> failure = new CompletableFuture<>();

  // Guarded by this; those that nobody can ask for any more are dropped.
  private final List<Seen> seen = new ArrayList<>();

  private Decisions(RecordReader reader) {
    this.reader = reader;
    this.thread = Thread.ofPlatform().daemon().name("decisions").unstarted(this::read);
  }

  static Decisions read(StackClient stack) throws IOException {
    Decisions decisions = new Decisions(new RecordReader(stack.kafka(KafkaAccess.AUDITOR)));
    decisions.thread.start();
    return decisions;
  }

  int partitions() {
    return reader.partitions();
  }

  Set<Integer> all() {
    return IntStream.range(0, partitions()).boxed().collect(Collectors.toSet());
  }

  private void read() {
    try (reader) {
      while (!stopping.get()) {
        reader.poll(
            (partition, event) -> {
              synchronized (this) {
                seen.add(new Seen(partition, event.getTime(), System.currentTimeMillis()));
                notifyAll();
              }
            });
      }
    } catch (IOException | RuntimeException e) {
      failure.complete(e.toString());
    }
  }

  /**
   * Waits until each of these partitions has a decision that was made after this instant.
   *
   * @return when the first such one of each was seen, in milliseconds since 1970
   */
  synchronized List<Long> awaitAll(Collection<Integer> partitions, long madeAfter, Duration max)
      throws Broken, InterruptedException {
    long deadline = System.currentTimeMillis() + max.toMillis();
    seen.removeIf(each -> each.madeAt() <= madeAfter);
    while (true) {
      List<Long> times = new ArrayList<>();
      Set<Integer> missing = new HashSet<>();
      for (int partition : partitions) {
        seen.stream()
            .filter(each -> each.partition() == partition && each.madeAt() > madeAfter)
            .findFirst()
            .ifPresentOrElse(each -> times.add(each.seenAt()), () -> missing.add(partition));
      }
      if (missing.isEmpty()) {
        return times;
      }
      long left = deadline - System.currentTimeMillis();
      if (left <= 0 || failure.isDone()) {
        throw new Broken(
            "Expected a decision in each of %s within %d s, but none came in %s %s"
                .formatted(partitions, max.toSeconds(), missing, failure.getNow("")));
      }
      wait(Math.min(left, 1000));
    }
  }

  @Override
  public void close() {
    stopping.set(true);
    try {
      thread.join(END_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
