package io.vireo.ingest.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** VMIs are told together with the claims that they name. */
class ClaimBookTest {

  private static final long NOW = 1_000_000;

  private final Intake intake = new Intake(10_000, 40_000);

  private List<Output> apply(Input... inputs) {
    List<Output> outputs = new ArrayList<>();
    for (Input input : inputs) {
      outputs.addAll(intake.apply(input, NOW));
    }
    return outputs;
  }

  private static VmiSnapshot vmi(String name) {
    return new VmiSnapshot(
        new VmiRef("uid-" + name, "ns", name),
        1,
        1,
        5,
        null,
        Map.of(),
        Map.of(),
        List.of(),
        "[]",
        "{}",
        null,
        "h",
        null,
        null,
        List.of(),
        null);
  }

  private static Input seen(String name, String... claims) {
    return new Input.VmiSeen(vmi(name), Set.of(claims));
  }

  private static ClaimSnapshot claim(String namespace, String name, String phase) {
    return new ClaimSnapshot(
        namespace, name, "u", phase, "Filesystem", List.of("ReadWriteOnce"), "1Gi", null);
  }

  private static Input claimed(String name, String phase) {
    return new Input.ClaimSeen(claim("ns", name, phase));
  }

  private static List<String> told(List<Output> outputs) {
    return outputs.stream()
        .map(
            output ->
                switch (output) {
                  case Output.VmiChanged changed ->
                      changed.vmi().ref().name()
                          + changed.vmi().claims().stream()
                              .map(claim -> claim.name() + " " + claim.phase())
                              .toList();
                  default -> output.getClass().getSimpleName();
                })
        .toList();
  }

  @Test
  void shouldWaitForTheListOfClaims() {
    assertThat(told(apply(seen("plain"), seen("wants", "a"), new Input.ListEnded(ListKind.VMI))))
        .containsExactly("plain[]");
    assertThat(intake.awaited()).contains(ListKind.VMI, ListKind.CLAIM);

    assertThat(told(apply(claimed("a", "Pending"), new Input.ListEnded(ListKind.CLAIM))))
        .containsExactly("wants[a Pending]", "ListCompleted");
    assertThat(intake.awaited()).doesNotContain(ListKind.VMI, ListKind.CLAIM);
  }

  @Test
  void shouldTellWhatBecomesOfAClaimToThoseThatNameIt() {
    apply(new Input.ListEnded(ListKind.CLAIM), new Input.ListEnded(ListKind.VMI));

    assertThat(told(apply(seen("one", "a"), seen("two", "a", "b"), seen("none"))))
        .containsExactly("one[]", "two[]", "none[]");
    assertThat(told(apply(claimed("a", "Pending"))))
        .containsExactly("one[a Pending]", "two[a Pending]");
    assertThat(told(apply(claimed("a", "Pending")))).isEmpty();
    assertThat(told(apply(claimed("a", "Bound")))).containsExactly("one[a Bound]", "two[a Bound]");
    assertThat(told(apply(claimed("b", "Bound")))).containsExactly("two[a Bound, b Bound]");
    assertThat(told(apply(new Input.ClaimGone("ns", "a"))))
        .containsExactly("one[]", "two[b Bound]");
  }

  @Test
  void shouldNotMixNamespacesUpNorTellOfWhatIsGone() {
    apply(new Input.ListEnded(ListKind.CLAIM), new Input.ListEnded(ListKind.VMI), seen("one", "a"));

    assertThat(apply(new Input.ClaimSeen(claim("other", "a", "Bound")))).isEmpty();
    apply(new Input.VmiGone(vmi("one").ref()));
    assertThat(apply(claimed("a", "Bound"))).isEmpty();
  }

  @Test
  void shouldNotTellAGapOfClaims() {
    assertThat(apply(new Input.ListStarted(ListKind.CLAIM, false, "gone"))).isEmpty();
  }

  @Test
  void shouldFindTheClaimsOfASpec() {
    Object spec =
        Map.of(
            "volumes",
            List.of(
                Map.of("name", "a", "persistentVolumeClaim", Map.of("claimName", "data")),
                Map.of(
                    "name",
                    "b",
                    "ephemeral",
                    Map.of("persistentVolumeClaim", Map.of("claimName", "base"))),
                Map.of("name", "c", "emptyDisk", Map.of("capacity", "1Gi")),
                Map.of("name", "d", "persistentVolumeClaim", Map.of("claimName", 7)),
                "no volume"));

    assertThat(VmiReader.claims(raw(spec))).containsExactly("base", "data");
    assertThat(VmiReader.claims(raw(Map.of("volumes", "none")))).isEmpty();
    assertThat(VmiReader.claims(raw(null))).isEmpty();
  }

  private static RawVmi raw(@org.jspecify.annotations.Nullable Object spec) {
    return new RawVmi(
        new VmiRef("u", "ns", "vm"),
        1,
        1,
        1,
        null,
        Map.of(),
        Map.of(),
        List.of(),
        List.of(),
        spec,
        null);
  }
}
