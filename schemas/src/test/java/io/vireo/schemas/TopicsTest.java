package io.vireo.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TopicsTest {

  @Test
  void shouldKeepNodeTopicsWithinKafkasLimitAndApart() {
    String longName = "n" + ".a".repeat(126);
    String other = "n" + ".a".repeat(125) + ".b";

    assertThat(longName).hasSize(253);
    assertThat(Topics.nodeCommands(longName).name()).hasSizeLessThanOrEqualTo(249);
    assertThat(Topics.nodeCommands(longName).name())
        .isNotEqualTo(Topics.nodeCommands(other).name());
    assertThat(Topics.nodeReports("node1").name()).isEqualTo("vireo.node.node1.reports.v1");
    assertThat(Topics.nodeCommands("a").name()).isEqualTo("vireo.node.a.commands.v1");
  }

  @Test
  void shouldRefuseWhatIsNoNodeName() {
    for (String name : new String[] {"", "A", "a_b", "-a", "a-", "a/b", "a".repeat(254)}) {
      assertThatThrownBy(() -> Topics.nodeCommands(name))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(name);
    }
  }

  @Test
  void shouldHaveNamesThatDoNotCollideInMetrics() {
    // Kafka's metrics turn dots into underscores.
    assertThat(Topics.all().stream().map(topic -> topic.name().replace('.', '_')).distinct())
        .hasSameSizeAs(Topics.all());
    assertThat(Topics.all()).allSatisfy(topic -> assertThat(topic.name()).matches("[a-z0-9.]+"));
  }
}
