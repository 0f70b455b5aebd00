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
    assertThat(ipam("10.244.3.0/24"))
        .containsEntry("ranges", List.of(List.of(Map.of("subnet", "10.244.3.0/24"))))
        .containsEntry("routes", List.of(Map.of("dst", "0.0.0.0/0")));
    assertThat(ipam("10.244.3.0/24", "fd01:2:300:4::/64"))
        .containsEntry(
            "ranges",
            List.of(
                List.of(Map.of("subnet", "10.244.3.0/24")),
                List.of(Map.of("subnet", "fd01:2:300:4::/64"))))
        .containsEntry("routes", List.of(Map.of("dst", "0.0.0.0/0"), Map.of("dst", "::/0")));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> ipam(String... ranges) throws IOException {
    Map<?, ?> network = (Map<?, ?>) CanonicalJson.read(NodeSettings.cni(List.of(ranges)));
    List<?> plugins = (List<?>) network.get("plugins");
    assertThat(plugins).hasSize(2).asString().doesNotContain("ipMasq");
    return (Map<String, Object>) ((Map<?, ?>) plugins.getFirst()).get("ipam");
  }

  @Test
  void shouldTellContainerdWhichImageHoldsAPod() {
    assertThat(NodeSettings.containerd("localhost/pause:1"))
        .contains("sandbox = \"localhost/pause:1\"")
        .contains("version = 3");
  }
}
