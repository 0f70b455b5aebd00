package io.vireo.node.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.node.core.LaneState.DomainView;
import io.vireo.node.core.LaneState.Nic;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConflictTest {

  private static final String MAC = "52:54:00:00:00:01";
  private static final String POD_MAC = "0a:58:0a:00:00:07";

  /** A VM with one interface; binding {@code user} is QEMU's own network, of no pod. */
  private static NodeCommandData.StartDomain start(
      String uid, String vm, String binding, @Nullable String mac) {
    String namespace = vm.substring(0, vm.indexOf('/'));
    VmRef ref = new VmRef(uid, namespace, vm.substring(vm.indexOf('/') + 1));
    Optional<PodNetwork> network =
        binding.equals("user")
            ? Optional.empty()
            : Optional.of(
                new PodNetwork(
                    binding,
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    new PodNetwork.DhcpOptions(
                        Optional.empty(), Optional.empty(), List.of(), List.of())));
    DomainSpec domain =
        new DomainSpec(
            "n",
            uid,
            true,
            "q35",
            65_536,
            new DomainSpec.Topology(1, 1, 1),
            List.of(),
            List.of(
                new DomainSpec.Interface(
                    "default",
                    "virtio",
                    Optional.ofNullable(mac),
                    Optional.empty(),
                    network,
                    Optional.empty())),
            "/s",
            Optional.empty(),
            10,
            false,
            true,
            64,
            Machines.plain());
    return new NodeCommandData.StartDomain(
        new NodeCommandData.Header(uid + "/1/1", ref, "node-a", "uid-a", 1, 1, 1),
        namespace,
        "pod-" + uid,
        domain);
  }

  private static LaneState on(LaneState state, LaneEvent event) {
    return Lane.decide(state, event, 5).state();
  }

  private static LaneState started(NodeCommandData.StartDomain start) {
    return on(
        LaneState.fresh(start.header().vm()), new LaneEvent.CommandCame(start, Optional.empty()));
  }

  /** A guest that runs, with the address that libvirt says. */
  private static LaneState running(NodeCommandData.StartDomain start, String mac) {
    LaneState state = started(start);
    state =
        on(
            state,
            new LaneEvent.LauncherConnected(
                1, 1, start.podNamespace(), start.podName(), "fresh", ""));
    state = on(state, new LaneEvent.LauncherPrepared(1));
    state = on(state, new LaneEvent.LauncherMarked(1));
    return on(
        state,
        new LaneEvent.DomainSeen(
            1,
            new DomainView(
                "running", "running", "q35", List.of(new Nic("default", mac, 1, "up")))));
  }

  private static Optional<Conflict> conflict(
      NodeCommandData.StartDomain start, LaneState... others) {
    return Conflict.of(start, List.of(others));
  }

  @ParameterizedTest
  @CsvSource({
    // theirs, binding, address; ours, binding, address; whether ours waits
    "a/web, masquerade, 52:54:00:00:00:01, a/two, masquerade, 52:54:00:00:00:01, true",
    "a/web, masquerade, 52:54:00:00:00:01, a/two, bridge, 52:54:00:00:00:01, true",
    "a/web, user, 52:54:00:00:00:01, a/two, user, 52:54:00:00:00:01, true",
    "a/web, bridge, 52:54:00:AA:00:01, a/two, bridge, 52:54:00:aa:00:01, true",
    "a/web, bridge, 52:54:00:00:00:01, b/two, bridge, 52:54:00:00:00:01, true",
    "a/web, bridge, 52:54:00:00:00:01, b/web, bridge, 52:54:00:00:00:01, true",
    "a/web, masquerade, 52:54:00:00:00:01, b/two, masquerade, 52:54:00:00:00:01, false",
    "a/web, bridge, 52:54:00:00:00:01, b/two, masquerade, 52:54:00:00:00:01, false",
    "a/web, masquerade, 52:54:00:00:00:01, b/two, bridge, 52:54:00:00:00:01, false",
    "a/web, masquerade, 52:54:00:00:00:01, a/two, masquerade, 52:54:00:00:00:02, false",
    "a/web, masquerade, 52:54:00:00:00:01, a/two, masquerade, , false",
    "a/web, masquerade, , a/two, masquerade, 52:54:00:00:00:01, false",
    "a/web, masquerade, , a/two, masquerade, , false",
    "a/web, bridge, , a/two, bridge, , false",
  })
  void shouldLetAnAddressBeOfOneGuest(
      String theirs,
      String theirBinding,
      @Nullable String theirMac,
      String ours,
      String ourBinding,
      @Nullable String ourMac,
      boolean waits) {
    LaneState other = started(start("u-1", theirs, theirBinding, theirMac));

    assertThat(conflict(start("u-2", ours, ourBinding, ourMac), other).map(Conflict::reason))
        .isEqualTo(waits ? Optional.of("MacAddressInUse") : Optional.empty());
  }

  @Test
  void shouldNameTheOtherOnlyToItsOwnNamespace() {
    LaneState other = started(start("u-1", "a/web", "bridge", MAC));

    assertThat(conflict(start("u-2", "a/two", "bridge", MAC), other).orElseThrow().message())
        .contains("Interface default", MAC, "VMI web");
    assertThat(conflict(start("u-2", "b/two", "bridge", MAC), other).orElseThrow().message())
        .contains("Interface default", MAC, "another virtual machine")
        .doesNotContain("web");
  }

  @Test
  void shouldTakeThePodsAddressForThatOfAGuestOnABridge() {
    LaneState other = running(start("u-1", "a/web", "bridge", null), POD_MAC);

    assertThat(conflict(start("u-2", "b/two", "bridge", POD_MAC), other)).isPresent();
    assertThat(conflict(start("u-2", "b/two", "masquerade", POD_MAC), other)).isEmpty();
  }

  @Test
  void shouldGiveAnAddressAwayOnceItsGuestHasEnded() {
    LaneState runs = running(start("u-1", "a/web", "bridge", MAC), MAC);
    NodeCommandData.StartDomain next = start("u-2", "a/two", "bridge", MAC);
    assertThat(conflict(next, runs)).isPresent();

    assertThat(conflict(next, on(runs, new LaneEvent.GuestEnded(1, "shutdown")))).isEmpty();
  }

  @Test
  void shouldNotKeepAnAddressForALauncherThatWillStartNothing() {
    LaneState waits = started(start("u-1", "a/web", "bridge", MAC));
    LaneState failed =
        on(
            on(waits, new LaneEvent.LauncherConnected(1, 1, "a", "pod-u-1", "fresh", "")),
            new LaneEvent.PreparationFailed(1, "ImageInvalid", "of no use"));

    assertThat(conflict(start("u-2", "a/two", "bridge", MAC), failed)).isEmpty();
  }

  @Test
  void shouldNotBeInItsOwnWay() {
    NodeCommandData.StartDomain start = start("u-1", "a/web", "bridge", MAC);

    assertThat(conflict(start, started(start))).isEmpty();
  }

  @Test
  void shouldKeepANameWhileItsDomainMayRun() {
    LaneState runs = running(start("u-1", "a/web", "masquerade", null), MAC);

    assertThat(conflict(start("u-2", "a/web", "masquerade", null), runs).map(Conflict::reason))
        .contains("NameTaken");
    assertThat(conflict(start("u-2", "b/web", "masquerade", null), runs)).isEmpty();
  }

  @Test
  void shouldStandInTheWayOfAStartOnly() {
    NodeCommandData.StartDomain start = start("u-1", "a/web", "bridge", MAC);
    NodeCommandData.StartDomain other = start("u-2", "a/two", "bridge", MAC);

    assertThat(
            Conflict.of(new NodeCommandData.DestroyDomain(other.header()), List.of(started(start))))
        .isEmpty();
  }
}
