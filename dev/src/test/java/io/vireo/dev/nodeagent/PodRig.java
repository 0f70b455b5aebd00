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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Runs pods as real processes; Kubernetes is a map. Needs root or user namespaces. */
abstract class PodRig {

  static final String TOOLS = "localhost/test/tools:1";
  static final String BUSYBOX = "localhost/test/busybox:1";
  static final Path PROGRAM = Path.of("/bin/busybox");

  Path folder = Path.of("");
  final FakePodApi api = new FakePodApi();
  final Devices devices = new Devices();
  final List<PodWorker> workers = new CopyOnWriteArrayList<>();
  ExitWatch watch;
  ImageStore images;

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

  static boolean canUnshare() throws Exception {
    Process process = new ProcessBuilder("unshare", "--user", "--map-root-user", "true").start();
    return NodeAgent.isRoot() || process.waitFor() == 0;
  }

  static Pod withThing(PodBuilder pod) {
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
  static PodBuilder pod(String policy, String... command) {
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

  Surroundings surroundings() throws IOException {
    return new Surroundings(
        folder, images, api, Tools.find(), NodeAgent.isRoot(), watch, devices, new PodAddresses());
  }

  PodWorker run(Pod pod) throws IOException {
    PodRecord podRecord = new PodRecord();
    podRecord.pod = pod;
    PodWorker worker = new PodWorker(surroundings(), podRecord, () -> {});
    workers.add(worker);
    worker.start();
    return worker;
  }

  static String uid(Pod pod) {
    return pod.getMetadata().getUid();
  }

  PodFiles files(Pod pod) {
    return PodFiles.of(folder, uid(pod));
  }

  String log(Pod pod) {
    try {
      Path log = files(pod).log("main");
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      return "";
    }
  }

  List<Path> podFolders() {
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

  String phase(Pod pod) {
    return String.valueOf(api.statuses.getOrDefault(uid(pod), Map.of()).get("phase"));
  }

  Map<?, ?> terminated(Pod pod) {
    List<?> statuses = (List<?>) api.statuses.get(uid(pod)).get("containerStatuses");
    Map<?, ?> state = (Map<?, ?>) ((Map<?, ?>) statuses.getFirst()).get("state");
    return (Map<?, ?>) state.get("terminated");
  }

  /** Processes of any pod of this test: they are in other PID namespaces, in no order. */
  static List<String> liveProcesses() {
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.map(p -> p.info().commandLine().orElse(""))
          .filter(line -> line.matches(".*sleep 10\\d\\d"))
          .filter(line -> !line.contains("sh -c"))
          .toList();
    }
  }

  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
