package io.vireo.ingest.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnerBookTest {

  private static final long NOW = 1_700_000_000_000L;
  private static final OwnerRef VM = new OwnerRef(ListKind.VM, "o1", "ns", "vm");
  private static final OwnerRef SET = new OwnerRef(ListKind.REPLICA_SET, "o2", "ns", "set");

  private final Intake intake = new Intake(10_000, 40_000);

  private List<Output> apply(Input... inputs) {
    List<Output> outputs = new ArrayList<>();
    for (Input input : inputs) {
      outputs.addAll(intake.apply(input, NOW));
    }
    return outputs;
  }

  private static OwnerSnapshot owner(OwnerRef ref, long version) {
    return new OwnerSnapshot(
        ref, 1, version, 5, null, Map.of(), Map.of(), List.of(), "{}", List.of(), "h", null, null);
  }

  private static Input seen(OwnerRef ref, long version) {
    return new Input.OwnerSeen(owner(ref, version));
  }

  @Test
  void eachVersionIsToldOnce() {
    assertThat(apply(seen(VM, 1), seen(VM, 1), seen(VM, 2)))
        .containsExactly(
            new Output.OwnerChanged(owner(VM, 1)), new Output.OwnerChanged(owner(VM, 2)));
    assertThat(intake.owners()).isEqualTo(1);
  }

  @Test
  void listOfOneKindSaysNothingOfTheOther() {
    intake.restoreOwner(owner(VM, 1));
    intake.restoreOwner(owner(SET, 1));

    assertThat(apply(new Input.ListEnded(ListKind.REPLICA_SET)))
        .containsExactly(
            new Output.OwnerRemoved(SET), new Output.ListCompleted(ListKind.REPLICA_SET));
    assertThat(apply(seen(VM, 1), new Input.ListEnded(ListKind.VM)))
        .containsExactly(new Output.ListCompleted(ListKind.VM));
    assertThat(intake.awaited()).doesNotContain(ListKind.VM, ListKind.REPLICA_SET);
  }

  @Test
  void brokenWatchIsAGap() {
    assertThat(apply(new Input.ListStarted(ListKind.VM, false, "gone")))
        .containsExactly(new Output.WatchBroken(ListKind.VM, "gone"));
  }

  @Test
  void endIsForgottenOnlyAfterTheObjectIsGone() {
    Input end = new Input.OwnerEnded(VM);
    apply(seen(VM, 1), new Input.ListEnded(ListKind.VM));

    assertThat(apply(end)).isEmpty();
    assertThat(intake.keeps(end)).isTrue();
    assertThat(apply(seen(VM, 2))).containsExactly(new Output.OwnerChanged(owner(VM, 2)));
    assertThat(apply(new Input.OwnerGone(VM)))
        .containsExactly(new Output.OwnerRemoved(VM), new Output.OwnerForgotten("o1", "ns/vm"));
    assertThat(intake.keeps(end)).isFalse();
    assertThat(apply(end)).isEmpty();
  }

  @Test
  void endReadBeforeTheListOfItsKindWaitsForIt() {
    intake.restoreRemovedOwner(VM);
    assertThat(apply(new Input.OwnerEnded(VM), new Input.ListEnded(ListKind.REPLICA_SET)))
        .containsExactly(new Output.ListCompleted(ListKind.REPLICA_SET));

    assertThat(apply(new Input.ListEnded(ListKind.VM)))
        .containsExactly(
            new Output.OwnerForgotten("o1", "ns/vm"), new Output.ListCompleted(ListKind.VM));
  }

  @Test
  void whatAnEarlierStartWroteIsWrittenOver() {
    apply(seen(VM, 1), new Input.ListEnded(ListKind.VM));
    Input late = new Input.Overwritten(Book.OWNER, "o1", null, VM, 0);

    assertThat(apply(late)).containsExactly(new Output.OwnerChanged(owner(VM, 1)));
    apply(new Input.OwnerGone(VM));
    assertThat(apply(late)).containsExactly(new Output.OwnerRemoved(VM));
    apply(new Input.OwnerEnded(VM));
    assertThat(apply(late)).containsExactly(new Output.OwnerForgotten("o1", "ns/vm"));
  }

  @Test
  void whatOnlyAnEarlierStartSawIsAskedOfTheList() {
    assertThat(apply(new Input.Overwritten(Book.OWNER, "o1", null, VM, 0))).isEmpty();

    assertThat(apply(new Input.ListEnded(ListKind.REPLICA_SET), new Input.ListEnded(ListKind.VM)))
        .containsExactly(
            new Output.ListCompleted(ListKind.REPLICA_SET),
            new Output.OwnerRemoved(VM),
            new Output.ListCompleted(ListKind.VM));
  }

  @Test
  void listThatAnEarlierStartWroteOverIsCompletedAgain() {
    apply(new Input.ListEnded(ListKind.VM));

    assertThat(apply(new Input.ListOverwritten(ListKind.VM, 3)))
        .containsExactly(new Output.ListCompletedAgain(ListKind.VM, 3));
    assertThat(apply(new Input.ListOverwritten(ListKind.REPLICA_SET, 3))).isEmpty();
  }
}
