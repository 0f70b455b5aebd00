package io.vireo.dev.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How pods end. */
class PodEndIT extends PodRig {

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
  void shouldRunASidecarBesideTheOrdinaryContainersAndNoLonger() throws Exception {
    Pod pod =
        pod("Never", "sh", "-c", "until [ -e /data/up ]; do sleep 0.05; done; exit 5")
            .editSpec()
            .addToInitContainers(
                new ContainerBuilder(pod("Never").build().getSpec().getContainers().getFirst())
                    .withName("beside")
                    .withRestartPolicy("Always")
                    .withCommand(
                        "sh",
                        "-c",
                        "trap 'exit 0' TERM; touch /data/up; while :; do sleep 0.05; done")
                    .build())
            .endSpec()
            .build();
    run(pod);
    await("pod failed", () -> phase(pod).equals("Failed"));
    assertThat(terminated(pod).get("exitCode")).isEqualTo(5);
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
}
