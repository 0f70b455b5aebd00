package io.vireo.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ApiConfigTest {

  @Test
  void shouldFitACluster() {
    ApiConfig config = ApiConfig.fromEnv(Map.of("VIREO_KUBECONFIG", " "));

    assertThat(config.host()).isEqualTo("0.0.0.0");
    assertThat(config.port()).isEqualTo(8443);
    assertThat(config.kubeconfig()).isEmpty();
    assertThat(config.certificateFolder()).isEmpty();
    assertThat(config.names()).containsExactly("vireo-api.vireo.svc");
    assertThat(config.accounts()).containsExactly("system:serviceaccount:vireo:cluster-executor");
    assertThat(config.spec().podNetwork()).isTrue();
    assertThat(config.spec().defaultNetworkInterface()).isEqualTo("bridge");
  }

  @Test
  void shouldTakeWhatIsSet() {
    ApiConfig config =
        ApiConfig.fromEnv(
            Map.of(
                "VIREO_API_ADDRESS", "127.0.0.1:1",
                "VIREO_API_NAMESPACE", "other",
                "VIREO_API_NAMES", "127.0.0.1, api.example",
                "VIREO_API_CERTIFICATE_DIR", "/tls",
                "VIREO_API_ACCOUNTS", "one,two",
                "VIREO_API_POD_NETWORK", "user",
                "VIREO_API_DEFAULT_NETWORK_INTERFACE", "masquerade"));

    assertThat(config.names()).containsExactly("vireo-api.other.svc", "127.0.0.1", "api.example");
    assertThat(config.certificateFolder()).contains(Path.of("/tls"));
    assertThat(config.accounts()).containsExactlyInAnyOrder("one", "two");
    assertThat(config.spec().podNetwork()).isFalse();
  }

  @Test
  void shouldNameEverythingThatIsWrong() {
    assertThatThrownBy(
            () ->
                ApiConfig.fromEnv(
                    Map.of(
                        "VIREO_API_ADDRESS", "0.0.0.0:70000",
                        "VIREO_API_POD_NETWORK", "tube",
                        "VIREO_API_USE_EMULATION", "perhaps",
                        "VIREO_API_DEFAULT_NETWORK_INTERFACE", "slirp")))
        .hasMessageContaining("VIREO_API_ADDRESS: expected host:port, but got '0.0.0.0:70000'")
        .hasMessageContaining("VIREO_API_POD_NETWORK")
        .hasMessageContaining("VIREO_API_USE_EMULATION")
        .hasMessageContaining("VIREO_API_DEFAULT_NETWORK_INTERFACE");
  }
}
