package io.vireo.api.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationReaderTest {

  private static ConfigurationReader.Result read(Map<String, Object> configuration) {
    return ConfigurationReader.read(
        Map.of("configuration", configuration), ClusterConfiguration.DEFAULTS);
  }

  @Test
  void shouldBeTheDefaultsWhereNothingIsSet() {
    for (Map<String, Object> spec :
        List.<Map<String, Object>>of(Map.of(), Map.of("configuration", Map.of()))) {
      assertThat(ConfigurationReader.read(spec, ClusterConfiguration.DEFAULTS))
          .isEqualTo(
              new ConfigurationReader.Result.Valid(ClusterConfiguration.DEFAULTS, List.of()));
    }
  }

  @Test
  void shouldMergeOverTheDefaults() {
    ConfigurationReader.Result result =
        read(
            Map.of(
                "network",
                    Map.of(
                        "defaultNetworkInterface",
                        "masquerade",
                        "permitBridgeInterfaceOnPodNetwork",
                        false),
                "cpuModel", "Nehalem",
                "machineType", "pc-q35-7.2",
                "emulatedMachines", List.of("pc-q35-7*"),
                "cpuRequest", "200m",
                "evictionStrategy", "None",
                "vmRolloutStrategy", "Stage",
                "developerConfiguration",
                    Map.of(
                        "featureGates", List.of("HostDisk", "Unheard"),
                        "disabledFeatureGates", List.of("PasstBinding"))));

    assertThat(result)
        .isEqualTo(
            new ConfigurationReader.Result.Valid(
                new ClusterConfiguration(
                    "masquerade",
                    false,
                    Optional.of("Nehalem"),
                    "pc-q35-7.2",
                    List.of("pc-q35-7*"),
                    Optional.of("200m"),
                    "amd64",
                    "Stage",
                    Set.of("HostDisk", "Unheard"),
                    Set.of("PasstBinding")),
                List.of()));
  }

  @Test
  void shouldPreferTheSettingsOfTheArchitecture() {
    ConfigurationReader.Result result =
        read(
            Map.of(
                "machineType", "q35",
                "emulatedMachines", List.of("q35"),
                "architectureConfiguration",
                    Map.of(
                        "amd64", Map.of("machineType", "pc", "emulatedMachines", List.of("pc*")))));

    assertThat(result)
        .isInstanceOfSatisfying(
            ConfigurationReader.Result.Valid.class,
            valid -> {
              assertThat(valid.configuration().machineType()).isEqualTo("pc");
              assertThat(valid.configuration().emulatedMachines()).containsExactly("pc*");
            });
  }

  @Test
  void shouldTellWhatHasNoEffect() {
    ConfigurationReader.Result result =
        ConfigurationReader.read(
            Map.of(
                "imageTag",
                "v1",
                "configuration",
                Map.of(
                    "migrations", Map.of("bandwidthPerMigration", "1Gi"),
                    "developerConfiguration", Map.of("useEmulation", true))),
            ClusterConfiguration.DEFAULTS);

    assertThat(result)
        .isEqualTo(
            new ConfigurationReader.Result.Valid(
                ClusterConfiguration.DEFAULTS,
                List.of(
                    "spec.configuration.developerConfiguration.useEmulation",
                    "spec.configuration.migrations",
                    "spec.imageTag")));
  }

  @ParameterizedTest
  @CsvSource({
    "machineType, virt, spec.configuration.machineType",
    "cpuModel, not a model, spec.configuration.cpuModel",
    "cpuRequest, much, spec.configuration.cpuRequest",
    "cpuRequest, -1, spec.configuration.cpuRequest",
    "evictionStrategy, LiveMigrate, spec.configuration.evictionStrategy",
    "vmRolloutStrategy, Never, spec.configuration.vmRolloutStrategy",
    "emulatedMachines, q35, spec.configuration.emulatedMachines"
  })
  void shouldNameTheSettingThatIsWrong(String key, String value, String path) {
    assertThat(read(Map.of(key, value)))
        .isInstanceOfSatisfying(
            ConfigurationReader.Result.Refused.class,
            refused -> assertThat(refused.problems()).extracting(Violation::field).contains(path));
  }

  @Test
  void shouldTellEveryProblem() {
    ConfigurationReader.Result result =
        read(
            Map.of(
                "network",
                    Map.of(
                        "defaultNetworkInterface", "slirp",
                        "permitBridgeInterfaceOnPodNetwork", "yes"),
                "architectureConfiguration", Map.of("defaultArchitecture", "arm64"),
                "developerConfiguration", Map.of("featureGates", List.of(1))));

    assertThat(result)
        .isInstanceOfSatisfying(
            ConfigurationReader.Result.Refused.class,
            refused ->
                assertThat(refused.problems())
                    .extracting(Violation::field)
                    .containsExactlyInAnyOrder(
                        "spec.configuration.network.defaultNetworkInterface",
                        "spec.configuration.network.permitBridgeInterfaceOnPodNetwork",
                        "spec.configuration.architectureConfiguration.defaultArchitecture",
                        "spec.configuration.developerConfiguration.featureGates[0]"));
  }

  @Test
  void shouldAnswerWhateverIsSet() {
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      Map<String, Object> object =
          Trees.copyOf(
              Map.of(
                  "spec",
                  Map.of(
                      "configuration",
                      Map.of(
                          "network", Map.of("defaultNetworkInterface", "masquerade"),
                          "cpuModel", "Nehalem",
                          "machineType", "q35",
                          "cpuRequest", "200m",
                          "emulatedMachines", List.of("q35*"),
                          "developerConfiguration", Map.of("featureGates", List.of("HostDisk")),
                          "architectureConfiguration",
                              Map.of("amd64", Map.of("machineType", "pc-q35-7.2")))),
                  "kind",
                  "KubeVirt"));
      new Damage(random.nextLong()).damage(object, "spec");
      ConfigurationReader.Result result =
          object.get("spec") instanceof Map<?, ?> spec
              ? ConfigurationReader.read(Trees.asObject(spec), ClusterConfiguration.DEFAULTS)
              : new ConfigurationReader.Result.Refused(List.of());
      if (result instanceof ConfigurationReader.Result.Valid valid) {
        // Whatever is valid leaves a small VMI acceptable.
        Map<String, Object> vmi = Manifests.vmi();
        assertThat(
                Asking.violations(
                    Asking.admission(Asking.KVM),
                    Asking.create(vmi, Asking.USER),
                    valid.configuration()))
            .as("manifest %d: %s", i, valid)
            .isEmpty();
      } else {
        refused++;
      }
    }
    assertThat(refused).isBetween(200, 1800);
  }
}
