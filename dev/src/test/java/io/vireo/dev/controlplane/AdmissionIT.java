package io.vireo.dev.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.vireo.api.ApiMain;
import io.vireo.dev.stack.Ports;
import io.vireo.dev.stack.StateDir;
import io.vireo.schemas.OwnedFields;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Admission as kubectl and a real API server see it, under the rights that ship. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AdmissionIT {

  private static final String VMI =
      """
      apiVersion: kubevirt.io/%s
      kind: VirtualMachineInstance
      metadata: {name: %s, annotations: {%s}}
      spec:
        domain:
          devices: {%s}
          memory: {guest: 64Mi}
      """;
  private static final String NAMES = "127.0.0.1";
  private static final String EXECUTOR = "system:serviceaccount:vireo:cluster-executor";

  /** What has no order comes before. */
  private static final int LAST = Integer.MAX_VALUE - 1;

  @TempDir static Path folder;

  private static ControlPlane plane;
  private static Ports ports;
  private static Path apiKubeconfig;
  private static Kubectl kubectl;
  private static Kubectl executor;
  private static AutoCloseable api;

  @BeforeAll
  static void start() throws Exception {
    Path programs = new Binaries(Binaries.defaultCache(), System.getenv()).folder();
    Path program = programs.resolve("kubectl");
    assumeTrue(program.toFile().canExecute(), "kubectl is not in " + programs);
    StateDir state = new StateDir(folder.resolve("state"));
    state.create();
    ports = Ports.load(state.portsFile());
    plane = ControlPlane.attach(state, ports, "127.0.0.1", programs);
    plane.start(line -> {});
    kubectl = new Kubectl(program, state.kubeconfig());
    executor = new Kubectl(program, account("cluster-executor"));
    apiKubeconfig = account("api");
    try (KubernetesClient client = plane.client()) {
      Webhooks.apply(client, ports.address("api"));
    }
    api = startApi("api", NAMES);
    // In force once what is put in comes back.
    await(
        () -> kubectl.run(vmi("question", ""), "create", "--dry-run=server", "-o=yaml", "-f", "-"),
        answer -> answer.text().contains(OwnedFields.ANNOTATION_EPOCH));
  }

  private static Path account(String name) throws Exception {
    Path kubeconfig = folder.resolve(name + ".kubeconfig");
    plane
        .pki()
        .clientKubeconfig(
            "system:serviceaccount:vireo:" + name, List.of("system:serviceaccounts"), kubeconfig);
    return kubeconfig;
  }

  private static AutoCloseable startApi(String name, String names) throws Exception {
    Map<String, String> env = new HashMap<>();
    env.put("VIREO_KUBECONFIG", apiKubeconfig.toString());
    env.put("VIREO_HEALTH_ADDRESS", ports.address(name + "-health"));
    env.put("VIREO_API_ADDRESS", ports.address(name));
    env.put("VIREO_API_NAMES", names);
    return ApiMain.start(env);
  }

  @AfterAll
  static void stop() throws Exception {
    if (api != null) {
      api.close();
    }
    if (plane != null) {
      plane.close();
    }
  }

  private static String vmi(String name, String devices) {
    return VMI.formatted("v1", name, "", devices);
  }

  private static String get(String name, String path) throws Exception {
    return kubectl.done("", "get", "vmi", name, "-o=jsonpath={" + path + "}");
  }

  private static <T> T await(Callable<T> question, Predicate<T> right) throws Exception {
    T answer = question.call();
    for (int i = 0; !right.test(answer) && i < 300; i++) {
      Thread.sleep(100);
      answer = question.call();
    }
    assertThat(right.test(answer)).as("30 s on: " + answer).isTrue();
    return answer;
  }

  @Test
  void shouldStoreWhatTheSchedulerNeedsBeforeThePod() throws Exception {
    kubectl.done(vmi("made", ""), "create", "-f", "-");

    assertThat(get("made", ".metadata.finalizers")).contains(OwnedFields.FINALIZER);
    assertThat(get("made", ".metadata.annotations.vireo\\.io/epoch")).isEqualTo("1");
    assertThat(get("made", ".status.phase")).isEqualTo("Pending");
    assertThat(get("made", ".spec.networks[0].name")).isEqualTo("default");
  }

  @Test
  void shouldNameWhoeverMadeItWhateverHeWrites() throws Exception {
    String forged = VMI.formatted("v1", "forged", "vireo.io/actor: somebody, mine: kept", "");
    kubectl.done(forged, "create", "--as=jane", "--as-group=system:masters", "-f", "-");

    assertThat(get("forged", ".metadata.annotations.vireo\\.io/actor")).isEqualTo("jane");
    assertThat(get("forged", ".metadata.annotations.mine")).isEqualTo("kept");
    kubectl.done("", "annotate", "vmi", "forged", "--overwrite", "vireo.io/epoch=9", "more=1");
    assertThat(get("forged", ".metadata.annotations.vireo\\.io/epoch")).isEqualTo("1");
    assertThat(get("forged", ".metadata.annotations.more")).isEqualTo("1");
  }

  @Test
  void shouldAnswerWithEveryViolationAtOnce() throws Exception {
    String wrong =
        vmi("wrong", "disks: [{name: a, disk: {bus: virtio}, bootOrder: 0}]")
            .replace("memory: {guest: 64Mi}", "cpu: {cores: 1, sockets: 2, threads: 0, model: x}")
            .replace("spec:\n", "spec:\n  terminationGracePeriodSeconds: -1\n");

    String text = kubectl.refused(wrong, "create", "-f", "-");

    assertThat(text)
        .contains("VirtualMachineInstance", "\"wrong\" is invalid")
        .contains("* spec.domain.devices.disks[0]");
    assertThat(text.lines().filter(line -> line.startsWith("* ")).count())
        .as(text)
        .isGreaterThanOrEqualTo(3);
    assertThat(kubectl.run("", "get", "vmi", "wrong").text()).contains("NotFound");
  }

  @Test
  void shouldAskAboutTheOldVersionToo() throws Exception {
    kubectl.done(VMI.formatted("v1alpha3", "old", "", ""), "create", "-f", "-");

    assertThat(get("old", ".metadata.annotations.vireo\\.io/epoch")).isEqualTo("1");
  }

  @Test
  void shouldKeepTheSpecAndTheStatusAsTheyAre() throws Exception {
    kubectl.done(vmi("kept", ""), "create", "-f", "-");

    String text =
        kubectl.refused(
            "",
            "patch",
            "vmi",
            "kept",
            "--type=merge",
            "-p={\"spec\": {\"domain\": {\"memory\": {\"guest\": \"128Mi\"}}}}");
    assertThat(text).contains("update of VMI object is restricted");
    kubectl.done(
        "", "patch", "vmi", "kept", "--type=merge", "-p={\"status\": {\"phase\": \"Running\"}}");
    assertThat(get("kept", ".status.phase")).isEqualTo("Pending");
    executor.done(
        "", "patch", "vmi", "kept", "--type=merge", "-p={\"status\": {\"phase\": \"Running\"}}");
    assertThat(get("kept", ".status.phase")).isEqualTo("Running");
  }

  @Test
  void shouldStoreNothingOnADryRun() throws Exception {
    String text = kubectl.done(vmi("dry", ""), "create", "--dry-run=server", "-o=yaml", "-f", "-");

    assertThat(text).contains(OwnedFields.FINALIZER);
    assertThat(kubectl.run("", "get", "vmi", "dry").text()).contains("NotFound");
  }

  /** What admission puts in is nobody's field, so nobody's next apply is in conflict with it. */
  @Test
  void shouldLetManifestsBeAppliedAgain() throws Exception {
    String manifest = VMI.formatted("v1", "applied", "team: blue", "");
    for (int i = 0; i < 2; i++) {
      kubectl.done(manifest, "apply", "--server-side", "--field-manager=blue", "-f", "-");
      kubectl.done(vmi("plain", "rng: {}"), "apply", "-f", "-");
    }

    String conflict =
        kubectl.refused(
            manifest.replace("blue", "red"),
            "apply",
            "--server-side",
            "--field-manager=red",
            "-f",
            "-");

    assertThat(conflict).contains("conflict with \"blue\"", ".metadata.annotations.team");
    assertThat(get("applied", ".metadata.annotations.team")).isEqualTo("blue");
  }

  @Test
  void shouldStillRefuseWhatTheSchemaDoesNotHave() throws Exception {
    assertThat(kubectl.refused(vmi("strict", "disk: []"), "create", "-f", "-"))
        .contains("unknown field \"spec.domain.devices.disk\"");
  }

  @Test
  void shouldGoByTheKubeVirtObjectAndSayWhatBecameOfIt() throws Exception {
    String kubeVirt =
        """
        apiVersion: kubevirt.io/v1
        kind: KubeVirt
        metadata: {name: kubevirt, namespace: vireo}
        spec: {configuration: {network: {defaultNetworkInterface: %s}}}
        """;
    String condition = "-o=jsonpath={.status.conditions[?(@.type==\"Synchronized\")]}";
    kubectl.done(kubeVirt.formatted("masquerade"), "apply", "-f", "-");
    await(
        () -> kubectl.done("", "get", "kubevirt", "-n=vireo", "kubevirt", condition),
        text -> text.contains("ConfigurationInForce"));
    kubectl.done(vmi("masked", ""), "create", "-f", "-");
    assertThat(get("masked", ".spec.domain.devices.interfaces[0]")).contains("masquerade");

    kubectl.done(kubeVirt.formatted("pigeon"), "apply", "-f", "-");
    String said =
        await(
            () -> kubectl.done("", "get", "kubevirt", "-n=vireo", "kubevirt", condition),
            text -> text.contains("InvalidConfiguration"));
    assertThat(said).contains("spec.configuration.network.defaultNetworkInterface");
    kubectl.done(vmi("still", ""), "create", "-f", "-");
    assertThat(get("still", ".spec.domain.devices.interfaces[0]")).contains("masquerade");

    kubectl.done("", "delete", "kubevirt", "-n=vireo", "kubevirt");
    String[] dryRun = {"create", "--dry-run=server", "-o=yaml", "-f", "-"};
    await(() -> kubectl.done(vmi("back", ""), dryRun), text -> text.contains("bridge: {}"));
  }

  @Test
  @Order(LAST)
  void shouldShareOneCertificateAndTrustTheNextBeforeItIsServed() throws Exception {
    String before = secret("tls\\.crt");
    assertThat(before).isNotEmpty();
    try (AutoCloseable _ = startApi("api-2", NAMES)) {
      await(() -> ready("api-2"), ready -> ready);
      assertThat(secret("tls\\.crt")).isEqualTo(before);
      assertThat(secret("next\\.crt")).isEmpty();
    }
    try (AutoCloseable _ = startApi("api-2", NAMES + ",192.0.2.1")) {
      String next = await(() -> secret("next\\.crt"), text -> !text.isEmpty());
      assertThat(secret("tls\\.crt")).isEqualTo(before);
      for (String kind : List.of("mutating", "validating")) {
        await(
            () ->
                decoded(
                    kubectl.done(
                        "",
                        "get",
                        kind + "webhookconfiguration",
                        ApiMain.WEBHOOKS,
                        "-o=jsonpath={.webhooks[0].clientConfig.caBundle}")),
            bundle -> bundle.equals(decoded(before) + decoded(next)));
      }
      kubectl.done(vmi("served", ""), "create", "-f", "-");
    }
  }

  private static String secret(String key) throws Exception {
    return kubectl.done(
        "", "get", "secret", "-n=vireo", ApiMain.SECRET, "-o=jsonpath={.data." + key + "}");
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64));
  }

  private static boolean ready(String name) throws Exception {
    try (var http = java.net.http.HttpClient.newHttpClient()) {
      return http.send(
                  java.net.http.HttpRequest.newBuilder(
                          java.net.URI.create(
                              "http://" + ports.address(name + "-health") + "/readyz"))
                      .build(),
                  java.net.http.HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    }
  }

  /** Nothing is let through that nobody looked at, and nothing is kept from ending. */
  @Test
  @Order(LAST + 1)
  void shouldRefuseCreationAndLetVireoAndTheEndPassWhileItIsDead() throws Exception {
    kubectl.done(vmi("orphan", ""), "create", "-f", "-");
    kubectl.done("", "create", "namespace", "ending");
    String owner =
        kubectl.done(
            "", "create", "configmap", "-n=ending", "owner", "-o=jsonpath={.metadata.uid}");
    kubectl.done(
        vmi("owned", "")
            .replace(
                "metadata: {",
                "metadata: {namespace: ending, ownerReferences: [{apiVersion: v1, kind: ConfigMap,"
                    + " name: owner, uid: \""
                    + owner
                    + "\"}], "),
        "create",
        "-f",
        "-");
    api.close();
    api = null;

    assertThat(kubectl.refused(vmi("late", ""), "create", "-f", "-"))
        .contains("failed calling webhook \"mutate.vireo.io\"");
    assertThat(kubectl.refused("", "label", "vmi", "orphan", "a=b"))
        .contains("failed calling webhook");
    executor.done(
        "", "patch", "vmi", "orphan", "--type=merge", "-p={\"status\": {\"phase\": \"Failed\"}}");
    assertThat(get("orphan", ".status.phase")).isEqualTo("Failed");
    kubectl.done("", "delete", "vmi", "orphan", "--wait=false");
    assertThat(get("orphan", ".metadata.deletionTimestamp")).isNotEmpty();
    kubectl.done(
        "", "patch", "vmi", "orphan", "--type=merge", "-p={\"metadata\": {\"finalizers\": null}}");
    assertThat(kubectl.run("", "get", "vmi", "orphan").text()).contains("NotFound");

    String[] owned = {"patch", "vmi", "-n=ending", "owned", "--type=merge"};
    kubectl.done("", with(owned, "-p={\"metadata\": {\"ownerReferences\": null}}"));
    kubectl.done("", "delete", "namespace", "ending", "--wait=false");
    await(
        () ->
            kubectl.done(
                "",
                "get",
                "vmi",
                "-n=ending",
                "owned",
                "-o=jsonpath={.metadata.deletionTimestamp}"),
        text -> !text.isEmpty());
    kubectl.done("", with(owned, "-p={\"metadata\": {\"finalizers\": null}}"));
    await(
        () -> kubectl.run("", "get", "namespace", "ending"),
        answer -> answer.text().contains("NotFound"));
  }

  private static String[] with(String[] words, String last) {
    return Stream.concat(Stream.of(words), Stream.of(last)).toArray(String[]::new);
  }
}
