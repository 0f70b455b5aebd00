package io.vireo.scheduler.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.spec.Claim;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A VMI with a claim waits for it, says so, and goes on when it is there. */
class ClaimsTest {

  private static final String SPEC =
      """
      {"domain":{"devices":{"disks":[{"disk":{"bus":"virtio"},"name":"root"},\
      {"disk":{"bus":"virtio"},"name":"data"}]},"memory":{"guest":"128Mi"}},\
      "volumes":[{"containerDisk":{"image":"example.org/guest:1"},"name":"root"},\
      {"name":"data","persistentVolumeClaim":{"claimName":"disk-1"}}]}""";

  private static Claim claim(boolean block) {
    return new Claim("disk-1", "Bound", block, List.of("ReadWriteOnce"), "1Gi", Optional.of("2Gi"));
  }

  private final World world = new World();

  private void claims(Claim... claims) {
    world.claims = List.of(claims);
    world.seen();
  }

  @Test
  void shouldWaitForAClaimAndSaySo() {
    world.apply(SPEC);
    world.settle();

    assertThat(world.phase()).isEqualTo("Pending");
    assertThat(world.commands(Command.CreateLauncherPod.class)).isEmpty();
    assertThat(world.condition("Synchronized").orElseThrow())
        .containsEntry("status", "False")
        .containsEntry("reason", "FailedPvcNotFound")
        .containsEntry("message", "PVC default/disk-1 does not exist, waiting for it to appear");
    assertThat(world.condition("PodScheduled").orElseThrow())
        .containsEntry("status", "False")
        .containsEntry("reason", "Unschedulable");
    assertThat(world.commands(Command.EmitEvent.class))
        .extracting(Command.EmitEvent::eventType, Command.EmitEvent::reason)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("Warning", "FailedPvcNotFound"));

    claims(claim(false));
    world.settle();

    assertThat(world.phase()).isEqualTo("Running");
    assertThat(world.condition("Synchronized")).isEmpty();
    assertThat(world.condition("PodScheduled")).isEmpty();
  }

  @Test
  void shouldRunWithAClaimThatIsThere() {
    world.claims = List.of(claim(false));
    world.apply(SPEC);
    world.settle();

    assertThat(world.phase()).isEqualTo("Running");
    assertThat(world.kubernetesWrites()).hasSizeLessThanOrEqualTo(6);
    Command.CreateLauncherPod create = world.commands(Command.CreateLauncherPod.class).getFirst();
    assertThat(create.podJson())
        .contains("{\"name\":\"claim-data\",\"persistentVolumeClaim\":{\"claimName\":\"disk-1\"}}")
        .contains("\"--claim-disk\",\"data=" + (2L << 30) + "\"")
        .doesNotContain("volumeDevices");
    assertThat(world.vmi.status.get("volumeStatus"))
        .isEqualTo(
            List.of(
                Map.of("name", "root", "target", "vda", "containerDiskVolume", Map.of()),
                Map.of(
                    "name",
                    "data",
                    "target",
                    "vdb",
                    "persistentVolumeClaimInfo",
                    Map.of(
                        "claimName",
                        "disk-1",
                        "accessModes",
                        List.of("ReadWriteOnce"),
                        "volumeMode",
                        "Filesystem",
                        "requests",
                        Map.of("storage", "1Gi"),
                        "capacity",
                        Map.of("storage", "2Gi")))));
  }

  @Test
  void shouldGiveAPodABlockDevice() {
    world.claims = List.of(claim(true));
    world.apply(SPEC);
    world.settle();

    assertThat(world.commands(Command.CreateLauncherPod.class).getFirst().podJson())
        .contains(
            "\"volumeDevices\":[{\"devicePath\":\"/dev/vireo-data\",\"name\":\"claim-data\"}]")
        .contains("\"--block-disk\",\"data\"")
        .doesNotContain("claims/data");
    assertThat(world.commands(Command.StartDomain.class).getFirst().domain().disks().get(1))
        .satisfies(
            disk -> {
              assertThat(disk.block()).isTrue();
              assertThat(disk.sourceFile()).isEqualTo("/dev/vireo-data");
              assertThat(disk.format()).isEqualTo("raw");
            });
  }

  /** The launcher keeps others off what this guest alone writes to. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"bus\":\"virtio\"}                    | --block-disk",
        "\"bus\":\"virtio\"},\"shareable\":true   | --shared-block-disk",
        "\"bus\":\"virtio\",\"readonly\":true}    | --shared-block-disk",
      })
  void shouldSayWhetherADeviceIsForOneMachineOnly(String disk, String argument) {
    world.claims = List.of(claim(true));
    world.apply(SPEC.replace("\"bus\":\"virtio\"},\"name\":\"data\"", disk + ",\"name\":\"data\""));
    world.settle();

    assertThat(world.commands(Command.CreateLauncherPod.class).getFirst().podJson())
        .contains("\"" + argument + "\",\"data\"");
  }

  @Test
  void shouldShowHowLargeAVolumeIsThatTheLauncherMade() {
    world.claims = List.of(claim(false));
    world.sizes = List.of(new Domain.Volume("data", 374_784), new Domain.Volume("other", 1));
    world.apply(SPEC);
    world.settle();

    List<?> volumes = (List<?>) world.vmi.status.get("volumeStatus");
    assertThat(((Map<?, ?>) volumes.get(0)).get("size")).isNull();
    assertThat(((Map<?, ?>) volumes.get(1)).get("size")).hasToString("374784");
  }

  @Test
  void shouldShowTheVolumesAgainAfterAMemoryWasLost() {
    world.claims = List.of(claim(false));
    world.apply(SPEC);
    world.settle();
    Object before = world.vmi.status.get("volumeStatus");
    world.loseMemory();
    world.settle();

    assertThat(world.phase()).isEqualTo("Running");
    assertThat(world.vmi.status.get("volumeStatus")).isEqualTo(before);
  }

  @Test
  void shouldSayThatStorageFailsAndThatItWorksAgain() {
    world.claims = List.of(claim(false));
    world.apply(SPEC);
    world.settle();
    world.report(1, "paused", "ioerror", false);
    world.settle();

    assertThat(world.phase()).isEqualTo("Running");
    assertThat(world.condition("Paused").orElseThrow())
        .containsEntry("status", "True")
        .containsEntry("reason", "PausedIOError");
    assertThat(world.condition("Ready").orElseThrow()).containsEntry("status", "False");

    world.report(1, "running", "running", false);
    world.settle();

    assertThat(world.condition("Paused")).isEmpty();
    assertThat(world.condition("Ready").orElseThrow()).containsEntry("status", "True");
    assertThat(world.commands(Command.EmitEvent.class))
        .extracting(Command.EmitEvent::reason)
        .filteredOn(reason -> reason.equals("IOerror") || reason.equals("Resumed"))
        .containsExactly("IOerror", "Resumed");
  }

  @Test
  void shouldSayThatAVolumeCannotBeMountedAndGoOnWhenItCan() {
    world.claims = List.of(claim(false));
    world.apply(SPEC);
    world.settleUntil(() -> !world.pods.isEmpty());
    world.pods.values().iterator().next().mountProblem = "secret \"keys\" not found";
    world.podsSeen();
    world.settle();

    assertThat(world.commands(Command.WriteStatus.class))
        .anyMatch(
            write ->
                write.statusJson().contains("FailedMount") && write.statusJson().contains("keys"));
    assertThat(world.commands(Command.EmitEvent.class))
        .extracting(Command.EmitEvent::reason)
        .contains("FailedMount");
    assertThat(world.phase()).isEqualTo("Running");
    assertThat(world.condition("Synchronized")).isEmpty();
  }
}
