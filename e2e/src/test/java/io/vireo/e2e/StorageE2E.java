package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

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
    CONSOLES.values().forEach(Console::close);
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

  /** One for the life of each guest; whoever is logged in stays so. */
  private static final Map<String, Console> CONSOLES = new ConcurrentHashMap<>();

  /** What a guest says of its disks once it has run this script. */
  private static String says(String vmi, String script) throws Exception {
    Console console = CONSOLES.get(cluster.uid(vmi));
    if (console == null) {
      console = console(vmi);
      CONSOLES.put(cluster.uid(vmi), console);
      console.logIn();
    }
    int before = console.text().length();
    String end = "said-" + before;
    console.type(script + "; echo said-\"\"" + before);
    console.await(end);
    return console.text().substring(before);
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

  @BesideAnotherTest
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

  @BesideAnotherTest
  void shouldRunTheExamples() throws Exception {
    cluster.applyExample("persistent-disk");
    cluster.applyExample("files");
    cluster.applyExample("cloud-init-secret");
    cluster.applyExample("cloud-init");
    cluster.awaitPhase("persistent-disk", "Running");
    assertThat(says("persistent-disk", "echo first life > /dev/vdb; sync; head -n 1 /dev/vdb"))
        .contains("first life");
    cluster.deleteAll("persistent-disk");
    cluster.applyExample("ephemeral-disk");
    cluster.applyExample("disk-options");
    cluster.awaitPhase("files", "Running");
    assertThat(
            says(
                "files",
                "mkdir /a /b /c; mount LABEL=settings /a; mount LABEL=keys /b; mount LABEL=cfgdata /c;"
                    + " cat /a/app.conf /b/key; ls /c"))
        .contains("colour = green", "only-an-example", "ca.crt", "namespace", "token");
    for (String volume : List.of("settings", "keys", "account")) {
      Map<?, ?> status = volumeStatus("files", volume);
      long sectors = ((Number) status.get("size")).longValue() / 512;
      assertThat(says("files", "cat /sys/block/" + status.get("target") + "/size"))
          .contains("\n" + sectors + "\r");
    }
    assertThat(volumeStatus("files", "containerdisk").get("size")).isNull();
    // What the machine was made from may go: nothing reads it any more.
    cluster.client().secrets().inNamespace(Cluster.NAMESPACE).withName("app-keys").delete();
    cluster.client().configMaps().inNamespace(Cluster.NAMESPACE).withName("app-settings").delete();
    cluster.awaitPhase("cloud-init", "Running");
    assertThat(says("cloud-init", "cat /run/cidata/user-data")).contains("from the userData of");
    cluster.awaitPhase("cloud-init-secret", "Running");
    try (Console console = console("cloud-init-secret")) {
      console.logIn();
      console.type("cat /run/cidata/user-data");
      console.await("this line comes from a Secret");
    }
    cluster.awaitPhase("ephemeral-disk", "Running");
    assertThat(says("ephemeral-disk", "head -n 1 /dev/vdb")).contains("first life");
    assertThat(says("files", "cat /b/key")).contains("only-an-example");
    cluster.awaitPhase("disk-options", "Running");
    assertThat(
            says(
                "disk-options",
                "cat /sys/block/vdb/serial /sys/block/vdb/queue/physical_block_size"))
        .contains("FAST-1", "4096");
    cluster.deleteAll("ephemeral-disk", "files", "cloud-init", "cloud-init-secret", "disk-options");
  }

  @BesideAnotherTest
  void shouldShareADiskWhereBothWantTo() throws Exception {
    cluster.applyExample("shared-disk");
    cluster.awaitPhase("shared-disk-1", "Running");
    cluster.awaitPhase("shared-disk-2", "Running");
    says("shared-disk-1", "echo told by one > /dev/vdb; sync");
    assertThat(says("shared-disk-2", "head -n 1 /dev/vdb")).contains("told by one");
    cluster.deleteAll("shared-disk-1", "shared-disk-2");
  }

  @BesideAnotherTest
  void shouldWaitForASecretThatIsMissing() throws Exception {
    cluster.apply(
        Manifests.tiny("keyless", "", DATA_DISK, "  - {name: data, secret: {secretName: absent}}"));
    Await.until(
        "the missing Secret's name",
        SOON,
        () -> cluster.describe("keyless"),
        text -> text.startsWith("Scheduling") && text.contains("secret \"absent\" not found"));
    assertThat(cluster.eventReasons("keyless")).contains("FailedMount");
    cluster.secret("absent", Map.of("k", "v"));
    cluster.awaitPhase("keyless", "Running");
    assertThat(cluster.condition("keyless", "Synchronized")).isEmpty();
    cluster.deleteAll("keyless");
  }

  private static Path folder(String name) throws Exception {
    Path folder =
        Files.createDirectories(stack.state().root().resolve("test-volumes").resolve(name));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    return folder;
  }

  /** Attacks A4 and A6 by a pod that prepares a claim for a virtual machine to read. */
  @BesideAnotherTest
  void shouldRefuseWhatAnotherPodPrepared() throws Exception {
    Path linked = folder("linked");
    Files.createSymbolicLink(linked.resolve("disk.img"), Path.of("/etc/passwd"));
    Path kernel = folder("kernel");
    Files.createSymbolicLink(kernel.resolve("disk.img"), Path.of("/proc/self/environ"));
    Path hard = folder("hard");
    Files.write(hard.resolve("other"), new byte[4096]);
    Files.createLink(hard.resolve("disk.img"), hard.resolve("other"));
    Path piped = folder("piped");
    run("mkfifo", piped.resolve("disk.img").toString());
    Path backed = folder("backed");
    run(
        "qemu-img create -q -u -f qcow2 -F raw -b /etc/passwd".split(" "),
        backed.resolve("disk.img").toString(),
        "1M");
    for (Path folder : List.of(hard, backed)) {
      Files.setPosixFilePermissions(
          folder.resolve("disk.img"), PosixFilePermissions.fromString("rw-rw-rw-"));
    }
    Map<String, String> words =
        Map.of(
            "linked",
            "link",
            "kernel",
            "link",
            "hard",
            "hard links",
            "piped",
            "pipe",
            "backed",
            "qcow2");
    for (String name : words.keySet()) {
      cluster.claimOn(folder(name), name, "64Mi");
      cluster.apply(onClaim(name, name));
    }
    for (Map.Entry<String, String> expected : words.entrySet()) {
      cluster.awaitPhase(expected.getKey(), "Failed");
      assertThat(cluster.describe(expected.getKey()))
          .contains("ImageInvalid")
          .contains(expected.getValue());
    }
    cluster.deleteAll(words.keySet().toArray(String[]::new));
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
  }

  private static void run(String[] begin, String... more) throws Exception {
    run(Stream.concat(Stream.of(begin), Stream.of(more)).toArray(String[]::new));
  }

  @BesideAnotherTest
  void shouldPauseAGuestWhoseStorageIsFullAndLetItGoOnWhenThereIsRoom() throws Exception {
    assumeTrue(
        "root".equals(System.getProperty("user.name")), "only root mounts a small file system");
    Path small = folder("small");
    run("mount", "-t", "tmpfs", "-o", "size=48m,mode=777", "tmpfs", small.toString());
    try {
      cluster.claimOn(small, "small", "1Gi");
      cluster.apply(onClaim("toosmall", "small"));
      cluster.awaitPhase("toosmall", "Failed");
      assertThat(cluster.describe("toosmall")).contains("ClaimTooSmall").contains("1073741824");
      cluster.deleteAll("toosmall");

      run("truncate", "--size=32M", small.resolve("disk.img").toString());
      run("chmod", "666", small.resolve("disk.img").toString());
      cluster.apply(onClaim("full", "small"));
      cluster.awaitPhase("full", "Running");
      Path other = Files.write(small.resolve("of-another-pod"), new byte[40 << 20]);
      try (Console console = console("full")) {
        console.logIn();
        console.type("dd if=/dev/zero of=/dev/vdb bs=1M count=24 conv=fsync; echo copied-\"\"all");
        Await.until(
            "the guest to be paused",
            SOON,
            () -> cluster.condition("full", "Paused").map(Object::toString).orElse(""),
            text -> text.contains("PausedIOError"));
        assertThat(cluster.describe("full")).startsWith("Running");
        assertThat(console.text()).doesNotContain("copied-all");
        Files.delete(other);
        console.await("copied-all");
        assertThat(console.text()).doesNotContain("error");
      }
      Await.until(
          "the guest to go on",
          SOON,
          () -> cluster.condition("full", "Paused").map(Object::toString).orElse(""),
          String::isEmpty);
      assertThat(cluster.eventReasons("full")).contains("IOerror", "Resumed");
      cluster.deleteAll("full");
    } finally {
      run("umount", "--lazy", small.toString());
    }
  }
}
