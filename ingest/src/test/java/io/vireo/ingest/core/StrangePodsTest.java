package io.vireo.ingest.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StrangePodsTest {

  private static final long NOW = 1_700_000_000_000L;

  private final Intake intake = new Intake(10_000, 40_000);

  private static Input.StrangePodSeen strange(String uid, String namespace) {
    return new Input.StrangePodSeen(uid, namespace, "p-" + uid, 7);
  }

  private static Input.PodSeen owned(String uid) {
    return new Input.PodSeen(
        "u1",
        new PodSnapshot(
            uid,
            "ns",
            "p-" + uid,
            1,
            1,
            null,
            new PodSnapshot.Status("Pending", null, null, null, List.of(), null),
            null,
            new PodSnapshot.Conditions(false, null, null, false, false, null, null),
            List.of()));
  }

  private List<Output> apply(long afterMs, Input input) {
    return intake.apply(input, NOW + afterMs);
  }

  @Test
  void shouldTellOfAPodWithoutAVmiAndChangeNothing() {
    apply(0, new Input.ListEnded(ListKind.POD));

    assertThat(apply(0, strange("a", "ns")))
        .singleElement()
        .isInstanceOfSatisfying(
            Output.Unusable.class,
            letter -> {
              assertThat(letter.component()).isEqualTo(Output.INGEST);
              assertThat(letter.reason()).isEqualTo("PodNotOfVmi");
              assertThat(letter.message())
                  .contains("ns/p-a", "take the label")
                  .doesNotContain("more");
              assertThat(letter.origin().topic()).isEqualTo("kubernetes/pods");
              assertThat(letter.origin().offset()).isEqualTo(7);
              assertThat(letter.origin().key()).isEqualTo("a");
            });
  }

  @Test
  void shouldTellOfEachPodOnce() {
    apply(0, strange("a", "ns"));
    assertThat(apply(5_000, strange("a", "ns"))).isEmpty();

    assertThat(apply(6_000, new Input.PodGone("a"))).isEmpty();
    assertThat(apply(7_000, strange("a", "ns"))).hasSize(1);
  }

  @Test
  void shouldCountThoseOfANamespaceThatWouldBeTooMany() {
    assertThat(apply(0, strange("a", "ns"))).hasSize(1);
    assertThat(apply(100, strange("b", "ns"))).isEmpty();
    assertThat(apply(200, strange("c", "ns"))).isEmpty();
    assertThat(apply(300, strange("d", "other"))).hasSize(1);

    assertThat(apply(1_000, strange("e", "ns")))
        .singleElement()
        .extracting(Output.Unusable.class::cast)
        .extracting(Output.Unusable::message)
        .asString()
        .endsWith("; 2 more of its namespace were seen before");
  }

  @Test
  void shouldTakeAPodFromItsVmiThatLostItsController() {
    apply(0, new Input.ListEnded(ListKind.POD));
    apply(0, owned("a"));

    List<Output> outputs = apply(0, strange("a", "ns"));

    assertThat(outputs).hasSize(2);
    assertThat(outputs.getFirst())
        .isEqualTo(new Output.PodsChanged("u1", "u1", List.of(), List.of()));
    assertThat(outputs.getLast()).isInstanceOf(Output.Unusable.class);

    assertThat(apply(0, owned("a"))).singleElement().isInstanceOf(Output.PodsChanged.class);
    assertThat(apply(1_000, strange("a", "ns"))).hasSize(2);
  }
}
