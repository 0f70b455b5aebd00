package io.vireo.dev.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.vireo.schemas.CanonicalJson;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeSettingsTest {

  @Test
  void shouldTellTheKubeletItsAddressAndItsGroup() {
    Map<?, ?> settings =
        Serialization.unmarshal(NodeSettings.kubelet("10.131.0.2", "/vireo-1-node1"), Map.class);

    assertThat(settings.get("address")).isEqualTo("10.131.0.2");
    // Of its own CoreDNS, which answers there.
    assertThat(settings.get("clusterDNS")).isEqualTo(List.of("10.131.0.2"));
    assertThat(NodeSettings.coreDns("10.131.0.2"))
        .contains("bind 10.131.0.2\n", "kubernetes " + settings.get("clusterDomain") + " ");
    assertThat(settings.get("cgroupRoot")).isEqualTo("/vireo-1-node1");
    assertThat(settings.get("containerRuntimeEndpoint"))
        .isEqualTo("unix://" + NodeSettings.CONTAINERD_SOCKET);
    assertThat(settings.get("authentication"))
        .isInstanceOfSatisfying(
            Map.class,
            authentication ->
                assertThat(authentication.get("anonymous")).isEqualTo(Map.of("enabled", false)));
    assertThat(settings.get("evictionHard"))
        .isInstanceOfSatisfying(
            Map.class, hard -> assertThat(hard.get("nodefs.available")).isEqualTo("1%"));
  }

  @Test
  void shouldLeaveTheKernelsSettingsToTheMachine() {
    Map<?, ?> settings =
        Serialization.unmarshal(NodeSettings.kubeProxy("node1", "10.131.0.2"), Map.class);

    assertThat(settings.get("mode")).isEqualTo("nftables");
    assertThat(settings.get("hostnameOverride")).isEqualTo("node1");
    assertThat(settings.get("conntrack"))
        .isInstanceOfSatisfying(
            Map.class, conntrack -> assertThat(conntrack.get("maxPerCore")).isEqualTo(0));
  }

  @Test
  void shouldGiveThePodsTheNodesRange() throws IOException {
    Object settings = CanonicalJson.read(NodeSettings.cni("10.244.3.0/24"));

    assertThat(settings)
        .isInstanceOfSatisfying(
            Map.class,
            network -> {
              assertThat(network.get("plugins")).asString().contains("subnet=10.244.3.0/24");
              assertThat(network.get("plugins")).asString().doesNotContain("ipMasq");
              assertThat((List<?>) network.get("plugins")).hasSize(2);
            });
  }

  @Test
  void shouldTellContainerdWhichImageHoldsAPod() {
    assertThat(NodeSettings.containerd("localhost/pause:1"))
        .contains("sandbox = \"localhost/pause:1\"")
        .contains("version = 3");
  }
}
