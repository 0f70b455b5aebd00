package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Disks with real data in real guests, on pods that are processes. */
class StorageE2E {

  private static final Duration SOON = Duration.ofSeconds(60);

  private static Stack stack;
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    stack = Stack.start("storage", 1, false);
    cluster = new Cluster(stack.state().kubeconfig());
  }

  @AfterAll
  static void stop() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
    if (stack != null) {
      stack.close();
    }
  }

  private static Console console(String vmi) throws Exception {
    return new Console(stack.file(), "node1", cluster.uid(vmi));
  }

  /** What a guest says of its disks once it has run this script. */
  private static String says(String vmi, String script) throws Exception {
    try (Console console = console(vmi)) {
      console.logIn();
      console.type(script + "; echo said-\"\"end");
      console.await("said-end");
      return console.text();
    }
  }

  private static final String DATA_DISK = "      - {name: data, disk: {bus: virtio}}";

  private static String onClaim(String name, String claim) {
    return Manifests.tiny(
        name,
        "",
        DATA_DISK,
        "  - {name: data, persistentVolumeClaim: {claimName: %s}}".formatted(claim));
  }

  private static PersistentVolume volumeOf(String claim) {
    String volume =
        cluster
            .client()
            .persistentVolumeClaims()
            .inNamespace(Cluster.NAMESPACE)
            .withName(claim)
            .get()
            .getSpec()
            .getVolumeName();
    return cluster.client().persistentVolumes().withName(volume).get();
  }

  private static Path folderOf(String claim) {
    return Path.of(volumeOf(claim).getSpec().getLocal().getPath());
  }

  private static Map<?, ?> volumeStatus(String vmi, String volume) {
    GenericKubernetesResource object = cluster.vmi(vmi);
    return ((List<?>) Cluster.status(object, "volumeStatus"))
        .stream()
            .<Map<?, ?>>map(Map.class::cast)
            .filter(status -> status.get("name").equals(volume))
            .findFirst()
            .orElseThrow();
  }

  @Test
  void shouldKeepWhatAGuestWroteToAClaimAndForgetWhatItWroteElsewhere() throws Exception {
    // First the VMI, then its claim: it waits, says so, and goes on.
    cluster.apply(onClaim("keeper", "kept"));
    Await.until(
        "the missing claim's name",
        SOON,
        () -> cluster.describe("keeper"),
        text -> text.startsWith("Pending") && text.contains("PVC default/kept does not exist"));
    assertThat(cluster.condition("keeper", "PodScheduled").orElseThrow().get("reason"))
        .isEqualTo("Unschedulable");
    assertThat(cluster.pods("keeper")).isEmpty();
    cluster.apply(Manifests.claim("kept", "64Mi"));
    cluster.awaitPhase("keeper", "Running");
    assertThat(cluster.eventReasons("keeper")).contains("FailedPvcNotFound");
    assertThat(
            says(
                "keeper",
                "echo kept-on-disk > /dev/vdb; echo lost-with-pod > /dev/vda; sync; cat /sys/block/vdb/size"))
        .contains("131072");
    Map<?, ?> status = volumeStatus("keeper", "data");
    assertThat(status.get("target")).isEqualTo("vdb");
    assertThat((Map<?, ?>) status.get("persistentVolumeClaimInfo"))
        .isEqualTo(
            Map.of(
                "claimName",
                "kept",
                "accessModes",
                List.of("ReadWriteOnce"),
                "volumeMode",
                "Filesystem",
                "requests",
                Map.of("storage", "64Mi"),
                "capacity",
                Map.of("storage", "64Mi")));
    cluster.deleteAll("keeper");

    cluster.apply(onClaim("keeper", "kept"));
    cluster.awaitPhase("keeper", "Running");
    assertThat(says("keeper", "head -c 12 /dev/vdb; head -c 13 /dev/vda | grep -c lost"))
        .contains("kept-on-disk")
        .doesNotContain("lost-with-pod\r\n1");

    // In use: another VMI is refused by QEMU's lock, and the first one goes on.
    cluster.apply(onClaim("thief", "kept"));
    cluster.awaitPhase("thief", "Failed");
    assertThat(cluster.describe("thief")).contains("DiskInUse").contains("Volume data");
    assertThat(cluster.eventReasons("thief")).contains("DiskInUse");
    assertThat(says("keeper", "head -c 12 /dev/vdb")).contains("kept-on-disk");
    cluster.deleteAll("thief", "keeper");

    // What is read only through an overlay stays what it is.
    cluster.apply(
        Manifests.tiny(
            "reader",
            "",
            DATA_DISK,
            "  - {name: data, ephemeral: {persistentVolumeClaim: {claimName: kept}}}"));
    cluster.awaitPhase("reader", "Running");
    assertThat(says("reader", "head -c 12 /dev/vdb; echo overwritten!! > /dev/vdb; sync"))
        .contains("kept-on-disk");
    cluster.deleteAll("reader");
    assertThat(
            new String(Files.newInputStream(folderOf("kept").resolve("disk.img")).readNBytes(12)))
        .isEqualTo("kept-on-disk");

    Path folder = folderOf("kept");
    cluster
        .client()
        .persistentVolumeClaims()
        .inNamespace(Cluster.NAMESPACE)
        .withName("kept")
        .delete();
    Await.until(
        "the volume's folder to be gone", SOON, () -> Files.exists(folder), there -> !there);
  }
}
