package io.vireo.ingest.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.ingest.core.Input.Report;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class IntakeTest {

  private static final long NOW = 1_700_000_000_000L;
  private static final VmiRef REF = new VmiRef("u1", "ns", "vm");

  private final Intake intake = new Intake(10_000, 40_000);

  @BeforeEach
  void noClaims() {
    apply(new Input.ListEnded(ListKind.CLAIM));
  }

  private List<Output> apply(Input... inputs) {
    return applyAt(NOW, inputs);
  }

  private List<Output> applyAt(long nowMs, Input... inputs) {
    List<Output> outputs = new ArrayList<>();
    for (Input input : inputs) {
      outputs.addAll(intake.apply(input, nowMs));
    }
    return outputs;
  }

  private static VmiSnapshot vmi(long version, String spec, String statusHash) {
    return new VmiSnapshot(
        REF,
        1,
        version,
        5,
        null,
        Map.of(),
        Map.of(),
        List.of(),
        "[]",
        spec,
        null,
        statusHash,
        null,
        null,
        List.of(),
        null);
  }

  private static PodSnapshot pod(String uid, long version, String phase) {
    return pod(uid, version, phase, null);
  }

  private static PodSnapshot pod(
      String uid, long version, String phase, @Nullable String nodeName) {
    return new PodSnapshot(
        uid,
        "ns",
        "p-" + uid,
        1,
        version,
        nodeName,
        new PodSnapshot.Status(phase, null, null, null, List.of(), null),
        null,
        new PodSnapshot.Conditions(false, null, null, false, false, null, null),
        List.of());
  }

  private static Origin origin(long offset) {
    return new Origin("reports", 0, offset, null, "", 100);
  }

  /** A pod of epoch 1 of the VMI is bound to n1. */
  private static Input bound() {
    return new Input.PodSeen("u1", pod("a", 1, "Pending", "n1"));
  }

  private static Input reported(long sequence, String state, boolean proven) {
    return new Input.Reported(
        "n1",
        new Input.Envelope("nu", 1, sequence),
        new Report.DomainChanged(domain(state, proven)),
        origin(sequence));
  }

  private static Input.ReportedDomain domain(String state, boolean proven) {
    return new Input.ReportedDomain(
        REF, 1, new DomainSnapshot.State(state, null, null, proven), null, List.of(), null, NOW);
  }

  private static List<String> kinds(List<Output> outputs) {
    return outputs.stream().map(output -> output.getClass().getSimpleName()).toList();
  }

  @Test
  void onlyDifferencesOfVmisAreWritten() {
    assertThat(
            kinds(
                apply(
                    new Input.VmiSeen(vmi(1, "{}", "h")),
                    new Input.VmiSeen(vmi(2, "{}", "h")),
                    new Input.VmiSeen(vmi(3, "{}", "h2")))))
        .containsExactly("VmiChanged", "VmiChanged");
  }

  @Test
  void whatVanishedWhileAwayIsRemovedBeforeTheListIsComplete() {
    intake.restoreVmi(vmi(1, "{}", "h"));
    assertThat(
            apply(
                new Input.ListStarted(ListKind.VMI, true, "Started"),
                new Input.ListEnded(ListKind.VMI)))
        .containsExactly(new Output.VmiRemoved(REF), new Output.ListCompleted(ListKind.VMI));
    assertThat(intake.awaited())
        .containsExactly(ListKind.VM, ListKind.REPLICA_SET, ListKind.POD, ListKind.NODE);
  }

  @Test
  void whatWasWrittenBeforeIsNotWrittenAgain() {
    intake.restoreVmi(vmi(1, "{}", "h"));
    assertThat(
            kinds(apply(new Input.VmiSeen(vmi(9, "{}", "h")), new Input.ListEnded(ListKind.VMI))))
        .containsExactly("ListCompleted");
  }

  @Test
  void relistTellsTheGap() {
    assertThat(kinds(apply(new Input.ListStarted(ListKind.POD, false, "gone"))))
        .containsExactly("WatchBroken");
  }

  @Test
  void podsOfAVmiAreOneValueOnceTheListIsComplete() {
    assertThat(apply(new Input.PodSeen("u1", pod("a", 1, "Pending")))).isEmpty();
    List<Output> outputs =
        apply(
            new Input.ListEnded(ListKind.POD),
            new Input.PodSeen("u1", pod("a", 2, "Pending")),
            new Input.PodSeen("u1", pod("b", 3, "Pending")),
            new Input.PodGone("a"),
            new Input.PodGone("b"));
    assertThat(kinds(outputs))
        .containsExactly(
            "PodsChanged", "ListCompleted", "PodsChanged", "PodsChanged", "PodsChanged");
    assertThat(outputs.getLast())
        .isEqualTo(new Output.PodsChanged("u1", "u1", List.of(), List.of()));
  }

  @Test
  void reportsOutOfOrderAndRepeatedAreNoNews() {
    apply(bound());
    assertThat(kinds(apply(reported(5, "running", false)))).containsExactly("DomainsChanged");
    assertThat(apply(reported(4, "paused", false), reported(6, "running", false))).isEmpty();
  }

  @Test
  void whatASnapshotLeavesOutIsUnknown() {
    apply(bound(), reported(1, "running", false));
    List<Output> outputs =
        apply(
            new Input.Reported(
                "n1", new Input.Envelope("nu", 2, 1), new Report.AllDomains(List.of()), origin(2)));
    assertThat(outputs).hasSize(1);
    assertThat(((Output.DomainsChanged) outputs.getFirst()).domains().getFirst().state().name())
        .isEqualTo("unknown");
  }

  @Test
  void endIsForgottenOnlyAfterTheObjectIsGone() {
    apply(new Input.VmiSeen(vmi(1, "{}", "h")), new Input.ListEnded(ListKind.VMI));
    apply(bound(), reported(1, "ended", true));
    assertThat(apply(new Input.VmiEnded("u1"))).isEmpty();
    assertThat(apply(new Input.VmiGone(REF)))
        .containsExactly(new Output.VmiRemoved(REF), new Output.VmiForgotten("u1", "ns/vm"));
    // The node still tells of it, and the end is read twice.
    assertThat(apply(reported(2, "ended", true), new Input.VmiEnded("u1"))).isEmpty();
  }

  @Test
  void whatALateWatchTellsOfPodsAfterTheEndIsTakenBackWithTheLastOfThem() {
    apply(
        new Input.VmiSeen(vmi(1, "{}", "h")),
        new Input.ListEnded(ListKind.VMI),
        new Input.ListEnded(ListKind.POD));
    apply(new Input.VmiGone(REF), new Input.VmiEnded("u1"));

    assertThat(kinds(apply(bound()))).containsExactly("PodsChanged");
    assertThat(kinds(apply(new Input.PodGone("a")))).containsExactly("PodsChanged", "VmiForgotten");
  }

  @ParameterizedTest
  @EnumSource(names = {"VMI", "PODS", "DOMAINS"})
  void whatAnotherStartWroteIsTakenBackThoughTheEndIsReadAfterIt(Book book) {
    apply(new Input.Overwritten(book, "u1", REF, 0));
    apply(new Input.VmiEnded("u1"));

    assertThat(kinds(apply(new Input.ListEnded(ListKind.VMI))))
        .endsWith("VmiForgotten", "ListCompleted");
  }

  @Test
  void endReadBeforeTheListWaitsForIt() {
    intake.restoreRemovedVmi(REF);
    assertThat(apply(new Input.VmiEnded("u1"))).isEmpty();
    assertThat(kinds(apply(new Input.ListEnded(ListKind.VMI))))
        .containsExactly("VmiForgotten", "ListCompleted");
  }

  @Test
  void nodeGoesThroughItsStandings() {
    List<Output> outputs = new ArrayList<>();
    outputs.addAll(
        apply(
            new Input.NodeSeen("n1", "nu", true),
            new Input.NodeTopicsReady("n1", "nu"),
            new Input.Reported(
                "n1", new Input.Envelope("nu", 1, 1), new Report.Alive(), origin(1))));
    assertThat(intake.nextWakeUp()).hasValue(NOW + 10_000);
    outputs.addAll(applyAt(NOW + 10_000, new Input.Woken()));
    outputs.addAll(applyAt(NOW + 40_000, new Input.Woken()));
    outputs.addAll(
        applyAt(
            NOW + 41_000,
            new Input.Reported("n1", new Input.Envelope("nu", 1, 2), new Report.Alive(), origin(1)),
            new Input.NodeGone("n1", "nu")));
    assertThat(outputs.stream().map(output -> ((Output.NodeChanged) output).standing()))
        .containsExactly(
            NodeStanding.KNOWN,
            NodeStanding.ELIGIBLE,
            NodeStanding.SUSPECT,
            NodeStanding.LOST,
            NodeStanding.BACK,
            NodeStanding.REMOVED);
  }

  @Test
  void endOfACommandIsPassedOn() {
    Input.CommandEnd end =
        new Input.CommandEnd("c", "u1", "StartDomain", "Done", null, null, 1, 2, NOW);
    apply(bound());
    assertThat(
            apply(
                new Input.Reported(
                    "n1", new Input.Envelope(null, 1, 1), new Report.CommandEnded(end), origin(1))))
        .containsExactly(new Output.CommandOutcome("n1", "u1", end));
  }

  @ParameterizedTest(name = "session {0}, observed {1}: taken {2}")
  @CsvSource({
    "1700000000000, 1700000000000, true",
    "1700080000000, 1700080000000, true",
    "1700090000000, 1700000000000, false",
    "1700000000000, 1700090000000, false",
    "9223372036854775807, 1700000000000, false",
    "-1, 1700000000000, false",
  })
  void timesFarAheadAreRefused(long session, long observedMs, boolean taken) {
    Input.Reported reported =
        new Input.Reported(
            "n1",
            new Input.Envelope(null, session, 1),
            new Report.DomainChanged(
                new Input.ReportedDomain(
                    REF,
                    1,
                    new DomainSnapshot.State("running", null, null, false),
                    null,
                    List.of(),
                    null,
                    observedMs)),
            origin(1));
    assertThat(ReportCheck.problem(reported, "n1", NOW).isEmpty()).isEqualTo(taken);
  }

  @ParameterizedTest(name = "{0} at {1}: taken {2}")
  @CsvSource({
    "vireo.node.n1.commands.v1, 7, true",
    "vireo.node.n2.commands.v1, 7, false",
    "vireo.vmi.desired.v1, 7, false",
    "vireo.node.n1.commands.v1, -1, false",
  })
  void onlyOwnCommandsCanBeUnusable(String topic, long offset, boolean taken) {
    Origin about = new Origin(topic, 0, offset, null, "0".repeat(64), 3);
    Input.Reported reported =
        new Input.Reported(
            "n1",
            new Input.Envelope(null, 1, 1),
            new Report.CommandUnusable(about, "BadMagic", "no Avro"),
            origin(1));
    assertThat(ReportCheck.problem(reported, "n1", NOW).isEmpty()).isEqualTo(taken);
    assertThat(apply(reported))
        .containsExactly(new Output.Unusable("node/n1", about, "BadMagic", "no Avro"));
  }

  @ParameterizedTest(name = "{0} says {1} {2} {3} {1} {2} {3}: taken {4}")
  @CsvSource({
    "n1, u1, running, 1, true",
    "n2, u1, running, 1, false",
    "n1, '', running, 1, false",
    "n1, control/Vmi/0, running, 1, false",
    "n1, u1, dancing, 1, false",
    "n1, u1, running, -1, false",
    "n1, u1, running, 9223372036854775807, false",
  })
  void claimsAreChecked(String claimed, String uid, String state, long sequence, boolean taken) {
    Input.Reported reported =
        new Input.Reported(
            "n1",
            new Input.Envelope(null, 1, sequence),
            new Report.DomainChanged(
                new Input.ReportedDomain(
                    new VmiRef(uid, "ns", "vm"),
                    1,
                    new DomainSnapshot.State(state, null, null, false),
                    null,
                    List.of(),
                    null,
                    NOW)),
            origin(1));
    assertThat(ReportCheck.problem(reported, claimed, NOW).isEmpty()).isEqualTo(taken);
  }

  @ParameterizedTest(name = "{0} volumes called {1} of {2} bytes: taken {3}")
  @CsvSource({
    "0, seed, 1, true",
    "26, seed, 374784, true",
    "65, seed, 1, false",
    "1, seed, -1, false",
    "1, LONG, 1, false",
  })
  void volumesAreBounded(int count, String name, long bytes, boolean taken) {
    DomainSnapshot.GuestVolume volume =
        new DomainSnapshot.GuestVolume(name.replace("LONG", "x".repeat(2000)), bytes);
    Input.Reported reported =
        new Input.Reported(
            "n1",
            new Input.Envelope(null, 1, 1),
            new Report.DomainChanged(
                new Input.ReportedDomain(
                    REF,
                    1,
                    new DomainSnapshot.State("running", null, null, false),
                    null,
                    List.of(),
                    null,
                    NOW,
                    Collections.nCopies(count, volume))),
            origin(1));
    assertThat(ReportCheck.problem(reported, "n1", NOW).isEmpty()).isEqualTo(taken);
  }

  @Test
  void longTextsAreRefused() {
    Input.CommandEnd end =
        new Input.CommandEnd("c", "u1", "StartDomain", "Done", null, "x".repeat(2000), 1, 2, NOW);
    assertThat(
            ReportCheck.problem(
                new Input.Reported(
                    "n1", new Input.Envelope(null, 1, 1), new Report.CommandEnded(end), origin(1)),
                "n1",
                NOW))
        .isPresent();
  }

  @ParameterizedTest(name = "{0} machine types called {1}: taken {2}")
  @CsvSource({
    "1, q35, true",
    "512, pc-i440fx-7.2, true",
    "513, q35, false",
    "1, '', false",
    "1, q35/x, false",
    "1, .q35, false",
  })
  void machinesHaveNamesOfLabels(int count, String name, boolean taken) {
    Capabilities all = new Capabilities(Collections.nCopies(count, name), List.of(), List.of());
    Input.Reported reported =
        new Input.Reported(
            "n1", new Input.Envelope(null, 1, 1), new Report.AllDomains(List.of(), all), origin(1));
    assertThat(ReportCheck.problem(reported, "n1", NOW).isEmpty()).isEqualTo(taken);
  }

  @Test
  void secretsNeverLeaveTheReader() {
    VmiReader reader = new VmiReader(new SecretHash(new byte[32]));
    RawVmi raw =
        new RawVmi(
            REF,
            1,
            1,
            1,
            null,
            Map.of(),
            Map.of("kubectl.kubernetes.io/last-applied-configuration", "hunter2"),
            List.of(),
            List.of(),
            Map.of(
                "volumes",
                List.of(Map.of("name", "ci", "cloudInitNoCloud", Map.of("userData", "hunter2")))),
            null);
    assertThat(reader.read(raw).toString()).doesNotContain("hunter2").contains("hmac-sha256:");
  }
}
