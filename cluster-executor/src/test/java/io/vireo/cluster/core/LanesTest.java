package io.vireo.cluster.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LanesTest {

  private record Item(String key, int number) {}

  /** Work that ends when the test says so. */
  private final Map<String, CompletableFuture<Void>> open = new HashMap<>();

  private final List<String> begun = new ArrayList<>();

  private Lanes<String> lanes() {
    return new Lanes<>(
        (item, behind) -> {
          begun.add(item);
          return open.computeIfAbsent(item, each -> new CompletableFuture<>());
        },
        Runnable::run);
  }

  @Test
  void eachKeyKeepsItsOrderOnManyThreads() throws InterruptedException {
    List<Item> done = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch all = new CountDownLatch(20_000);
    try (ExecutorService threads = Executors.newFixedThreadPool(4);
        Lanes<Item> lanes =
            new Lanes<>(
                (item, behind) ->
                    CompletableFuture.runAsync(
                        () -> {
                          done.add(item);
                          all.countDown();
                        },
                        threads),
                threads)) {
      for (int i = 0; i < 20_000; i++) {
        String key = "k" + i % 20;
        lanes.put(key, new Item(key, i));
      }
      assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
    }

    Map<String, List<Integer>> byKey = new HashMap<>();
    done.forEach(
        item -> byKey.computeIfAbsent(item.key(), key -> new ArrayList<>()).add(item.number()));
    assertThat(byKey).hasSize(20);
    byKey.values().forEach(numbers -> assertThat(numbers).isSorted().hasSize(1_000));
  }

  @Test
  void longLaneOfWhatEndsAtOnceNeedsNoDeepStack() {
    List<Integer> done = new ArrayList<>();
    CompletableFuture<Void> first = new CompletableFuture<>();
    Lanes<Integer> lanes =
        new Lanes<>(
            (item, behind) -> {
              done.add(item);
              return item == 0 ? first : CompletableFuture.completedFuture(null);
            },
            Runnable::run);
    for (int i = 0; i < 10_000; i++) {
      lanes.put("k", i);
    }
    assertThat(done).hasSize(1);

    first.complete(null);

    assertThat(done).hasSize(10_000).isSorted();
    assertThat(lanes.size()).isZero();
    assertThat(lanes.lanes()).isZero();
    assertThat(lanes.failure()).isNotDone();
  }

  @Test
  void nextOfAKeyWaitsAndOtherKeysDoNot() {
    try (Lanes<String> lanes = lanes()) {
      lanes.put("k", "a");
      lanes.put("k", "b");
      lanes.put("other", "c");
      assertThat(begun).containsExactly("a", "c");
      assertThat(lanes.size()).isEqualTo(3);

      end("a");

      assertThat(begun).containsExactly("a", "c", "b");
    }
  }

  @Test
  void workSeesWhatWaitsBehind() {
    List<List<String>> seen = new ArrayList<>();
    CompletableFuture<Void> mayEnd = new CompletableFuture<>();
    Lanes<String> lanes =
        new Lanes<>((item, behind) -> mayEnd.thenRun(() -> seen.add(behind.get())), Runnable::run);
    lanes.put("k", "a");
    lanes.put("k", "b");
    mayEnd.complete(null);
    assertThat(seen).containsExactly(List.of("b"), List.of());
  }

  @Test
  void droppedItemsDoNotRunAndRunningOnesAreTold() {
    try (Lanes<String> lanes = lanes()) {
      lanes.put("k", "a");
      lanes.put("k", "b");
      lanes.put("k", "c");

      CompletableFuture<?> left = lanes.drop(item -> !item.equals("c"));
      assertThat(left).isNotDone();
      assertThat(lanes.size()).isEqualTo(2);
      end("a");

      assertThat(left).isDone();
      assertThat(begun).containsExactly("a", "c");
      assertThat(lanes.drop(item -> item.equals("x"))).isDone();
    }
  }

  @Test
  void itemThatComesBackWaitsForItsFirstRun() {
    try (Lanes<String> lanes = lanes()) {
      lanes.put("k", "a");
      lanes.drop(item -> true);
      lanes.put("k", "a");
      assertThat(begun).containsExactly("a");
      end("a");
      assertThat(begun).containsExactly("a", "a");
    }
  }

  @Test
  void nothingBeginsAfterClosing() {
    Lanes<String> lanes = lanes();
    lanes.put("k", "a");
    lanes.put("k", "b");
    lanes.close();
    lanes.put("other", "c");
    open.get("a").completeExceptionally(new IllegalStateException("the client is closed"));
    assertThat(begun).containsExactly("a");
    assertThat(lanes.size()).isZero();
    assertThat(lanes.failure()).isNotDone();
  }

  @Test
  void workThatThrowsOrFailsIsTold() {
    Lanes<String> throwing =
        new Lanes<>(
            (item, behind) -> {
              throw new IllegalStateException(item);
            },
            Runnable::run);
    throwing.put("k", "a");
    assertThat(throwing.failure()).isCompletedWithValueMatching(e -> e.getMessage().equals("a"));

    Lanes<String> failing = lanes();
    failing.put("k", "a");
    failing.put("k", "b");
    open.get("a").completeExceptionally(new IllegalStateException("no"));
    assertThat(failing.failure()).isDone();
    assertThat(begun).containsExactly("a");
  }

  private void end(String item) {
    CompletableFuture<Void> ends = open.remove(item);
    assertThat(ends).isNotNull();
    ends.complete(null);
  }
}
