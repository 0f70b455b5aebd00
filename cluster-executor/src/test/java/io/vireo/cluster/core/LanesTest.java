package io.vireo.cluster.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LanesTest {

  private record Item(String key, int number) {}

  @Test
  void eachKeyKeepsItsOrder() throws InterruptedException {
    List<Item> done = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch all = new CountDownLatch(2_000);
    try (Lanes<Item> lanes =
        new Lanes<>(
            (item, behind) -> {
              if (ThreadLocalRandom.current().nextInt(10) == 0) {
                Thread.sleep(1);
              }
              done.add(item);
              all.countDown();
            })) {
      for (int i = 0; i < 2_000; i++) {
        String key = "k" + i % 20;
        lanes.put(key, new Item(key, i));
      }
      assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
    }

    Map<String, List<Integer>> byKey = new HashMap<>();
    done.forEach(
        item -> byKey.computeIfAbsent(item.key(), key -> new ArrayList<>()).add(item.number()));
    assertThat(byKey).hasSize(20);
    byKey.values().forEach(numbers -> assertThat(numbers).isSorted().hasSize(100));
  }

  @Test
  void slowKeyDelaysNoOther() throws InterruptedException {
    CountDownLatch slowMayEnd = new CountDownLatch(1);
    CountDownLatch others = new CountDownLatch(50);
    try (Lanes<String> lanes =
        new Lanes<>(
            (item, behind) -> {
              if (item.equals("slow")) {
                slowMayEnd.await();
              } else {
                others.countDown();
              }
            })) {
      lanes.put("slow", "slow");
      IntStream.range(0, 50).forEach(i -> lanes.put("k" + i, "fast"));
      assertThat(others.await(10, TimeUnit.SECONDS)).isTrue();
      slowMayEnd.countDown();
    }
  }

  @Test
  void workSeesWhatWaitsBehind() throws InterruptedException {
    CountDownLatch queued = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(2);
    List<List<String>> seen = Collections.synchronizedList(new ArrayList<>());
    try (Lanes<String> lanes =
        new Lanes<>(
            (item, behind) -> {
              queued.await();
              seen.add(behind.get());
              done.countDown();
            })) {
      lanes.put("k", "a");
      lanes.put("k", "b");
      queued.countDown();
      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(seen).containsExactly(List.of("b"), List.of());
  }

  @Test
  void droppedItemsDoNotRunAndRunningOnesAreWaitedFor() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    List<String> done = Collections.synchronizedList(new ArrayList<>());
    try (Lanes<String> lanes =
        new Lanes<>(
            (item, behind) -> {
              started.countDown();
              mayEnd.await();
              done.add(item);
            })) {
      lanes.put("k", "a");
      lanes.put("k", "b");
      assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();

      assertThat(lanes.drop(item -> true, 20)).isFalse();
      mayEnd.countDown();
      assertThat(lanes.drop(item -> true, 10_000)).isTrue();
      assertThat(lanes.size()).isZero();
    }
    assertThat(done).containsExactly("a");
  }

  @Test
  void positionStandsBeforeTheFirstThatIsNotFinished() {
    Progress progress = new Progress();
    for (long offset : new long[] {10, 11, 13}) {
      assertThat(progress.read(0, offset)).isTrue();
    }
    assertThat(progress.read(0, 11)).isFalse();
    progress.finished(0, 11);
    assertThat(progress.news()).isEqualTo(Map.of(0, 10L));
    progress.finished(0, 13);
    assertThat(progress.news()).isEmpty();
    progress.finished(0, 10);
    assertThat(progress.news()).isEqualTo(Map.of(0, 14L));
    assertThat(progress.open()).isZero();
  }
}
