package io.vireo.scheduler.owner;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.scheduler.owner.OwnerDesired.StateChange;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users ask of a VirtualMachine, and what its strategies remember. */
class RequestsTest {

  @Test
  void shouldMakeAVmiPausedWhenAskedTo() {
    OwnerWorld world = OwnerWorld.vm("Manual");
    world.settle();
    world.request(new StateChange("Start", null, Map.of("paused", "true")));
    world.settle();
    assertThat(world.allMade).singleElement().satisfies(vmi -> assertThat(vmi.paused).isTrue());
    assertThat(world.openRequests()).isZero();
  }

  /** A user stops and starts again before anything of that was done. */
  @Test
  void shouldCarryOutRequestsInTheirOrder() {
    OwnerWorld world = OwnerWorld.vm("Manual");
    world.settle();
    world.request(OwnerWorld.start());
    world.settle(null, () -> world.vmis.size() == 1);
    String first = world.only().uid;
    world.request(OwnerWorld.stop(first), OwnerWorld.start());
    world.settle();

    assertThat(world.allMade).hasSize(2);
    assertThat(world.alive()).hasSize(1);
    assertThat(world.only().uid).isNotEqualTo(first);
    assertThat(world.openRequests()).isZero();
  }

  /** One that comes while a status is written makes that write fail, and is seen. */
  @Test
  void shouldNotWriteOverARequestThatComesMeanwhile() {
    OwnerWorld world = OwnerWorld.vm("Manual");
    world.settle();
    world.apply(OwnerWorld.vmSpec("Manual", "128Mi"));
    world.settle(null, () -> world.state.progress().pending().size() == 1);
    world.request(OwnerWorld.start());
    world.settle();
    assertThat(world.alive()).hasSize(1);
    assertThat(world.openRequests()).isZero();
  }

  @Test
  void shouldKeepARequestWithoutEffectForAWhile() {
    OwnerWorld world = OwnerWorld.vm("Manual");
    world.settle();
    long asked = world.nowMs;
    world.request(OwnerWorld.stop("nobody"));
    world.settle(null, () -> world.openRequests() == 0);
    assertThat(world.nowMs - asked).isBetween(10_000L, 11_000L);
    assertThat(world.allMade).isEmpty();
  }

  /** The VMI's end is known later than the request: the Start is not lost. */
  @Test
  void shouldNotTakeAStartForOneWithoutEffectWhileTheEndIsOnItsWay() {
    OwnerWorld world = OwnerWorld.vm("Manual");
    world.settle();
    world.request(OwnerWorld.start());
    world.settle();
    OwnerWorld.Vmi first = world.only();
    world.vmis.clear();
    world.request(OwnerWorld.start());
    world.decide(new OwnerInput.OwnerSeen(world.ref, world.desired(), 1));
    world.nowMs += 5_000;
    world.decide(new OwnerInput.VmiTold(world.view(first, true)));
    world.settle();
    assertThat(world.allMade).hasSize(2);
    assertThat(world.alive()).hasSize(1);
    assertThat(world.openRequests()).isZero();
  }

  /** Its Start was carried out, so the guest that powers off right after it stays off. */
  @Test
  void shouldNotCarryOutAStartTwice() {
    OwnerWorld world = OwnerWorld.vm("Manual");
    world.settle();
    world.request(OwnerWorld.start());
    world.settle(
        null, () -> world.state.vm().newest() != null && world.only().phase.equals("Running"));
    world.guestEnds(world.only(), "Succeeded");
    world.settle();
    assertThat(world.allMade).hasSize(1);
    assertThat(world.openRequests()).isZero();
  }

  // -- Once and RerunOnFailure

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldNeverMakeASecondOneUnderOnce(boolean memoryIsLost) {
    OwnerWorld world = OwnerWorld.vm("Once");
    world.settle();
    String first = world.only().uid;
    assertThat(world.owner.annotations).containsEntry(VirtualMachines.LAST_VMI_UID, first);
    world.deleteVmi(world.only());
    world.settle();
    if (memoryIsLost) {
      world.loseMemory();
    }
    world.settle();
    assertThat(world.allMade).hasSize(1);

    world.apply(OwnerWorld.vmSpec("Manual", "64Mi"));
    world.settle();
    assertThat(world.owner.annotations).isEmpty();
    world.apply(OwnerWorld.vmSpec("Once", "64Mi"));
    world.settle();
    assertThat(world.allMade).as("it was asked for anew").hasSize(2);
  }

  @Test
  void shouldLeaveAStoppedOneStoppedAfterMemoryWasLost() {
    OwnerWorld world = OwnerWorld.vm("RerunOnFailure");
    world.settle();
    world.request(OwnerWorld.stop(world.only().uid));
    world.settle();
    assertThat(world.vmis).isEmpty();
    world.loseMemory();
    world.settle();
    assertThat(world.allMade).hasSize(1);

    world.apply(OwnerWorld.vmSpec("Always", "64Mi"));
    world.settle();
    assertThat(world.alive()).hasSize(1);
  }
}
