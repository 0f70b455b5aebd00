package io.vireo.node;

import io.vireo.node.core.LaneEvent;
import io.vireo.node.core.VmRef;
import io.vireo.node.launcher.Launcher;
import io.vireo.node.launcher.LauncherListener;
import io.vireo.node.launcher.Message;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Turns what launchers say into events of their VMs. */
final class LauncherEvents implements LauncherListener {

  private final Hands hands;
  private final Function<Launcher, VmRef> lane;
  private final BiConsumer<VmRef, LaneEvent> events;

  LauncherEvents(Hands hands, Function<Launcher, VmRef> lane, BiConsumer<VmRef, LaneEvent> events) {
    this.hands = hands;
    this.lane = lane;
    this.events = events;
  }

  @Override
  public void connected(Launcher launcher, Message hello) {
    VmRef vm = lane.apply(launcher);
    hands.add(launcher, vm);
    events.accept(
        vm,
        new LaneEvent.LauncherConnected(
            launcher.id(),
            launcher.epoch(),
            launcher.pod().namespace(),
            launcher.pod().name(),
            hello.get("state"),
            hello.get("end")));
    preparation(vm, launcher, hello.get("prepared"), hello.get("reason"), hello.get("message"));
  }

  @Override
  public void received(Launcher launcher, Message message) {
    VmRef vm = lane.apply(launcher);
    long id = launcher.id();
    switch (message.verb()) {
      case "PREPARED" ->
          preparation(
              vm, launcher, message.get("result"), message.get("reason"), message.get("message"));
      case "MARKED" -> events.accept(vm, new LaneEvent.LauncherMarked(id));
      case "REFUSED" -> events.accept(vm, new LaneEvent.MarkRefused(id, message.get("message")));
      case "ENDED" -> events.accept(vm, new LaneEvent.GuestEnded(id, message.get("reason")));
      default -> {}
    }
  }

  private void preparation(
      VmRef vm, Launcher launcher, String result, String reason, String message) {
    if (result.equals("done")) {
      events.accept(vm, new LaneEvent.LauncherPrepared(launcher.id()));
    } else if (result.equals("failed")) {
      events.accept(vm, new LaneEvent.PreparationFailed(launcher.id(), reason, message));
    }
  }

  @Override
  public void lost(Launcher launcher) {
    hands.remove(launcher.id());
    events.accept(lane.apply(launcher), new LaneEvent.LauncherLost(launcher.id()));
  }
}
