package io.vireo.ingest.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeBookTest {

  private static final long NOW = 1_700_000_000_000L;
  private static final long LATER = NOW + 100;
  private static final Origin ORIGIN = new Origin("requests", 0, 1, "n1", "", 10);

  private final NodeBook book =
      new NodeBook(new NodeBook.Silence(10_000, 40_000), "bound-to"::equals);

  private static Input.NodeRequest word(String id, @Nullable String uid, Input.NodeAction action) {
    return new Input.NodeRequest(id, "n1", uid, action, "ann", "it burnt", ORIGIN);
  }

  private static List<String> told(List<Output> outputs) {
    return outputs.stream()
        .map(
            output ->
                switch (output) {
                  case Output.NodeChanged changed ->
                      changed.heartbeatMs() == null ? changed.standing().name() : "HEARTBEAT";
                  case Output.Unusable unusable -> unusable.reason();
                  default -> output.toString();
                })
        .toList();
  }

  /** Brings the book to a standing of Node A, as if it had been said by an earlier start. */
  private void stands(String standing) {
    if (standing.equals("UNKNOWN")) {
      return;
    }
    book.restore(
        new Output.NodeChanged("n1", "A", NodeStanding.valueOf(standing), "Before", 1L, null, null),
        NOW);
    if (!standing.equals("REMOVED")) {
      book.seen("n1", "A", true, NOW);
    }
  }

  private List<Output> apply(String input) {
    return switch (input) {
      case "seen" -> book.seen("n1", "A", true, LATER);
      case "seenAnew" -> book.seen("n1", "B", true, LATER);
      case "gone" -> book.gone("n1", "A");
      case "listed" -> book.listed();
      case "heard" -> book.heard("n1", 2, LATER);
      case "ready" -> book.topicsReady("n1", "A", LATER);
      case "silent" -> book.woken(NOW + 10_000);
      case "silentLong" -> book.woken(NOW + 40_000);
      case "fence" -> book.requested(List.of(word("1", null, Input.NodeAction.FENCE)), LATER);
      case "fenceA" -> book.requested(List.of(word("1", "A", Input.NodeAction.FENCE)), LATER);
      case "fenceB" -> book.requested(List.of(word("1", "B", Input.NodeAction.FENCE)), LATER);
      case "forget" -> book.requested(List.of(word("1", null, Input.NodeAction.FORGET)), LATER);
      default -> throw new IllegalArgumentException(input);
    };
  }

  @ParameterizedTest(name = "{0}, {1} -> {2}")
  @CsvSource({
    "UNKNOWN, seen, KNOWN",
    "UNKNOWN, gone, ''",
    "UNKNOWN, listed, ''",
    "UNKNOWN, heard, ''",
    "UNKNOWN, ready, ''",
    "UNKNOWN, silentLong, ''",
    "UNKNOWN, fence, NodeRequestRefused",
    "UNKNOWN, forget, NodeRequestRefused",
    "KNOWN, seen, ''",
    "KNOWN, seenAnew, REMOVED KNOWN",
    "KNOWN, gone, REMOVED",
    "KNOWN, listed, ''",
    "KNOWN, heard, ''",
    "KNOWN, ready, ''",
    "KNOWN, silentLong, ''",
    "KNOWN, fence, FENCED",
    "KNOWN, fenceA, FENCED",
    "KNOWN, fenceB, NodeRequestRefused",
    "KNOWN, forget, ''",
    "ELIGIBLE, seen, ''",
    "ELIGIBLE, seenAnew, REMOVED KNOWN",
    "ELIGIBLE, gone, REMOVED",
    "ELIGIBLE, listed, ''",
    "ELIGIBLE, heard, ''",
    "ELIGIBLE, ready, ''",
    "ELIGIBLE, silent, SUSPECT",
    "ELIGIBLE, silentLong, SUSPECT LOST",
    "ELIGIBLE, fence, FENCED",
    "ELIGIBLE, fenceB, NodeRequestRefused",
    "ELIGIBLE, forget, ''",
    "SUSPECT, seen, ''",
    "SUSPECT, gone, REMOVED",
    "SUSPECT, heard, BACK",
    "SUSPECT, silent, ''",
    "SUSPECT, silentLong, LOST",
    "SUSPECT, fence, FENCED",
    "SUSPECT, forget, ''",
    "LOST, seen, ''",
    "LOST, seenAnew, REMOVED KNOWN",
    "LOST, gone, REMOVED",
    "LOST, listed, ''",
    "LOST, heard, BACK",
    "LOST, ready, ''",
    "LOST, silentLong, ''",
    "LOST, fence, FENCED",
    "LOST, fenceA, FENCED",
    "LOST, fenceB, NodeRequestRefused",
    "LOST, forget, ''",
    "FENCED, seen, ''",
    "FENCED, seenAnew, KNOWN",
    "FENCED, gone, ''",
    "FENCED, listed, ''",
    "FENCED, heard, ''",
    "FENCED, ready, ''",
    "FENCED, silentLong, ''",
    "FENCED, fence, ''",
    "FENCED, fenceB, NodeRequestRefused",
    "FENCED, forget, KNOWN",
    "BACK, seen, ''",
    "BACK, seenAnew, REMOVED KNOWN",
    "BACK, gone, REMOVED",
    "BACK, heard, ''",
    "BACK, silent, SUSPECT",
    "BACK, fence, FENCED",
    "BACK, forget, ''",
    "REMOVED, seen, KNOWN",
    "REMOVED, seenAnew, KNOWN",
    "REMOVED, gone, ''",
    "REMOVED, listed, ''",
    "REMOVED, heard, ''",
    "REMOVED, ready, ''",
    "REMOVED, silentLong, ''",
    "REMOVED, fence, FENCED",
    "REMOVED, fenceA, FENCED",
    "REMOVED, fenceB, NodeRequestRefused",
    "REMOVED, forget, ''",
  })
  void everyStandingMeetsEveryInput(String standing, String input, String expected) {
    stands(standing);
    assertThat(String.join(" ", told(apply(input)))).isEqualTo(expected);
  }

  @Test
  void fenceCarriesWhoAndWhy() {
    stands("REMOVED");
    assertThat(apply("fence"))
        .containsExactly(
            new Output.NodeChanged("n1", "A", NodeStanding.FENCED, "it burnt", null, null, "ann"));
  }

  @Test
  void nothingButForgettingLeadsBackFromAFence() {
    stands("ELIGIBLE");
    apply("fence");
    List<Output> outputs = new ArrayList<>();
    for (String input : List.of("ready", "heard", "silentLong", "gone", "listed", "seen")) {
      outputs.addAll(apply(input));
    }
    assertThat(told(outputs)).isEmpty();
    assertThat(book.nextWakeUp()).isEmpty();
    book.topicsReady("n1", "A", LATER);
    assertThat(told(book.requested(List.of(word("2", "A", Input.NodeAction.FORGET)), LATER)))
        .containsExactly("KNOWN");
    // What was heard while it was fenced does not count.
    assertThat(told(book.woken(LATER))).isEmpty();
    assertThat(told(book.heard("n1", 3, LATER))).containsExactly("ELIGIBLE");
  }

  @Test
  void fenceOfADeletedNodeIsForgottenAsRemoved() {
    stands("REMOVED");
    apply("fence");
    assertThat(told(book.requested(List.of(word("2", null, Input.NodeAction.FORGET)), LATER)))
        .containsExactly("REMOVED");
  }

  @Test
  void nodeOfWhichOnlyItsVmisTellCanBeFenced() {
    Input.NodeRequest fence =
        new Input.NodeRequest(
            "1", "bound-to", null, Input.NodeAction.FENCE, "ann", "burnt", ORIGIN);
    Input.NodeRequest forget =
        new Input.NodeRequest("2", "bound-to", null, Input.NodeAction.FORGET, "ann", "", ORIGIN);
    assertThat(told(book.requested(List.of(fence), LATER))).containsExactly("FENCED");
    assertThat(told(book.requested(List.of(forget), LATER))).containsExactly("REMOVED");
  }

  @ParameterizedTest
  @CsvSource({"other, FENCE, ", "bound-to, FORGET, ", "bound-to, FENCE, A"})
  void wordAboutANodeThatIsNotKnownIsRefused(
      String node, Input.NodeAction action, @Nullable String uid) {
    Input.NodeRequest word = new Input.NodeRequest("1", node, uid, action, "ann", "burnt", ORIGIN);
    assertThat(told(book.requested(List.of(word), LATER))).containsExactly("NodeRequestRefused");
  }

  @Test
  void requestIsTakenOnce() {
    stands("ELIGIBLE");
    assertThat(told(apply("fence"))).containsExactly("FENCED");
    assertThat(told(book.requested(List.of(word("2", null, Input.NodeAction.FORGET)), LATER)))
        .containsExactly("KNOWN");
    assertThat(told(apply("fence"))).isEmpty();
  }

  @Test
  void wordsReadAgainDoNotFenceForAMoment() {
    stands("ELIGIBLE");
    assertThat(
            told(
                book.requested(
                    List.of(
                        word("1", null, Input.NodeAction.FENCE),
                        word("2", null, Input.NodeAction.FORGET),
                        word("3", "B", Input.NodeAction.FORGET)),
                    LATER)))
        .containsExactly("NodeRequestRefused");
  }

  @Test
  void lastWordThatCanBeTakenHolds() {
    stands("LOST");
    assertThat(
            told(
                book.requested(
                    List.of(
                        word("1", null, Input.NodeAction.FENCE),
                        word("2", "B", Input.NodeAction.FORGET)),
                    LATER)))
        .containsExactly("NodeRequestRefused", "FENCED");
  }

  private static final Capabilities Q35 = new Capabilities(List.of("q35"), List.of(), List.of());
  private static final Capabilities PC = new Capabilities(List.of("pc"), List.of(), List.of());

  private static List<Capabilities> capabilities(List<Output> outputs) {
    return outputs.stream().map(output -> ((Output.NodeChanged) output).capabilities()).toList();
  }

  @Test
  void shouldTellWhatAMachineCanDoOnceAndWhenItChanges() {
    stands("ELIGIBLE");
    List<Output> first = book.capable("n1", Q35);
    assertThat(told(first)).containsExactly("ELIGIBLE");
    assertThat(capabilities(first)).containsExactly(Q35);
    assertThat(book.capable("n1", Q35)).isEmpty();
    assertThat(book.capable("n1", null)).isEmpty();
    assertThat(capabilities(book.capable("n1", PC))).containsExactly(PC);
  }

  @Test
  void shouldTellWhatAMachineCanDoWithItsStanding() {
    stands("KNOWN");
    assertThat(book.capable("n1", Q35)).isEmpty();
    book.topicsReady("n1", "A", LATER);
    List<Output> eligible = book.heard("n1", 2, LATER);
    assertThat(told(eligible)).containsExactly("ELIGIBLE");
    assertThat(capabilities(eligible)).containsExactly(Q35);
  }

  @Test
  void shouldTellAgainAfterAMinutesStampTookTheRecordsPlace() {
    stands("ELIGIBLE");
    book.capable("n1", Q35);
    NodeBook next = new NodeBook(new NodeBook.Silence(10_000, 40_000), node -> false);
    next.restore(
        new Output.NodeChanged("n1", "A", NodeStanding.ELIGIBLE, "Heartbeat", 1L, null, null),
        LATER);
    assertThat(capabilities(next.capable("n1", Q35))).containsExactly(Q35);
  }

  @Test
  void shouldNotTellAgainWhatIsOnRecord() {
    book.restore(
        new Output.NodeChanged(
            "n1", "A", NodeStanding.ELIGIBLE, "ExecutorHeard", 1L, null, null, Q35),
        NOW);
    assertThat(book.capable("n1", Q35)).isEmpty();
  }
}
