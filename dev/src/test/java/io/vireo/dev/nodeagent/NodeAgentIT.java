package io.vireo.dev.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Pod;
import io.vireo.dev.images.ImageConfig;
import io.vireo.dev.images.ImageWriter;
import io.vireo.dev.images.Layer;
import io.vireo.kubelet.deviceplugin.AllocateResponse;
import io.vireo.kubelet.deviceplugin.ContainerAllocateResponse;
import io.vireo.kubelet.deviceplugin.Mount;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How pods are run. */
class NodeAgentIT extends PodRig {

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
  void shouldStartQuickly() throws Exception {
    Pod pod = pod("Never", "true").build();
    long begin = System.nanoTime();
    run(pod);
    await("pod succeeded", () -> phase(pod).equals("Succeeded"));
    System.out.printf(
        "A pod from bound to ended: %d ms%n", (System.nanoTime() - begin) / 1_000_000);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
  }
}
