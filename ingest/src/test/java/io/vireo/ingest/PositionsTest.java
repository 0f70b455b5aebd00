package io.vireo.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.ingest.core.Input;
import io.vireo.ingest.kafka.Delivery;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PositionsTest {

  private static final TopicPartition ENDS = new TopicPartition("ends", 0);
  private static final TopicPartition REPORTS = new TopicPartition("reports", 0);

  private final Positions positions = new Positions();
  private final Set<Input> waiting = new HashSet<>();

  private void take(TopicPartition partition, long offset) {
    positions.reached(new Delivery.Position(partition, offset + 1));
  }

  private Input waits(TopicPartition partition, long offset) {
    Input input = new Input.VmiEnded(partition + "-" + offset);
    waiting.add(input);
    positions.waits(new Delivery.Position(partition, offset + 1), input);
    take(partition, offset);
    return input;
  }

  private Map<TopicPartition, Long> news() {
    return positions.news(waiting::contains);
  }

  @Test
  void positionIsToldOnce() {
    take(ENDS, 4);
    assertThat(news()).containsExactly(Map.entry(ENDS, 5L));
    assertThat(news()).isEmpty();
  }

  @Test
  void positionStaysBeforeTheFirstThatWaits() {
    take(ENDS, 3);
    Input first = waits(ENDS, 4);
    Input second = waits(ENDS, 6);
    take(ENDS, 9);
    take(REPORTS, 1);
    assertThat(news()).containsOnly(Map.entry(ENDS, 4L), Map.entry(REPORTS, 2L));
    waiting.remove(second);
    assertThat(news()).isEmpty();
    waiting.remove(first);
    assertThat(news()).containsExactly(Map.entry(ENDS, 10L));
  }
}
