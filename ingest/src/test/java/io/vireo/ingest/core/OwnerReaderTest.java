package io.vireo.ingest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.ingest.core.OwnerSnapshot.StateChange;
import io.vireo.schemas.OwnedFields;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OwnerReaderTest {

  private static final OwnerRef REF = new OwnerRef(ListKind.VM, "o1", "ns", "vm");

  private final OwnerReader reader = new OwnerReader(new SecretHash(new byte[32]));

  private static RawOwner raw(
      Map<String, String> annotations, @Nullable Object spec, @Nullable Object status) {
    return new RawOwner(
        REF, 2, 7, 1, null, Map.of("app", "web"), annotations, List.of("f"), spec, status);
  }

  private static Map<String, Object> template(String password) {
    return Map.of(
        "running",
        true,
        "template",
        Map.of(
            "metadata",
            Map.of("annotations", Map.of("kubevirt.io/ignitiondata", password)),
            "spec",
            Map.of(
                "volumes",
                List.of(Map.of("name", "ci", "cloudInitNoCloud", Map.of("userData", password))))));
  }

  @Test
  void secretsOfATemplateAreHashedAndAChangeOfOneIsAChange() {
    OwnerSnapshot one = reader.read(raw(Map.of(), template("hunter2"), null));
    OwnerSnapshot other = reader.read(raw(Map.of(), template("hunter3"), null));

    assertThat(one.toString()).doesNotContain("hunter2");
    assertThat(one.specJson()).contains("\"running\":true").contains("hmac-sha256:");
    assertThat(other.specJson()).isNotEqualTo(one.specJson());
  }

  @Test
  void whatVireoOwnsIsToldApartFromWhatIsTheUsers() {
    Map<String, Object> status = Map.of("created", true);

    OwnerSnapshot read =
        reader.read(
            raw(
                Map.of(
                    "note", "x",
                    "vireo.io/actor", "ann",
                    "vireo.io/last-vmi-uid", "u9",
                    "kubectl.kubernetes.io/last-applied-configuration", "hunter2"),
                Map.of(),
                status));

    assertThat(read.annotations()).containsExactly(Map.entry("note", "x"));
    assertThat(read.actor()).isEqualTo("ann");
    assertThat(read.lastVmiUid()).isEqualTo("u9");
    assertThat(read.statusHash()).isEqualTo(OwnedFields.ownerStatusHash("VirtualMachine", status));
  }

  @Test
  void requestsKeepTheirOrder() {
    Object requests =
        List.of(
            Map.of("action", "Stop", "uid", "u1"),
            Map.of("action", "Start", "data", Map.of("paused", "true", "n", 1)),
            Map.of("uid", "no action"),
            "no map");

    assertThat(reader.read(raw(Map.of(), null, Map.of("stateChangeRequests", requests))).requests())
        .containsExactly(
            new StateChange("Stop", "u1", Map.of()),
            new StateChange("Start", null, Map.of("paused", "true")));
  }

  @Test
  void whatIsTooMuchIsNotTaken() {
    Object requests = Collections.nCopies(1_000, Map.of("action", "S".repeat(1_000)));

    OwnerSnapshot read =
        reader.read(
            raw(
                Map.of("vireo.io/actor", "a".repeat(100_000)),
                Map.of("x", "y".repeat(VmiReader.CHARACTERS_MAX)),
                Map.of("stateChangeRequests", requests)));

    assertThat(read.requests()).hasSize(OwnerReader.REQUESTS_MAX);
    assertThat(read.requests().getFirst().action()).hasSize(OwnerReader.REQUEST_TEXT_MAX);
    assertThat(read.actor()).hasSize(512);
    assertThat(read.specJson()).contains("tooLarge").hasSizeLessThan(200);
    assertThat(read.labels()).isEmpty();
  }
}
