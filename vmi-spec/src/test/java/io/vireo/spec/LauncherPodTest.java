package io.vireo.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.schemas.CanonicalJson;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

class LauncherPodTest {

  private static final LauncherPod.Owner OWNER =
      new LauncherPod.Owner(
          "6d1c0bb0-0000-4000-8000-000000000001",
          "default",
          "tiny",
          Map.of("app", "web"),
          Map.of("note", "hello"));
  private static final SpecSettings KVM =
      new SpecSettings("masquerade", false, "example.org/launcher:1");

  private static final SpecSettings COPYING =
      new SpecSettings(
          "masquerade", true, "example.org/launcher:1", new ContainerDisks.Copies(3L << 30), false);

  private static VmiSpec spec(String resource) throws IOException {
    return ((SpecReader.Result.Accepted)
            new SpecReader(SpecReading.SETTINGS)
                .read(CanonicalJson.read(Golden.text(LauncherPodTest.class, resource))))
        .spec();
  }

  @ParameterizedTest
  @ValueSource(strings = {"minimal", "full"})
  void shouldRenderAsRecorded(String name) throws IOException {
    Map<String, Object> pod =
        LauncherPod.render(OWNER, spec(name + ".vmi.json"), 3, SpecReading.SETTINGS);

    Golden.check(LauncherPodTest.class, name + ".pod.json", rendered(pod));
  }

  private static String rendered(Map<String, Object> pod) {
    return JsonMapper.builder()
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
        .enable(SerializationFeature.INDENT_OUTPUT)
        .build()
        .writeValueAsString(CanonicalJson.read(CanonicalJson.write(pod)));
  }

  @Test
  void shouldCopyDisksWhereImagesAreNoVolumes() throws IOException {
    Map<String, Object> pod = LauncherPod.render(OWNER, spec("full.vmi.json"), 3, COPYING);

    Golden.check(LauncherPodTest.class, "full.copying-pod.json", rendered(pod));
  }

  @Test
  void shouldBringNoProgramsWithoutADiskToCopy() throws IOException {
    VmiSpec spec = spec("minimal.vmi.json");

    assertThat(LauncherPod.render(OWNER, spec, 1, COPYING))
        .isEqualTo(LauncherPod.render(OWNER, spec, 1, SpecReading.SETTINGS));
  }

  /** Kubernetes would put the value of a variable into an argument. */
  @ParameterizedTest
  @ValueSource(strings = {"image-volume", "copy"})
  void shouldTakeAPathAsItIs(String way) {
    VmiSpec spec =
        SpecReading.accepted(
            """
            {'domain': {'memory': {'guest': '64Mi'},
                        'devices': {'disks': [{'name': 'root'}]}},
             'volumes': [{'name': 'root',
                          'containerDisk': {'image': 'guest:1', 'path': '/d/$(HOME) $$x'}}]}
            """);

    String pod =
        CanonicalJson.write(
            LauncherPod.render(
                OWNER, spec, 1, way.equals("copy") ? COPYING : SpecReading.SETTINGS));

    assertThat(pod).contains("root=/d/$$(HOME) $$$$x\"");
    assertThat(pod.contains("\"/d/$$(HOME) $$$$x\"")).isEqualTo(way.equals("copy"));
  }

  @ParameterizedTest
  @CsvSource({"Haswell, Haswell", "host-model, ", ", "})
  void shouldSelectANodeByMachineTypeAndNamedCpuModel(String model, String selected) {
    String cpu = model == null ? "" : "'cpu': {'model': '" + model + "'},";
    VmiSpec spec =
        SpecReading.accepted(
            "{'domain': {"
                + cpu
                + "'machine': {'type': 'pc'}, 'memory': {'guest': '64Mi'}, 'devices': {}}}");

    Map<?, ?> pod = LauncherPod.render(OWNER, spec, 1, SpecReading.SETTINGS);

    Map<String, Object> expected =
        new TreeMap<>(
            Map.of(
                "kubernetes.io/arch", "amd64",
                "kubevirt.io/schedulable", "true",
                "machine-type.node.kubevirt.io/pc", "true"));
    if (selected != null) {
      expected.put("cpu-model.node.kubevirt.io/" + selected, "true");
    }
    assertThat(((Map<?, ?>) pod.get("spec")).get("nodeSelector")).isEqualTo(expected);
  }

  @Test
  void shouldAskForKvmUnlessEmulated() throws IOException {
    VmiSpec spec = spec("minimal.vmi.json");

    assertThat(CanonicalJson.write(LauncherPod.render(OWNER, spec, 1, KVM)))
        .contains("devices.kubevirt.io/kvm");
    assertThat(CanonicalJson.write(LauncherPod.render(OWNER, spec, 1, SpecReading.SETTINGS)))
        .doesNotContain("devices.kubevirt.io/kvm");
  }

  @Test
  void shouldNameEachEpochsPodDifferently() {
    Set<String> names = new HashSet<>();
    for (String name : List.of("a", "a.b", "a-", "x".repeat(40), "x".repeat(41), "x".repeat(253))) {
      for (String uid : List.of("u1", "u2")) {
        for (long epoch = 1; epoch <= 12; epoch++) {
          String pod = LauncherPod.name(name, uid, epoch);
          assertThat(pod).matches("[a-z0-9]([-a-z0-9.]*[a-z0-9])?").hasSizeLessThanOrEqualTo(253);
          if (!name.equals("x".repeat(253)) && !name.equals("a-")) {
            names.add(pod + (name.length() == 41 ? "!" : ""));
          }
        }
      }
    }
    assertThat(names).hasSize(4 * 2 * 12);
  }

  @Test
  void shouldKeepLabelsAndHostnamesWithinBounds() throws IOException {
    LauncherPod.Owner owner =
        new LauncherPod.Owner("u", "default", "n." + "x".repeat(251), Map.of(), Map.of());

    Map<?, ?> pod = LauncherPod.render(owner, spec("minimal.vmi.json"), 1, SpecReading.SETTINGS);

    Map<?, ?> metadata = (Map<?, ?>) pod.get("metadata");
    ((Map<?, ?>) metadata.get("labels"))
        .values()
        .forEach(
            value ->
                assertThat((String) value)
                    .hasSizeLessThanOrEqualTo(63)
                    .matches("[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?"));
    assertThat((String) ((Map<?, ?>) pod.get("spec")).get("hostname"))
        .matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  }

  @Test
  void shouldLetNoUserLabelHideWhoseThePodIs() throws IOException {
    LauncherPod.Owner owner =
        new LauncherPod.Owner(
            "u",
            "default",
            "tiny",
            Map.of("kubevirt.io/created-by", "other"),
            Map.of("vireo.io/vmi-uid", "other", "vireo.io/epoch", "99"));

    Map<?, ?> pod = LauncherPod.render(owner, spec("minimal.vmi.json"), 1, SpecReading.SETTINGS);

    assertThat(CanonicalJson.write(pod)).doesNotContain("other").doesNotContain("\"99\"");
  }

  @Test
  void shouldPutNoInlineDataIntoThePod() throws IOException {
    Map<String, Object> pod =
        LauncherPod.render(OWNER, spec("full.vmi.json"), 1, SpecReading.SETTINGS);

    assertThat(CanonicalJson.write(pod)).doesNotContain("cloud-config");
  }

  @Test
  void shouldAskForTheDevicesOfItsInterface() throws IOException {
    String json =
        """
        {"domain":{"memory":{"guest":"64Mi"},"devices":{"interfaces":[{"name":"n","masquerade":{}}]}},
         "networks":[{"name":"n","pod":{}}]}""";
    Map<String, Boolean> vhostNet = Map.of("virtio", true, "e1000", false);
    for (Map.Entry<String, Boolean> model : vhostNet.entrySet()) {
      for (boolean emulation : new boolean[] {true, false}) {
        SpecSettings settings =
            new SpecSettings("bridge", emulation, "i", new ContainerDisks.ImageVolumes(), true);
        VmiSpec spec =
            ((SpecReader.Result.Accepted)
                    new SpecReader(settings)
                        .read(
                            CanonicalJson.read(
                                json.replace(
                                    "{}}]}}", "{},\"model\":\"" + model.getKey() + "\"}]}}"))))
                .spec();
        String pod =
            CanonicalJson.write(
                LauncherPod.render(
                    new LauncherPod.Owner("u", "ns", "vm", Map.of(), Map.of()), spec, 1, settings));
        assertThat(pod).contains(LauncherPod.TUN_DEVICE);
        assertThat(pod.contains(LauncherPod.VHOST_NET_DEVICE))
            .isEqualTo(model.getValue() && !emulation);
      }
    }
  }
}
