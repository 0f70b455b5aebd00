package io.vireo.dev.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.vireo.dev.images.ImageConfig;
import io.vireo.dev.images.ImageStore;
import io.vireo.dev.images.ImageWriter;
import io.vireo.dev.images.Layer;
import io.vireo.kubelet.deviceplugin.AllocateResponse;
import io.vireo.kubelet.deviceplugin.ContainerAllocateResponse;
import io.vireo.kubelet.deviceplugin.Mount;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods as real processes; Kubernetes is a map. Needs root or user namespaces. */
class NodeAgentIT {

  private static final String TOOLS = "localhost/test/tools:1";
  private static final String BUSYBOX = "localhost/test/busybox:1";
  private static final Path PROGRAM = Path.of("/bin/busybox");

  private Path folder = Path.of("");
  private final FakeApi api = new FakeApi();
  private final Devices devices = new Devices();
  private final List<PodWorker> workers = new CopyOnWriteArrayList<>();
  private ExitWatch watch;
  private ImageStore images;

  @BeforeEach
  void prepare() throws Exception {
    assumeTrue(canUnshare(), "Neither root nor allowed to make user namespaces");
    folder = Files.createTempDirectory("agent");
    images = ImageStore.open(folder.resolve("images"));
    watch = new ExitWatch();
    ImageWriter.write(
        images,
        TOOLS,
        ImageConfig.EMPTY
            .withLabels(Map.of(ImageConfig.LABEL_BASE, ImageConfig.BASE_HOST))
            .withEnvironment("FROM_IMAGE=yes"),
        List.of(Layer.of(Layer.text("opt/tool/data.txt", 0644, "of the image\n"))));
  }

  @AfterEach
  void end() throws Exception {
    workers.forEach(PodWorker::vanish);
    await("pods are gone", () -> liveProcesses().isEmpty() && podFolders().isEmpty());
    if (watch != null) {
      watch.close();
    }
    PodFiles.remove(folder);
  }

  private static boolean canUnshare() throws Exception {
    Process process = new ProcessBuilder("unshare", "--user", "--map-root-user", "true").start();
    return NodeAgent.isRoot() || process.waitFor() == 0;
  }

  @Test
  void shouldRunWhatTheSpecSays() throws Exception {
    api.secrets.put("s", Map.of("password", "geheim".getBytes(StandardCharsets.UTF_8)));
    String script =
        """
        echo "$FROM_IMAGE $PLAIN $IP $HOSTNAME '$QUOTED'"; cat /opt/tool/data.txt /secret/pw; echo
        id -u; grep -E 'NoNewPrivs|CapEff|CapPrm|CapBnd|CapInh|CapAmb' /proc/self/status; hostname
        ls /; echo $$; touch /data/x /x; ls -l /secret; touch /secret/y; ls /dev; exit 7\
        """;
    Pod pod =
        pod("Never", "sh", "-c", script)
            .editSpec()
            .withHostname("vm1")
            .addNewVolume()
            .withName("s")
            .withNewSecret()
            .withSecretName("s")
            .addNewItem()
            .withKey("password")
            .withPath("pw")
            .endItem()
            .endSecret()
            .endVolume()
            .addNewVolume()
            .withName("data")
            .withNewEmptyDir()
            .endEmptyDir()
            .endVolume()
            .editFirstContainer()
            .addNewEnv()
            .withName("PLAIN")
            .withValue("$(HOSTNAME)-x")
            .endEnv()
            .addNewEnv()
            .withName("QUOTED")
            .withValue("it's $HOME `id`\nnew line")
            .endEnv()
            .addNewEnv()
            .withName("IP")
            .withNewValueFrom()
            .withNewFieldRef("v1", "status.podIP")
            .endValueFrom()
            .endEnv()
            .addNewVolumeMount()
            .withName("s")
            .withMountPath("/secret")
            .endVolumeMount()
            .addNewVolumeMount()
            .withName("data")
            .withMountPath("/data")
            .endVolumeMount()
            .withNewSecurityContext()
            .withRunAsUser(107L)
            .withRunAsGroup(107L)
            .withReadOnlyRootFilesystem(true)
            .endSecurityContext()
            .endContainer()
            .endSpec()
            .build();
    run(pod);
    await("pod failed", () -> phase(pod).equals("Failed"));

    String log = log(pod);
    assertThat(log)
        .contains("yes vm1-x 127.64.0.1 vm1 'it's $HOME `id`\nnew line'")
        .contains("of the image\ngeheim\n107\n")
        .contains("NoNewPrivs:\t1")
        .contains("CapInh:\t0000000000000000")
        .contains("CapPrm:\t0000000000000000")
        .contains("CapEff:\t0000000000000000")
        .contains("CapBnd:\t0000000000000000")
        .contains("CapAmb:\t0000000000000000")
        .contains("\nvm1\n")
        .contains("'/x': Read-only file system")
        .contains("'/secret/y': Read-only file system");
    Map<?, ?> terminated = terminated(pod);
    assertThat(terminated.get("exitCode")).isEqualTo(7);
    assertThat(terminated.get("reason")).isEqualTo("Error");
  }

  @Test
  void shouldRunAnImageOfItsOwn() throws Exception {
    assumeTrue(Files.isExecutable(PROGRAM), "No static busybox in /bin");
    ImageWriter.write(
        images,
        BUSYBOX,
        ImageConfig.EMPTY.withEntrypoint("/bin/busybox").withCommand("echo", "hello from inside"),
        List.of(
            Layer.of(
                Layer.file("bin/busybox", 0755, PROGRAM),
                Layer.link("var/run", "/run"),
                Layer.folder("run"))));
    Pod pod =
        pod("Never")
            .editSpec()
            .editFirstContainer()
            .withImage(BUSYBOX)
            .withNewSecurityContext()
            .withRunAsUser(12L)
            .endSecurityContext()
            .endContainer()
            .endSpec()
            .build();
    run(pod);
    await("pod succeeded", () -> phase(pod).equals("Succeeded"));
    assertThat(log(pod)).isEqualTo("hello from inside\n");
  }

  @Test
  void shouldEndEverythingWithTheFirstProcess() throws Exception {
    Pod pod =
        pod("Never", "sh", "-c", "setsid sleep 1001 & setsid sleep 1002 & sleep 1003").build();
    run(pod);
    await("three sleep", () -> liveProcesses().size() >= 3);
    ProcessId first =
        ProcessId.read(new Attempt(files(pod).attempt("main", 0)).initFile()).orElseThrow();
    first.kill();
    await("pod failed", () -> phase(pod).equals("Failed"));
    assertThat(liveProcesses()).isEmpty();
    assertThat(terminated(pod).get("exitCode")).isEqualTo(137);
  }

  @Test
  void shouldEndWithItsShim() throws Exception {
    Pod pod = pod("Never", "sh", "-c", "setsid sleep 1004 & sleep 1005").build();
    run(pod);
    await("two sleep", () -> liveProcesses().size() >= 2);
    ProcessId.read(new Attempt(files(pod).attempt("main", 0)).shimFile()).orElseThrow().kill();
    await("pod failed", () -> phase(pod).equals("Failed"));
    assertThat(liveProcesses()).isEmpty();
  }

  @Test
  void shouldGiveTheGracePeriodAndReportTheEnd() throws Exception {
    Pod pod =
        pod(
                "Never",
                "sh",
                "-c",
                "trap 'echo asked; exit 3' TERM; echo up; while :; do sleep 0.05; done")
            .build();
    PodWorker worker = run(pod);
    await("runs", () -> phase(pod).equals("Running") && log(pod).contains("up"));
    worker.update(
        new PodBuilder(pod)
            .editMetadata()
            .withDeletionTimestamp(Instant.now().toString())
            .withDeletionGracePeriodSeconds(20L)
            .endMetadata()
            .build());
    await("is deleted", () -> api.deleted.contains(uid(pod)));
    assertThat(terminated(pod).get("exitCode")).isEqualTo(3);
    await("its folder is gone", () -> Files.notExists(files(pod).folder()));
  }

  @Test
  void shouldKillWhatDoesNotEndInTime() throws Exception {
    Pod pod = pod("Never", "sh", "-c", "trap '' TERM; while :; do sleep 1006; done").build();
    PodWorker worker = run(pod);
    await("runs", () -> phase(pod).equals("Running"));
    worker.update(
        new PodBuilder(pod)
            .editMetadata()
            .withDeletionTimestamp(Instant.now().toString())
            .withDeletionGracePeriodSeconds(1L)
            .endMetadata()
            .build());
    await("is deleted", () -> api.deleted.contains(uid(pod)));
    assertThat(terminated(pod).get("exitCode")).isEqualTo(137);
    assertThat(liveProcesses()).isEmpty();
  }

  @Test
  void shouldTakePodsOverFromAnEarlierAgent() throws Exception {
    Pod pod =
        pod("Never", "sh", "-c", "while [ ! -e /data/end ]; do sleep 0.02; done; exit 5").build();
    PodWorker first = run(pod);
    await("runs", () -> phase(pod).equals("Running"));
    first.stop();
    api.statuses.clear();
    PodRecord again = PodFiles.readAll(folder).getFirst();
    PodWorker second = new PodWorker(surroundings(), again, () -> {});
    workers.add(second);
    second.start();
    await("still runs", () -> phase(pod).equals("Running"));
    Files.createFile(files(pod).volume("data").resolve("end"));
    await("pod failed", () -> phase(pod).equals("Failed"));
    assertThat(terminated(pod).get("exitCode")).isEqualTo(5);
    assertThat(again.container("main").attempt).isZero();
  }

  @Test
  void shouldAskForDevicesOnceAndShowThem() throws Exception {
    Path host = Files.createDirectories(folder.resolve("host"));
    Files.writeString(host.resolve("nonce"), "n1");
    List<List<String>> asked = new ArrayList<>();
    devices.offer(
        "example.org/thing",
        Map.of("d0", true, "d1", false),
        ids -> {
          asked.add(ids);
          return AllocateResponse.newBuilder()
              .addContainerResponses(
                  ContainerAllocateResponse.newBuilder()
                      .putEnvs("THING", ids.getFirst())
                      .addMounts(
                          Mount.newBuilder()
                              .setContainerPath("/run/thing")
                              .setHostPath(host.toString())
                              .setReadOnly(true)))
              .build();
        });
    Pod pod =
        withThing(
            pod(
                "OnFailure",
                "sh",
                "-c",
                "cat /run/thing/nonce; exit $(test -e /data/x; r=$?; touch /data/x; echo $r)"));
    run(pod);
    await("pod succeeded", () -> phase(pod).equals("Succeeded"));
    assertThat(asked).containsExactly(List.of("d0"));
    assertThat(log(pod)).isEqualTo("n1n1");
    assertThat(devices.holders()).isEmpty();

    Pod holding = withThing(pod("Never", "sleep", "1007"));
    Pod tooMuch = withThing(pod("Never", "sleep", "1008"));
    run(holding);
    await("runs", () -> phase(holding).equals("Running"));
    run(tooMuch);
    await("refused", () -> phase(tooMuch).equals("Failed"));
    assertThat(api.statuses.get(uid(tooMuch))).containsEntry("reason", "UnexpectedAdmissionError");
  }

  @Test
  void shouldWaitForWhatIsMissing() throws Exception {
    Pod pod =
        pod("Never", "true")
            .editSpec()
            .addNewVolume()
            .withName("s")
            .withNewSecret()
            .withSecretName("later")
            .endSecret()
            .endVolume()
            .endSpec()
            .build();
    run(pod);
    await(
        "says so",
        () -> String.valueOf(api.statuses.get(uid(pod))).contains("secret \"later\" not found"));
    assertThat(api.warnings).anyMatch(w -> w.startsWith("FailedMount"));
    api.secrets.put("later", Map.of());
    await("pod succeeded", () -> phase(pod).equals("Succeeded"));
  }

  @Test
  void shouldEndPodsWhenTheNodeGoesDown() throws Exception {
    Pod pod = pod("Always", "sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.05; done").build();
    PodWorker worker = run(pod);
    await("runs", () -> phase(pod).equals("Running"));
    TimeUnit.MILLISECONDS.sleep(300);
    worker.shutdown(Duration.ofSeconds(20)).get(20, TimeUnit.SECONDS);
    assertThat(api.statuses.get(uid(pod)))
        .containsEntry("phase", "Failed")
        .containsEntry("reason", "Terminated");
    assertThat(terminated(pod).get("exitCode")).isEqualTo(0);
    assertThat(api.deleted).isEmpty();
    files(pod).remove();
  }

  @Test
  void shouldStartQuickly() throws Exception {
    Pod pod = pod("Never", "true").build();
    long begin = System.nanoTime();
    run(pod);
    await("pod succeeded", () -> phase(pod).equals("Succeeded"));
    System.out.printf(
        "A pod from bound to ended: %d ms%n", (System.nanoTime() - begin) / 1_000_000);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
  }

  private static Pod withThing(PodBuilder pod) {
    return pod.editSpec()
        .editFirstContainer()
        .withNewResources()
        .addToLimits("example.org/thing", new io.fabric8.kubernetes.api.model.Quantity("1"))
        .endResources()
        .endContainer()
        .endSpec()
        .build();
  }

  /** A pod with one container and an emptyDir in /data. */
  private static PodBuilder pod(String policy, String... command) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("p-" + UUID.randomUUID().toString().substring(0, 8))
        .withNamespace("default")
        .withUid(UUID.randomUUID().toString())
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy(policy)
        .addNewVolume()
        .withName("data")
        .withNewEmptyDir()
        .endEmptyDir()
        .endVolume()
        .withContainers(
            new ContainerBuilder()
                .withName("main")
                .withImage(TOOLS)
                .withCommand(command)
                .addNewVolumeMount()
                .withName("data")
                .withMountPath("/data")
                .endVolumeMount()
                .build())
        .endSpec();
  }

  private Surroundings surroundings() throws IOException {
    return new Surroundings(
        folder, images, api, Tools.find(), NodeAgent.isRoot(), watch, devices, new PodAddresses());
  }

  private PodWorker run(Pod pod) throws IOException {
    PodRecord podRecord = new PodRecord();
    podRecord.pod = pod;
    PodWorker worker = new PodWorker(surroundings(), podRecord, () -> {});
    workers.add(worker);
    worker.start();
    return worker;
  }

  private static String uid(Pod pod) {
    return pod.getMetadata().getUid();
  }

  private PodFiles files(Pod pod) {
    return PodFiles.of(folder, uid(pod));
  }

  private String log(Pod pod) {
    try {
      Path log = files(pod).log("main");
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      return "";
    }
  }

  private List<Path> podFolders() {
    Path pods = folder.resolve("pods");
    if (Files.notExists(pods)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(pods)) {
      return folders.toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private String phase(Pod pod) {
    return String.valueOf(api.statuses.getOrDefault(uid(pod), Map.of()).get("phase"));
  }

  private Map<?, ?> terminated(Pod pod) {
    List<?> statuses = (List<?>) api.statuses.get(uid(pod)).get("containerStatuses");
    Map<?, ?> state = (Map<?, ?>) ((Map<?, ?>) statuses.getFirst()).get("state");
    return (Map<?, ?>) state.get("terminated");
  }

  /** Processes of any pod of this test: they are in other PID namespaces, in no order. */
  private static List<String> liveProcesses() {
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.map(p -> p.info().commandLine().orElse(""))
          .filter(line -> line.matches(".*sleep 10\\d\\d"))
          .filter(line -> !line.contains("sh -c"))
          .toList();
    }
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static final class FakeApi implements PodApi {

    private final Map<String, Map<String, byte[]>> secrets = new ConcurrentHashMap<>();
    private final Map<String, Map<String, Object>> statuses = new ConcurrentHashMap<>();
    private final List<String> deleted = new CopyOnWriteArrayList<>();
    private final List<String> warnings = new CopyOnWriteArrayList<>();

    @Override
    public Optional<Map<String, byte[]>> secret(String namespace, String name) {
      return Optional.ofNullable(secrets.get(name));
    }

    @Override
    public Optional<Map<String, byte[]>> configMap(String namespace, String name) {
      return Optional.empty();
    }

    @Override
    public String token(Pod pod, String audience, long seconds) {
      return "token";
    }

    @Override
    public boolean patchStatus(Pod pod, Map<String, Object> status) {
      statuses.put(uid(pod), new HashMap<>(status));
      return true;
    }

    @Override
    public void delete(Pod pod) {
      deleted.add(uid(pod));
    }

    @Override
    public void warn(Pod pod, String reason, String message) {
      warnings.add(reason + ": " + message);
    }
  }
}
