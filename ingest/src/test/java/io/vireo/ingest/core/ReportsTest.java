package io.vireo.ingest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.ingest.core.Input.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportsTest {

  private static final long NOW = 1_700_000_000_000L;

  private final Intake intake = new Intake(10_000, 40_000);
  private long sequence;

  private static PodSnapshot pod(String uid, long epoch, String node) {
    return new PodSnapshot(
        uid,
        "ns",
        "p-" + uid,
        epoch,
        1,
        node,
        new PodSnapshot.Status("Pending", null, null, null, List.of(), null),
        null,
        new PodSnapshot.Conditions(false, null, null, false, false, null, null),
        List.of());
  }

  private Input.Reported report(String node, Report report, long size) {
    sequence++;
    return new Input.Reported(
        node,
        new Input.Envelope("nu", 1, sequence),
        report,
        new Origin("reports-" + node, 0, sequence, null, "", size));
  }

  private Input.Reported domain(String node, String uid, long epoch) {
    return report(node, new Report.DomainChanged(said(uid, epoch)), 100);
  }

  private static Input.ReportedDomain said(String uid, long epoch) {
    return new Input.ReportedDomain(
        new VmiRef(uid, "ns", uid),
        epoch,
        new DomainSnapshot.State("running", null, null, false),
        null,
        List.of(),
        null,
        NOW);
  }

  private Input.Reported ended(String node, String uid, long heldEpoch) {
    return report(
        node,
        new Report.CommandEnded(
            new Input.CommandEnd("c", uid, "StartDomain", "Done", null, null, heldEpoch, 1, NOW)),
        100);
  }

  private List<String> apply(Input input) {
    return applyAt(NOW, input);
  }

  private List<String> applyAt(long nowMs, Input input) {
    return intake.apply(input, nowMs).stream()
        .map(output -> output.getClass().getSimpleName())
        .toList();
  }

  @BeforeEach
  void epochOneIsOnN1() {
    apply(new Input.PodSeen("u1", pod("a", 1, "n1")));
  }

  @ParameterizedTest(name = "{0} of {1} says {2} of {3} in epoch {4}: taken {5}")
  @CsvSource({
    "n1, domain, u1, 1, true",
    "n1, domain, u1, 2, false",
    "n1, domain, u1, 9223372036854775807, false",
    "n1, domain, u1, 0, false",
    "n1, domain, u2, 1, false",
    "n2, domain, u1, 1, false",
    "n1, outcome, u1, 1, true",
    "n1, outcome, u1, 0, true",
    "n1, outcome, u1, 2, false",
    "n1, outcome, u1, 9223372036854775807, false",
    "n1, outcome, u2, 0, false",
    "n2, outcome, u1, 0, false",
  })
  void nodeSpeaksOfWhatItWasGiven(String node, String kind, String uid, long epoch, boolean taken) {
    Input.Reported report =
        kind.equals("domain") ? domain(node, uid, epoch) : ended(node, uid, epoch);
    String output = kind.equals("domain") ? "DomainsChanged" : "CommandOutcome";
    assertThat(apply(report)).isEqualTo(taken ? List.of(output) : List.of());
    assertThat(intake.keeps(report)).isEqualTo(!taken);
    if (!taken) {
      long until = NOW + EarlyReports.WAIT_MS;
      assertThat(intake.nextWakeUp()).hasValue(until);
      assertThat(applyAt(until - 1, new Input.Woken())).isEmpty();
      assertThat(applyAt(until, new Input.Woken())).containsExactly("Unusable");
      assertThat(intake.keeps(report)).isFalse();
      assertThat(intake.refusedReports()).isEqualTo(1);
    }
  }

  @Test
  void reportThatWasFasterThanTheWatchIsTakenOnceThePodIsSeen() {
    Input.Reported first = domain("n2", "u2", 3);
    Input.Reported second = ended("n2", "u2", 3);
    assertThat(apply(first)).isEmpty();
    assertThat(apply(second)).isEmpty();
    assertThat(apply(new Input.PodSeen("u2", pod("b", 2, "n2")))).isEmpty();
    assertThat(apply(new Input.PodSeen("u2", pod("c", 3, "n1")))).isEmpty();
    assertThat(apply(new Input.PodSeen("u2", pod("d", 3, "n2"))))
        .containsExactly("DomainsChanged", "CommandOutcome");
    assertThat(intake.keeps(first)).isFalse();
    assertThat(intake.waitingReports()).isZero();
  }

  @Test
  void whatTheObjectSaysOfItsEpochOutlivesThePodAndTheStart() {
    intake.restoreVmi(
        new VmiSnapshot(
            new VmiRef("u5", "ns", "vm"),
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
            4L,
            "n1",
            List.of(),
            null));
    intake.restorePods("u6", List.of(pod("x", 2, "n1")), List.of());
    intake.restorePods("u7", List.of(), List.of(new Placement(3, "n1")));
    assertThat(apply(domain("n1", "u5", 4))).containsExactly("DomainsChanged");
    assertThat(apply(domain("n1", "u6", 2))).containsExactly("DomainsChanged");
    assertThat(apply(domain("n1", "u7", 3))).containsExactly("DomainsChanged");
    apply(new Input.PodGone("a"));
    assertThat(apply(domain("n1", "u1", 1))).containsExactly("DomainsChanged");
  }

  @Test
  void endOfACommandAboutAVmiThatHasEndedIsTold() {
    apply(new Input.ListEnded(ListKind.CLAIM));
    apply(new Input.ListEnded(ListKind.VMI));
    apply(new Input.VmiEnded("u9"));
    assertThat(apply(ended("n1", "u9", 1))).containsExactly("CommandOutcome");
    assertThat(apply(domain("n1", "u9", 1))).isEmpty();
  }

  @Test
  void snapshotIsTakenForWhatTheNodeWasGiven() {
    Input.Reported all =
        report("n1", new Report.AllDomains(List.of(said("old", 7), said("u1", 1))), 100);
    assertThat(apply(all)).containsExactly("DomainsChanged");
    assertThat(intake.keeps(all)).isTrue();
    assertThat(applyAt(NOW + EarlyReports.WAIT_MS, new Input.Woken())).containsExactly("Unusable");
  }

  @Test
  void waitingReportsOfANodeAreBounded() {
    for (int i = 0; i < EarlyReports.REPORTS_MAX; i++) {
      assertThat(apply(domain("n2", "x" + i, 1))).isEmpty();
    }
    Input.Reported more = domain("n2", "more", 1);
    assertThat(apply(more)).containsExactly("Unusable");
    assertThat(intake.keeps(more)).isFalse();
    // Told once a second, so that refusing does not fill the dead letters.
    assertThat(apply(domain("n2", "more", 1))).isEmpty();
    assertThat(intake.refusedReports()).isEqualTo(2);
    assertThat(apply(domain("n3", "y", 1))).isEmpty();
    assertThat(intake.waitingReports()).isEqualTo(EarlyReports.REPORTS_MAX + 1);
  }

  @Test
  void waitingBytesOfANodeAreBounded() {
    Report report = new Report.DomainChanged(said("x", 1));
    assertThat(apply(report("n2", report, EarlyReports.BYTES_MAX + 1))).isEmpty();
    assertThat(apply(report("n2", report, 1))).containsExactly("Unusable");
  }

  private List<String> gaps(long nowMs, long session, long number) {
    List<String> reasons = new ArrayList<>();
    for (Output output :
        intake.apply(
            new Input.Reported(
                "n1",
                new Input.Envelope("nu", session, number),
                new Report.Alive(),
                new Origin("reports", 0, number, null, "", 1)),
            nowMs)) {
      reasons.add(((Output.ReportsLost) output).reason());
    }
    return reasons;
  }

  @Test
  void numbersLeftOutAreTold() {
    assertThat(gaps(NOW, 5, 7)).isEmpty();
    assertThat(gaps(NOW, 5, 8)).isEmpty();
    assertThat(gaps(NOW, 5, 8)).isEmpty();
    assertThat(gaps(NOW, 5, 3)).isEmpty();
    assertThat(gaps(NOW, 4, 99)).isEmpty();
    assertThat(gaps(NOW, 5, 12)).containsExactly("Node n1, session 5: reports 9 to 11 are missing");
    assertThat(gaps(NOW + 60_000, 6, 1)).isEmpty();
    assertThat(gaps(NOW + 60_000, 7, 3))
        .containsExactly("Node n1, session 7: reports 1 to 2 are missing");
  }

  @Test
  void gapsOfANodeAreToldOnceAMinute() {
    gaps(NOW, 5, 1);
    assertThat(gaps(NOW, 5, 3)).hasSize(1);
    assertThat(gaps(NOW + 1, 5, 5)).isEmpty();
    assertThat(gaps(NOW + 2, 5, 7)).isEmpty();
    assertThat(gaps(NOW + 60_000, 5, 9))
        .containsExactly(
            "Node n1, session 5: reports 8 to 8 are missing; 2 more gaps were found since the last"
                + " one told");
    assertThat(intake.gaps()).isEqualTo(4);
  }
}
