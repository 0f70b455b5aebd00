package io.vireo.dev.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalVolumesTest {

  private static PersistentVolumeClaim claim() {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withNamespace("ns")
        .withName("data")
        .withUid("u-1")
        .addToAnnotations("volume.kubernetes.io/selected-node", "node1")
        .endMetadata()
        .withNewSpec()
        .withStorageClassName("local")
        .withAccessModes("ReadWriteOnce")
        .withVolumeMode("Filesystem")
        .withNewResources()
        .addToRequests("storage", new Quantity("1Gi"))
        .endResources()
        .endSpec()
        .withNewStatus()
        .withPhase("Pending")
        .endStatus()
        .build();
  }

  @Test
  void shouldMakeAVolumeWhereTheFirstPodGoes() {
    assertThat(LocalVolumes.nodeOf(claim())).contains("node1");

    PersistentVolume volume = LocalVolumes.volume(claim(), "node1", "/volumes/pvc-u-1");

    assertThat(volume.getMetadata().getName()).isEqualTo("pvc-u-1");
    assertThat(volume.getSpec().getClaimRef().getUid()).isEqualTo("u-1");
    assertThat(volume.getSpec().getLocal().getPath()).isEqualTo("/volumes/pvc-u-1");
    assertThat(volume.getSpec().getCapacity()).isEqualTo(Map.of("storage", new Quantity("1Gi")));
    assertThat(LocalVolumes.node(volume)).contains("node1");
    assertThat(LocalVolumes.isOurs(volume)).isTrue();
  }

  private static void leftAlone(UnaryOperator<PersistentVolumeClaimBuilder> change) {
    assertThat(LocalVolumes.nodeOf(change.apply(new PersistentVolumeClaimBuilder(claim())).build()))
        .isEmpty();
  }

  @Test
  void shouldLeaveOtherClaimsAlone() {
    leftAlone(c -> c.editSpec().withStorageClassName("other").endSpec());
    leftAlone(c -> c.editSpec().withStorageClassName(null).endSpec());
    leftAlone(c -> c.editSpec().withVolumeName("pv").endSpec());
    leftAlone(c -> c.editStatus().withPhase("Bound").endStatus());
    leftAlone(c -> c.editMetadata().withAnnotations(Map.of()).endMetadata());
    leftAlone(c -> c.editMetadata().withDeletionTimestamp("2026-01-01T00:00:00Z").endMetadata());
  }

  @ParameterizedTest
  @CsvSource({
    "Released, Delete, true, true",
    "Bound,    Delete, true, false",
    "Released, Retain, true, false",
    "Released, Delete, false, false",
  })
  void shouldRemoveOnlyItsOwnThatAreReleased(
      String phase, String policy, boolean ours, boolean removed) {
    PersistentVolume volume =
        new PersistentVolumeBuilder(LocalVolumes.volume(claim(), "node1", "/v"))
            .editSpec()
            .withPersistentVolumeReclaimPolicy(policy)
            .endSpec()
            .withNewStatus()
            .withPhase(phase)
            .endStatus()
            .build();
    if (!ours) {
      volume.getMetadata().setAnnotations(Map.of());
    }

    assertThat(LocalVolumes.nodeOfReleased(volume).isPresent()).isEqualTo(removed);
  }
}
