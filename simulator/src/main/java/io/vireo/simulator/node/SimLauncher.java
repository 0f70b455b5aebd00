package io.vireo.simulator.node;

import io.vireo.launcher.core.Lifecycle;
import io.vireo.launcher.core.Lifecycle.Action;
import io.vireo.launcher.core.Lifecycle.Event;
import io.vireo.node.launcher.Message;
import io.vireo.simulator.engine.Engine;
import io.vireo.simulator.engine.SimProcess;
import io.vireo.simulator.parts.NodePart;
import java.io.IOException;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The shell around the launcher's own rules: its process, its connection and its journal. */
public final class SimLauncher {

  private static final long DIAL_FIRST_MS = 100;
  private static final long DIAL_MAX_MS = 5_000;
  private static final int KILLED = 137;
  private static final String LAUNCHER = "launcher";

  private final NodePart executor;
  private final SimGuest guest;
  private final SimProcess process;
  private final boolean preparesWell;
  private Lifecycle.State state;
  private IntConsumer exit = code -> {};
  private @Nullable SimConnection connection;
  private long dialPauseMs = DIAL_FIRST_MS;
  private int waits;

  /** The launcher of a pod that is being started. */
  public SimLauncher(
      Engine engine, NodePart executor, SimGuest guest, long graceMs, boolean preparesWell) {
    this.executor = executor;
    this.guest = guest;
    this.preparesWell = preparesWell;
    this.process = new SimProcess(engine, "launcher-" + guest.place().pod());
    this.state = Lifecycle.State.started(new Lifecycle.Journal(false, Optional.empty()), graceMs);
  }

  /** Its guest. */
  public SimGuest guest() {
    return guest;
  }

  SimProcess process() {
    return process;
  }

  void start(IntConsumer onExit) {
    exit = onExit;
    guest.tellEnd(
        () -> process.within(0, 2, () -> on(new Event.GuestStarted())),
        reason -> process.within(0, 2, () -> on(new Event.GuestEnded(reason))));
    process.within(5, 50, this::dial);
    process.within(
        200,
        900,
        () ->
            on(
                preparesWell
                    ? new Event.Prepared()
                    : new Event.PreparationFailed("ImageInvalid", "It is no disk image.")));
  }

  // -- the executor

  private void dial() {
    SimConnection current = connection;
    if (current != null && current.isOpen()) {
      return;
    }
    Optional<SimConnection> accepted = executor.accept(this);
    if (accepted.isEmpty()) {
      process.within(dialPauseMs, dialPauseMs + 50, this::dial);
      dialPauseMs = Math.min(DIAL_MAX_MS, dialPauseMs * 2);
      return;
    }
    dialPauseMs = DIAL_FIRST_MS;
    connection = accepted.get();
    connection.hello(
        wire(Lifecycle.hello(state, guest.place().uid(), guest.place().epoch(), "nonce")));
    watch(connection);
  }

  /** Notices after a moment that the other end is gone. */
  private void watch(SimConnection current) {
    process.within(
        50,
        200,
        () -> {
          if (connection == current) {
            if (current.isOpen()) {
              watch(current);
            } else {
              dial();
            }
          }
        });
  }

  void redial(SimConnection closed) {
    if (connection == closed) {
      connection = null;
      process.within(DIAL_FIRST_MS, 2 * DIAL_FIRST_MS, this::dial);
    }
  }

  private static Message wire(io.vireo.launcher.core.Message message) {
    return Message.decode(message.encode());
  }

  void received(SimConnection from, Message message) {
    if (from != connection) {
      return;
    }
    switch (message.verb()) {
      case "MARK" -> on(new Event.MarkAsked());
      case "EXIT" -> on(new Event.Dismissed(message.get("reason")));
      case "ENDED_ACK" -> on(new Event.Acknowledged());
      default -> {}
    }
  }

  // -- the rules

  private void on(Event event) {
    Lifecycle.Step step = Lifecycle.decide(state, event);
    state = step.state();
    step.actions().forEach(this::carryOut);
  }

  private void carryOut(Action action) {
    switch (action) {
      case Action.JournalMark mark -> {}
      case Action.JournalEnd end -> {}
      case Action.Send send -> {
        SimConnection current = connection;
        if (current != null && current.isOpen()) {
          current.tell(wire(send.message()));
        }
      }
      case Action.ShutDown down -> virsh(() -> guest.shutDown(LAUNCHER));
      case Action.Destroy destroy -> virsh(() -> guest.destroy(LAUNCHER));
      case Action.AwaitEnd await -> {
        int wait = ++waits;
        process.within(
            await.ms(),
            await.ms(),
            () -> {
              if (wait == waits) {
                on(new Event.WaitOver());
              }
            });
      }
      case Action.AwaitAcknowledgement await ->
          process.within(await.ms(), await.ms(), () -> on(new Event.Acknowledged()));
      case Action.Exit leave -> process.within(5, 50, () -> gone("launcher-exit", leave.code()));
    }
  }

  private interface Call {
    void run() throws IOException;
  }

  /** virsh fails while libvirtd does not answer; the rules go on by their waits. */
  private static void virsh(Call call) {
    try {
      call.run();
    } catch (IOException e) {
      // The wait that follows is over in any case.
    }
  }

  // -- its end

  /** SIGTERM. */
  void terminate() {
    process.within(1, 10, () -> on(new Event.Terminated()));
  }

  /** It dies, and with it everything in its pod. */
  public void kill(String why) {
    gone(why, KILLED);
  }

  private void gone(String why, int code) {
    if (process.isAlive()) {
      process.kill();
      SimConnection current = connection;
      if (current != null) {
        current.lost();
      }
      guest.vanish(why);
      exit.accept(code);
    }
  }
}
