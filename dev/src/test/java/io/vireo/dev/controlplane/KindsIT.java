package io.vireo.dev.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vireo.dev.stack.Ports;
import io.vireo.dev.stack.StateDir;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kinds that ship, as kubectl and a real API server see them. */
class KindsIT {

  private static final String VMI =
      """
      apiVersion: kubevirt.io/%s
      kind: VirtualMachineInstance
      metadata: {name: %s}
      spec:
        domain:
          devices: {%s}
          memory: {guest: 64Mi}
      """;

  @TempDir static Path folder;

  private static ControlPlane plane;
  private static Path kubectl;
  private static Path kubeconfig;

  @BeforeAll
  static void start() throws Exception {
    Path programs = new Binaries(Binaries.defaultCache(), System.getenv()).folder();
    kubectl = programs.resolve("kubectl");
    assumeTrue(
        Files.isExecutable(kubectl), "kubectl is not in " + programs + "; ./vireo doctor --fix");
    StateDir state = new StateDir(folder.resolve("state"));
    state.create();
    kubeconfig = state.kubeconfig();
    plane = ControlPlane.attach(state, Ports.load(state.portsFile()), "127.0.0.1", programs);
    plane.start(line -> {});
  }

  @AfterAll
  static void stop() throws IOException {
    if (plane != null) {
      plane.close();
    }
  }

  private record Answer(int code, String text) {}

  private static Answer kubectl(String input, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(kubectl.toString()));
    command.addAll(List.of("--kubeconfig", kubeconfig.toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It ended without reading; what it says tells why.
    }
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("kubectl ends: " + text).isTrue();
    return new Answer(process.exitValue(), text);
  }

  @Test
  void shouldRefuseAFieldThatIsNotThereByItsPath() throws Exception {
    Answer strict = kubectl(VMI.formatted("v1", "strict", "disk: []"), "create", "-f", "-");
    Answer warned =
        kubectl(VMI.formatted("v1", "warned", "disk: []"), "create", "--validate=warn", "-f", "-");

    assertThat(strict.code()).isEqualTo(1);
    assertThat(strict.text()).contains("unknown field \"spec.domain.devices.disk\"");
    assertThat(warned.code()).as(warned.text()).isZero();
    assertThat(warned.text()).contains("Warning", "unknown field \"spec.domain.devices.disk\"");
  }

  @Test
  void shouldRefuseAValueOfAnotherTypeByItsPath() throws Exception {
    Answer answer = kubectl(VMI.formatted("v1", "typed", "disks: root"), "create", "-f", "-");

    assertThat(answer.code()).isEqualTo(1);
    assertThat(answer.text()).contains("spec.domain.devices.disks", "array");
  }

  @Test
  void shouldKeepEveryFieldInBothVersions() throws Exception {
    String devices = "rng: {}, disks: [{name: root, disk: {bus: virtio}, serial: abc}]";
    Answer created = kubectl(VMI.formatted("v1alpha3", "kept", devices), "create", "-f", "-");
    Answer read =
        kubectl("", "get", "vmis.v1.kubevirt.io", "kept", "-o=jsonpath={.spec.domain.devices}");

    assertThat(created.code()).as(created.text()).isZero();
    assertThat(read.text())
        .isEqualTo(
            "{\"disks\":[{\"disk\":{\"bus\":\"virtio\"},\"name\":\"root\",\"serial\":\"abc\"}],"
                + "\"rng\":{}}");
  }

  @ParameterizedTest
  @CsvSource({
    "vmi.spec.domain.devices, disks",
    "vm.spec.template.spec.domain.cpu, sockets",
    "vmirs.spec, replicas",
    "vmim.spec, vmiName",
    "vmipreset.spec, selector",
    "kv.spec.configuration, evictionStrategy",
  })
  void shouldExplainFieldsInWords(String path, String field) throws Exception {
    Answer answer = kubectl("", "explain", path);

    assertThat(answer.code()).as(answer.text()).isZero();
    assertThat(answer.text()).contains("GROUP:      kubevirt.io", "DESCRIPTION:", "  " + field);
    assertThat(answer.text()).doesNotContain("<empty>", "<no description>");
  }

  /** An object that nothing acts on must not be taken for one that works. */
  @ParameterizedTest
  @CsvSource({
    "VirtualMachineInstanceMigration, 'vmiName: tiny'",
    "VirtualMachineInstancePreset, 'selector: {}'",
    "KubeVirt, ''",
  })
  void shouldRefuseAKindThatNothingActsOn(String kind, String spec) throws Exception {
    String object =
        """
        apiVersion: kubevirt.io/v1
        kind: %s
        metadata: {name: refused}
        spec: {%s}
        """
            .formatted(kind, spec);
    // A policy takes a moment to be in force.
    Answer answer = kubectl(object, "create", "--dry-run=server", "-f", "-");
    for (int i = 0; answer.code() == 0 && i < 100; i++) {
      Thread.sleep(100);
      answer = kubectl(object, "create", "--dry-run=server", "-f", "-");
    }

    assertThat(answer.code()).isEqualTo(1);
    assertThat(answer.text()).contains("The kind " + kind + " is not supported by Vireo yet");
  }

  @ParameterizedTest
  @CsvSource({
    "VirtualMachine, 'runStrategy: Always, template: {spec: {domain: {devices: {}}}}'",
    "VirtualMachineInstanceReplicaSet, 'selector: {}, template: {spec: {domain: {devices: {}}}}'",
  })
  void shouldTakeAnOwnerOfVmis(String kind, String spec) throws Exception {
    String object =
        """
        apiVersion: kubevirt.io/v1
        kind: %s
        metadata: {name: taken}
        spec: {%s}
        """
            .formatted(kind, spec);

    Answer answer = kubectl(object, "create", "--dry-run=server", "-f", "-");

    assertThat(answer.code()).as(answer.text()).isZero();
  }
}
