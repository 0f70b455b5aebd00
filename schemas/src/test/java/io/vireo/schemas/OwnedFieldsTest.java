package io.vireo.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnedFieldsTest {

  @Test
  void shouldIgnoreWhatOthersOwnAndSeeWhatVireoOwns() {
    Map<String, Object> status = Map.of("phase", "Running");
    String hash =
        OwnedFields.statusHash(
            status,
            Map.of("kubevirt.io/nodeName", "node1"),
            Map.of("vireo.io/epoch", "1"),
            List.of(OwnedFields.FINALIZER));

    assertThat(
            OwnedFields.statusHash(
                status,
                Map.of("kubevirt.io/nodeName", "node1", "app", "web"),
                Map.of("vireo.io/epoch", "1", "note", "x"),
                List.of("other/finalizer", OwnedFields.FINALIZER)))
        .isEqualTo(hash);
    assertThat(
            OwnedFields.statusHash(
                status, Map.of(), Map.of("vireo.io/epoch", "1"), List.of(OwnedFields.FINALIZER)))
        .isNotEqualTo(hash);
    assertThat(
            OwnedFields.statusHash(
                Map.of("phase", "Failed"),
                Map.of("kubevirt.io/nodeName", "node1"),
                Map.of("vireo.io/epoch", "1"),
                List.of(OwnedFields.FINALIZER)))
        .isNotEqualTo(hash);
  }

  @Test
  void shouldHashNoStatusLikeAnEmptyOne() {
    assertThat(OwnedFields.statusHash(null, Map.of(), Map.of(), List.of()))
        .isEqualTo(OwnedFields.statusHash(Map.of(), Map.of(), Map.of(), List.of()));
  }

  @Test
  void shouldLeaveTheActorOutOfTheHashAndOfTheUsersAnnotations() {
    assertThat(
            OwnedFields.statusHash(Map.of(), Map.of(), Map.of("vireo.io/actor", "ann"), List.of()))
        .isEqualTo(OwnedFields.statusHash(Map.of(), Map.of(), Map.of(), List.of()));
    assertThat(OwnedFields.isOwnedAnnotation("vireo.io/actor")).isTrue();
    assertThat(OwnedFields.isOwnedAnnotation("vireo.io/last-vmi-uid")).isTrue();
    assertThat(OwnedFields.isOwnedAnnotation("note")).isFalse();
  }

  @Test
  void shouldHashTheWholeStatusOfAnOwner() {
    String hash = OwnedFields.ownerStatusHash("VirtualMachine", Map.of("a", 1, "b", List.of("x")));

    assertThat(OwnedFields.ownerStatusHash("VirtualMachine", Map.of("b", List.of("x"), "a", 1)))
        .isEqualTo(hash);
    assertThat(OwnedFields.ownerStatusHash("VirtualMachine", Map.of("a", 1, "b", List.of())))
        .isNotEqualTo(hash);
    assertThat(OwnedFields.ownerStatusHash("VirtualMachine", null))
        .isEqualTo(OwnedFields.ownerStatusHash("VirtualMachine", Map.of()))
        .isNotEqualTo(OwnedFields.ownerStatusHash("VirtualMachineInstanceReplicaSet", Map.of()));
  }
}
