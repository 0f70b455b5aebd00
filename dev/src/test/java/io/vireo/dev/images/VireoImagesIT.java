package io.vireo.dev.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vireo.dev.process.CachedProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Builds the images from Debian's packages and runs what is in them, in their own root. */
class VireoImagesIT {

  private static final int QEMU = DebianRoots.QEMU_ID;
  private static final int SERVICE = DebianRoots.SERVICE_ID;
  private static final Duration RUN_MAX = Duration.ofMinutes(1);

  private static ImageStore store;

  @TempDir private Path folder;

  private record Said(int code, String text) {}

  @BeforeAll
  static void build() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "chroot needs root");
    assumeTrue(CachedProgram.find("mmdebstrap").isPresent(), "mmdebstrap is not installed");
    // The user's own: packages come over the network once.
    store = ImageStore.open(Path.of(System.getProperty("user.home"), ".cache", "vireo", "images"));
    VireoImages.buildAll(
        store, JarSet.onClassPath(), Path.of(System.getProperty("java.home")), _ -> {});
  }

  @ParameterizedTest
  @CsvSource({
    "libvirtd --version, libvirtd (libvirt)",
    "qemu-system-x86_64 --version, QEMU emulator version",
    "qemu-img --version, qemu-img version",
    "virsh --version, 9.",
    "genisoimage --version, genisoimage",
    "tini --version, tini version"
  })
  void shouldHaveTheLaunchersPrograms(String words, String answer) throws Exception {
    Said said = run(VireoImage.LAUNCHER, QEMU, List.of(words.split(" ")));

    assertThat(said.text()).contains(answer).doesNotContain("setlocale");
    assertThat(said.code()).isZero();
  }

  @Test
  void shouldStartTheLauncherFromItsCache() throws Exception {
    // With this mode a Java that cannot use its cache does not start.
    Said said =
        run(
            VireoImage.LAUNCHER,
            QEMU,
            List.of(
                "/usr/bin/sh",
                "-c",
                "JAVA_TOOL_OPTIONS='-XX:AOTMode=on -Xlog:aot' /opt/vireo/bin/launcher --version"));

    assertThat(said.text())
        .contains("vireo launcher, protocol", "Opened AOT cache /opt/vireo/lib/launcher.aot");
    assertThat(said.code()).isZero();
  }

  @Test
  void shouldRunAMachineAsTheLaunchersUser() throws Exception {
    String script =
        """
        cd /tmp
        export HOME=/tmp XDG_RUNTIME_DIR=/tmp XDG_CONFIG_HOME=/tmp/config XDG_CACHE_HOME=/tmp/cache
        libvirtd &
        tries=0
        until virsh -q -c "$1" version 2>/dev/null || [ $tries = 100 ]; do tries=$((tries + 1)); done
        qemu-img create -q -f qcow2 disk.qcow2 10M
        echo '#cloud-config' >user-data
        genisoimage -quiet -output seed.iso -volid cidata -joliet -rock user-data
        printf %s "$2" >machine.xml
        virsh -q -c "$1" create machine.xml && virsh -q -c "$1" list
        """;
    String machine =
        """
        <domain type='qemu'>
          <name>machine</name>
          <memory unit='MiB'>64</memory>
          <os firmware='efi'><type machine='q35'>hvm</type></os>
          <features><acpi/></features>
          <devices>
            <disk type='file'>
              <driver name='qemu' type='qcow2'/>
              <source file='/tmp/disk.qcow2'/>
              <target dev='vda' bus='virtio'/>
            </disk>
            <disk type='file' device='cdrom'>
              <source file='/tmp/seed.iso'/>
              <target dev='sda' bus='sata'/>
            </disk>
            <interface type='user'><model type='virtio'/></interface>
            <graphics type='vnc' socket='/tmp/vnc'/>
            <video><model type='virtio'/></video>
            <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
            <watchdog model='i6300esb' action='reset'/>
            <memballoon model='virtio'/>
          </devices>
        </domain>
        """;
    String socket = "qemu+unix:///session?socket=/tmp/libvirt/libvirt-sock";

    Said said =
        run(VireoImage.LAUNCHER, QEMU, List.of("/usr/bin/sh", "-c", script, "sh", socket, machine));

    assertThat(said.text())
        .contains("Running hypervisor: QEMU")
        .containsPattern("machine +running");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest", "scheduler", "cluster-executor"})
  void shouldStartEachPartOfTheControlPlane(String part) throws Exception {
    Said said =
        run(
            VireoImage.CONTROL_PLANE,
            SERVICE,
            List.of("/usr/bin/tini", "--", "/opt/vireo/bin/" + part));

    assertThat(said.text())
        .contains("Expected VIREO_KAFKA_BOOTSTRAP_SERVERS to be set, but it is not")
        .doesNotContain("NotFound", "NoClassDef", "WARNING");
    assertThat(said.code()).isEqualTo(1);
  }

  @Test
  void shouldStartTheApi() throws Exception {
    Said said =
        run(
            VireoImage.CONTROL_PLANE,
            SERVICE,
            List.of(
                "/usr/bin/tini",
                "--",
                "/bin/sh",
                "-c",
                "VIREO_API_ADDRESS=nowhere exec /opt/vireo/bin/api"));

    assertThat(said.text())
        .contains("VIREO_API_ADDRESS: expected host:port, but got 'nowhere'")
        .doesNotContain("NotFound", "NoClassDef", "WARNING");
    assertThat(said.code()).isEqualTo(1);
  }

  @Test
  void shouldStartTheNodeExecutor() throws Exception {
    Said said =
        run(
            VireoImage.NODE_EXECUTOR,
            0,
            List.of("/usr/bin/tini", "--", "/opt/vireo/bin/node-executor"));

    assertThat(said.text())
        .contains("Expected VIREO_NODE_NAME to be set, but it is not")
        .doesNotContain("NotFound", "NoClassDef", "WARNING");
    assertThat(said.code()).isEqualTo(1);
  }

  @Test
  void shouldLoadLibvirtInTheNodeExecutorsImage() throws Exception {
    List<String> java = new ArrayList<>(List.of("/opt/vireo/jre/bin/java"));
    java.addAll(ServicePart.node().getFirst().flags());
    // With a folder that nothing can be unpacked to.
    java.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.io.tmpdir=/proc",
            "-cp",
            "/run:/opt/vireo/lib/*",
            LibvirtProbe.class.getName()));

    Said said = run(VireoImage.NODE_EXECUTOR, 0, java);

    assertThat(said.text()).contains("jna ", "libvirt TEST");
    assertThat(said.code()).isZero();
  }

  @Test
  void shouldPauseUntilItIsToldToEnd() throws Exception {
    Image image = store.resolve(VireoImage.PAUSE.reference()).orElseThrow();
    List<String> command =
        new ArrayList<>(List.of("timeout", "--preserve-status", "--kill-after=20", "1", "chroot"));
    command.add(store.unpack(image).toString());
    command.addAll(image.config().entrypoint());

    long begin = System.nanoTime();
    Said said = run(command);

    assertThat(said.code()).as(said.text()).isEqualTo(128 + 15);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
  }

  @Test
  void shouldTellWhichPackagesAnImageIsMadeOf() {
    Path files = store.unpack(store.resolve(VireoImage.LAUNCHER.reference()).orElseThrow());

    assertThat(files.resolve("var/lib/dpkg/status.d/qemu-system-x86"))
        .content()
        .contains("Package: qemu-system-x86", "Version: ");
    assertThat(files.resolve("usr/share/doc/qemu-system-x86/copyright")).isRegularFile();
    assertThat(files.resolve("usr/bin/perl")).doesNotExist();
  }

  /** In namespaces of its own, with the image's files as root and what a runtime would add. */
  private Said run(VireoImage name, int user, List<String> words) throws Exception {
    Image image = store.resolve(name.reference()).orElseThrow();
    String script =
        """
        set -e
        root=$1 user=$2 run=$3
        shift 3
        mount -t proc proc "$root/proc"
        mount --rbind /sys "$root/sys"
        mount -t tmpfs tmpfs "$root/tmp"
        mount -t tmpfs tmpfs "$root/dev"
        mount --bind "$run" "$root/run"
        # As the launcher configures it; the image has no program that makes a folder.
        mkdir -p "$root/tmp/config/libvirt"
        printf '%s\\n' 'stdio_handler = "file"' 'security_driver = "none"' 'seccomp_sandbox = 1' \
          >"$root/tmp/config/libvirt/qemu.conf"
        chmod -R a+rwX "$root/tmp/config"
        for device in null zero random urandom; do
          touch "$root/dev/$device"
          mount --bind "/dev/$device" "$root/dev/$device"
        done
        exec chroot --userspec="$user:$user" "$root" "$@"
        """;
    List<String> command =
        new ArrayList<>(
            List.of("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script));
    command.add("sh");
    command.add(store.unpack(image).toString());
    command.add(Integer.toString(user));
    command.add(Path.of("target", "test-classes").toAbsolutePath().toString());
    command.addAll(words);
    return run(command);
  }

  private Said run(List<String> command) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    process.getOutputStream().close();
    boolean ended = process.waitFor(RUN_MAX.toMillis(), TimeUnit.MILLISECONDS);
    process.destroyForcibly();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(ended).as(text).isTrue();
    return new Said(process.exitValue(), text);
  }
}
