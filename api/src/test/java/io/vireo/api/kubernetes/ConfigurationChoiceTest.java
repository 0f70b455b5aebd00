package io.vireo.api.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.api.core.ClusterConfiguration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationChoiceTest {

  private static final ClusterConfiguration DEFAULTS = ClusterConfiguration.DEFAULTS;
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final ConfigurationChoice NONE = new ConfigurationChoice(DEFAULTS, null);

  private static KubeVirtObject object(
      String name, String created, String binding, List<Map<String, Object>> conditions) {
    return new KubeVirtObject(
        "vireo",
        name,
        "uid of " + name,
        created,
        "7",
        Map.of("configuration", Map.of("network", Map.of("defaultNetworkInterface", binding))),
        conditions);
  }

  private static KubeVirtObject object(String name, String created, String binding) {
    return object(name, created, binding, List.of());
  }

  private static Map<String, Object> condition(ConfigurationChoice.Shown shown) {
    return shown.conditions().getLast();
  }

  @Test
  void shouldTakeTheDefaultsWhereThereIsNone() {
    ConfigurationChoice before =
        new ConfigurationChoice(DEFAULTS.withDefaultNetworkInterface("masquerade"), "gone");

    assertThat(before.next(List.of(), DEFAULTS, NOW))
        .isEqualTo(new ConfigurationChoice.Decided(NONE, List.of()));
  }

  @Test
  void shouldTakeTheOldestAndTellTheOthers() {
    KubeVirtObject old = object("old", "2026-01-01T00:00:00Z", "masquerade");
    KubeVirtObject young = object("young", "2026-01-01T00:00:01Z", "bridge");

    ConfigurationChoice.Decided decided = NONE.next(List.of(young, old), DEFAULTS, NOW);

    assertThat(decided.choice())
        .isEqualTo(
            new ConfigurationChoice(
                DEFAULTS.withDefaultNetworkInterface("masquerade"), "uid of old"));
    assertThat(decided.shown()).hasSize(2);
    assertThat(condition(decided.shown().get(0)))
        .containsEntry("status", "False")
        .containsEntry("reason", "NotTheOldest")
        .extractingByKey("message")
        .asString()
        .contains("vireo/old");
    assertThat(condition(decided.shown().get(1)))
        .containsEntry("type", "Synchronized")
        .containsEntry("status", "True")
        .containsEntry("lastTransitionTime", "2026-01-02T03:04:05Z");
  }

  @Test
  void shouldKeepTheLastValidOneAndNameEveryProblem() {
    ConfigurationChoice valid =
        NONE.next(List.of(object("a", "2026", "masquerade")), DEFAULTS, NOW).choice();
    KubeVirtObject wrong =
        new KubeVirtObject(
            "vireo",
            "a",
            "uid of a",
            "2026",
            "8",
            Map.of(
                "configuration",
                Map.of(
                    "vmRolloutStrategy",
                    "Sometimes",
                    "network",
                    Map.of("defaultNetworkInterface", "carrier pigeon"))),
            List.of());

    ConfigurationChoice.Decided decided = valid.next(List.of(wrong), DEFAULTS, NOW);

    assertThat(decided.choice()).isEqualTo(valid);
    assertThat(condition(decided.shown().getFirst()))
        .containsEntry("reason", "InvalidConfiguration")
        .extractingByKey("message")
        .asString()
        .contains(
            "spec.configuration.network.defaultNetworkInterface",
            "spec.configuration.vmRolloutStrategy");
  }

  /** What was valid in another object says nothing about this one. */
  @Test
  void shouldNotKeepTheConfigurationOfAnotherObject() {
    ConfigurationChoice before =
        new ConfigurationChoice(DEFAULTS.withDefaultNetworkInterface("masquerade"), "another");

    assertThat(before.next(List.of(object("a", "2026", "pigeon")), DEFAULTS, NOW).choice())
        .isEqualTo(new ConfigurationChoice(DEFAULTS, "uid of a"));
  }

  @Test
  void shouldWriteNothingTwiceAndLeaveOthersConditionsAlone() {
    List<Map<String, Object>> others = List.of(Map.of("type", "Available", "status", "True"));
    ConfigurationChoice.Decided first =
        NONE.next(List.of(object("a", "2026", "bridge", others)), DEFAULTS, NOW);
    List<Map<String, Object>> written = first.shown().getFirst().conditions();

    assertThat(written).hasSize(2).containsAll(others);
    assertThat(
            first
                .choice()
                .next(List.of(object("a", "2026", "bridge", written)), DEFAULTS, NOW.plusSeconds(9))
                .shown())
        .isEmpty();
    ConfigurationChoice.Decided turned =
        first
            .choice()
            .next(List.of(object("a", "2026", "pigeon", written)), DEFAULTS, NOW.plusSeconds(9));
    assertThat(condition(turned.shown().getFirst()))
        .containsEntry("lastTransitionTime", "2026-01-02T03:04:14Z");
  }
}
