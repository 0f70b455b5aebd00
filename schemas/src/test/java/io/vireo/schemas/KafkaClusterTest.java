package io.vireo.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KafkaClusterTest {

  private final AtomicInteger ends = new AtomicInteger();
  private final KafkaCluster cluster = new KafkaCluster(ends::incrementAndGet);

  @Test
  void shouldEndWhenAnotherClusterAnswers() {
    cluster.endWhenReplaced();
    cluster.answered("one");
    cluster.answered(null);
    cluster.answered("one");
    assertThat(ends).hasValue(0);

    cluster.answered("two");
    assertThat(ends).hasValue(1);
  }

  @Test
  void shouldLeaveAProcessAloneThatDoesNotAskForIt() {
    cluster.answered("one");
    cluster.answered("two");

    assertThat(ends).hasValue(0);
  }
}
