package io.vireo.api.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.spec.SpecReader;
import io.vireo.spec.SpecSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is put in for what is left open; see {@code defaults.yaml}. */
class DefaultsTest {

  /** One row. */
  record Row(Map<?, ?> data) {
    @Override
    public String toString() {
      return String.valueOf(data.get("of"));
    }
  }

  static Stream<Row> rows() {
    return ((List<?>) Manifests.load("defaults.yaml"))
        .stream().map(row -> new Row((Map<?, ?>) row));
  }

  private static ClusterConfiguration configuration(Map<?, ?> data) {
    ClusterConfiguration defaults = ClusterConfiguration.DEFAULTS;
    Map<?, ?> config = data.get("config") instanceof Map<?, ?> map ? map : Map.of();
    String binding =
        config.get("defaultNetworkInterface") instanceof String text
            ? text
            : defaults.defaultNetworkInterface();
    return new ClusterConfiguration(
        binding,
        defaults.permitBridgeInterfaceOnPodNetwork(),
        Optional.ofNullable((String) config.get("cpuModel")),
        defaults.machineType(),
        defaults.emulatedMachines(),
        Optional.ofNullable((String) config.get("cpuRequest")),
        defaults.defaultArchitecture(),
        defaults.vmRolloutStrategy(),
        defaults.featureGates(),
        defaults.disabledFeatureGates());
  }

  private static Map<String, Object> stored(Map<String, Object> vmi, ClusterConfiguration with) {
    return Asking.mutated(Asking.admission(Asking.KVM), Asking.create(vmi, Asking.USER), with);
  }

  private static Node at(Map<String, Object> vmi, String path) {
    return Manifests.get(vmi, "spec." + path);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void shouldPutIn(Row row) {
    Map<String, Object> vmi = Manifests.vmi();
    Manifests.set(vmi, "spec.", Objects.requireNonNull(row.data().get("set")));

    Map<String, Object> stored = stored(vmi, configuration(row.data()));

    if (row.data().get("stored") instanceof Map<?, ?> expected) {
      expected.forEach(
          (path, value) ->
              assertThat(at(stored, String.valueOf(path)).value()).as("%s", path).isEqualTo(value));
    }
    if (row.data().get("absent") instanceof List<?> absent) {
      absent.forEach(
          path -> assertThat(at(stored, String.valueOf(path)).value()).as("%s", path).isNull());
    }
  }

  @Test
  void shouldChangeNothingTheSecondTime() {
    rows()
        .forEach(
            row -> {
              Map<String, Object> vmi = Manifests.vmi();
              Manifests.set(vmi, "spec.", Objects.requireNonNull(row.data().get("set")));
              ClusterConfiguration configuration = configuration(row.data());
              Map<String, Object> once = stored(vmi, configuration);

              assertThat(stored(once, configuration)).as("%s", row).isEqualTo(once);
            });
  }

  @Test
  void shouldLeaveWhatWasGivenAsItWas() {
    Map<String, Object> vmi = Manifests.vmi();

    stored(vmi, ClusterConfiguration.DEFAULTS);

    assertThat(vmi).isEqualTo(Manifests.vmi());
  }

  @Test
  void shouldPutInNothingThatTheReaderRefuses() {
    for (SpecSettings settings : List.of(Asking.KVM, Asking.EMULATED)) {
      for (String binding : List.of("masquerade", "bridge")) {
        Map<String, Object> vmi = Manifests.vmi();
        boolean possible = binding.equals("masquerade") || settings.podNetwork();
        if (possible) {
          Manifests.set(vmi, "spec.", noNetworks());
        }
        ClusterConfiguration configuration =
            ClusterConfiguration.DEFAULTS.withDefaultNetworkInterface(binding);

        Map<String, Object> stored =
            Asking.mutated(
                Asking.admission(settings), Asking.create(vmi, Asking.USER), configuration);

        assertThat(new SpecReader(settings).read(Objects.requireNonNull(stored.get("spec"))))
            .isInstanceOf(SpecReader.Result.Accepted.class);
      }
    }
  }

  private static Map<String, Object> noNetworks() {
    Map<String, Object> none = new HashMap<>();
    none.put("domain.devices.interfaces", null);
    none.put("networks", null);
    return none;
  }

  @Test
  void shouldNameTheSettingWhereTheDefaultInterfaceCannotBe() {
    Map<String, Object> vmi = Manifests.vmi();
    Manifests.set(vmi, "spec.", noNetworks());

    List<Violation> violations =
        Asking.violations(
            Asking.admission(Asking.EMULATED),
            Asking.create(vmi, Asking.USER),
            ClusterConfiguration.DEFAULTS);

    assertThat(violations)
        .singleElement()
        .satisfies(
            violation -> {
              assertThat(violation.field()).isEqualTo("spec.domain.devices.interfaces");
              assertThat(violation.message()).contains("defaultNetworkInterface");
            });
  }
}
