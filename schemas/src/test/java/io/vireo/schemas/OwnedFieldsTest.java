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
}
