package io.vireo.scheduler.owner;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.scheduler.core.OwnedVmi;
import io.vireo.scheduler.core.VmiState.Condition;
import io.vireo.scheduler.owner.OwnerDesired.StateChange;
import io.vireo.scheduler.owner.OwnerState.VmMemory;
import io.vireo.scheduler.topology.CoreJson;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every run strategy, in every situation, with every request: what is done at once, and how many
 * requests are left in the status. C: a VMI is made. D: the VMI is deleted. -: neither.
 */
class RunStrategyTableTest {

  private static final OwnerRef REF =
      new OwnerRef(OwnerRef.VIRTUAL_MACHINE, OwnerWorld.UID, "default", "tiny");
  private static final String VMI = "6d1c0bb0-0000-4000-8000-000000000001";
  private static final StateChange START = OwnerWorld.start();
  private static final StateChange STOP = OwnerWorld.stop(VMI);
  private static final StateChange STOP_OTHER = OwnerWorld.stop("another");

  private final CoreJson json = new CoreJson();
  private final OwnerDecider decider = new OwnerDecider(json, Duration.ofDays(7));

  @ParameterizedTest
  @CsvSource({
    // strategy, situation, no request, Start, Stop, Stop+Start, Stop of another
    "Always, never, C0, C1, C1, C2, C1",
    "Always, ended, C0, C1, C0, C1, C1",
    "Always, live, -0, -1, D1, D2, -1",
    "Always, succeeded, D0, D1, D1, D2, D1",
    "Always, failed, D0, D1, D1, D2, D1",
    "Always, deleting, -0, -1, -0, -1, -1",
    "Always, unknown, -0, -1, D1, D2, -1",
    "RerunOnFailure, never, C0, C1, C1, C2, C1",
    "RerunOnFailure, ended, -0, C1, -0, C1, -1",
    "RerunOnFailure, live, -0, -1, D1, D2, -1",
    "RerunOnFailure, succeeded, -0, D1, D1, D2, -1",
    "RerunOnFailure, failed, D0, D1, D1, D2, D1",
    "RerunOnFailure, deleting, -0, -1, -0, -1, -1",
    "RerunOnFailure, unknown, -0, -1, D1, D2, -1",
    "Manual, never, -0, C1, -1, -2, -1",
    "Manual, ended, -0, C1, -0, C1, -1",
    "Manual, live, -0, -1, D1, D2, -1",
    "Manual, succeeded, -0, D1, D1, D2, -1",
    "Manual, failed, -0, D1, D1, D2, -1",
    "Manual, deleting, -0, -1, -0, -1, -1",
    "Manual, unknown, -0, -1, D1, D2, -1",
    "Once, never, C0, C1, C1, C2, C1",
    "Once, ended, -0, -0, -0, -0, -1",
    "Once, live, -0, -0, D1, D2, -1",
    "Once, succeeded, -0, -0, D1, D2, -1",
    "Once, failed, -0, -0, D1, D2, -1",
    "Once, deleting, -0, -0, -0, -0, -1",
    "Once, unknown, -0, -0, D1, D2, -1",
    "Halted, never, -0, -0, -1, -2, -1",
    "Halted, ended, -0, -0, -0, -0, -1",
    "Halted, live, D0, D0, D1, D2, D1",
    "Halted, succeeded, D0, D0, D1, D2, D1",
    "Halted, failed, D0, D0, D1, D2, D1",
    "Halted, deleting, -0, -0, -0, -0, -1",
    "Halted, unknown, D0, D0, D1, D2, D1",
  })
  void shouldDo(
      String strategy,
      String situation,
      String none,
      String start,
      String stop,
      String stopStart,
      String stopOther) {
    assertThat(
            List.of(
                decide(strategy, situation, List.of()),
                decide(strategy, situation, List.of(START)),
                decide(strategy, situation, List.of(STOP)),
                decide(strategy, situation, List.of(STOP, START)),
                decide(strategy, situation, List.of(STOP_OTHER))))
        .as("%s, %s: no request, Start, Stop, Stop+Start, Stop of another", strategy, situation)
        .containsExactly(none, start, stop, stopStart, stopOther);
  }

  private String decide(String strategy, String situation, List<StateChange> requests) {
    boolean never = situation.equals("never");
    OwnerState fresh = OwnerState.fresh(REF);
    OwnerState state =
        new OwnerState(
            REF,
            fresh.observed(),
            vmis(situation),
            Map.of(),
            new VmMemory(
                strategy,
                never,
                !never && strategy.equals("Once"),
                null,
                situation.equals("ended") ? VMI : null,
                null,
                null,
                false),
            fresh.set(),
            fresh.shown(),
            fresh.progress());
    OwnerDesired desired =
        new OwnerDesired(
            1,
            10,
            OwnerWorld.START_MS,
            null,
            Map.of(),
            Map.of(),
            List.of(VirtualMachines.FINALIZER),
            json.write(OwnerWorld.vmSpec(strategy, "64Mi")),
            requests,
            "none",
            null,
            null);
    OwnerDecision decision =
        decider.decide(
            state,
            new OwnerInput.OwnerSeen(REF, desired, 1),
            kind -> true,
            OwnerWorld.START_MS + 1000);
    String action = "-";
    int left = -1;
    for (OwnerDecision.Issued each : decision.commands()) {
      switch (each.command()) {
        case OwnerCommand.CreateVmi create -> action = action.equals("-") ? "C" : action + "C";
        case OwnerCommand.DeleteVmi delete -> action = action.equals("-") ? "D" : action + "D";
        case OwnerCommand.WriteOwnerStatus write -> left = left(write.statusJson());
        default -> {}
      }
    }
    return action + left;
  }

  private int left(String status) {
    return json.read(status) instanceof Map<?, ?> map
            && map.get("stateChangeRequests") instanceof List<?> list
        ? list.size()
        : 0;
  }

  private static Map<String, OwnedVmi> vmis(String situation) {
    return switch (situation) {
      case "live" -> Map.of(VMI, vmi("Running", false));
      case "succeeded" -> Map.of(VMI, vmi("Succeeded", false));
      case "failed" -> Map.of(VMI, vmi("Failed", false));
      case "deleting" -> Map.of(VMI, vmi("Running", true));
      case "unknown" -> Map.of(VMI, vmi("Unknown", false));
      default -> Map.of();
    };
  }

  private static OwnedVmi vmi(String phase, boolean deleting) {
    return new OwnedVmi(
        VMI,
        "default",
        "tiny",
        OwnerRef.VIRTUAL_MACHINE,
        OwnerWorld.UID,
        OwnerWorld.START_MS,
        phase,
        true,
        deleting,
        false,
        Map.of("Ready", new Condition("True", null, null, 0)),
        1L,
        Map.of(),
        null);
  }
}
