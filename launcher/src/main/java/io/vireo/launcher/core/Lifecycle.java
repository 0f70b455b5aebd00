package io.vireo.launcher.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a launcher does, as a function of what its journal holds, what it knows of its guest, and
 * what happens. It is used for one domain only: it is marked once, durably, before a domain is
 * created, and how the domain ended is durable before it is told.
 */
public final class Lifecycle {

  private static final String UNKNOWN = "unknown";
  private static final String NEVER_STARTED = "never-started";
  private static final long ACKNOWLEDGE_MS = 15_000;
  private static final long ACKNOWLEDGE_TERMINATING_MS = 2000;
  private static final long DESTROY_MS = 15_000;

  /** A guest that is still booting does not listen to its power button yet. */
  private static final long PRESS_AGAIN_MS = 5000;

  private static final long JUST_CREATED_MS = 3000;

  private Lifecycle() {}

  /** What is on disk. */
  public record Journal(boolean used, Optional<String> ended) {}

  /** How far the disks and libvirtd are, as the hello tells it. */
  public record Preparation(String result, String reason, String message) {

    /** Not done yet. */
    public static Preparation pending() {
      return new Preparation("", "", "");
    }

    Message told() {
      return result.equals("done")
          ? Message.of("PREPARED", "result", result)
          : Message.of("PREPARED", "result", result, "reason", reason, "message", message);
    }
  }

  /** What a launcher is about to do, or has done. */
  public enum Phase {
    /** It waits for an executor, or for its guest to end. */
    SERVING,
    /** SIGTERM came; a guest that runs was asked to shut down. */
    STOPPING,
    /** The guest is ended by force. */
    DESTROYING,
    /** What there is to tell is told; it waits for the executor to say that it is on record. */
    TELLING,
    /** It is done. */
    OVER
  }

  /**
   * A launcher.
   *
   * @param usedBefore it was marked when this process started: its guest belongs to an earlier one
   * @param running QEMU runs
   * @param terminating the pod is to end
   * @param graceMs how long a guest may still take to shut down
   */
  public record State(
      Journal journal,
      boolean usedBefore,
      Preparation preparation,
      boolean running,
      boolean terminating,
      long graceMs,
      Phase phase) {

    /** A process that has just started in a pod with this journal. */
    public static State started(Journal journal, long graceMs) {
      return new State(
          journal, journal.used(), Preparation.pending(), false, false, graceMs, Phase.SERVING);
    }

    State with(Journal next) {
      return new State(next, usedBefore, preparation, running, terminating, graceMs, phase);
    }

    State with(Preparation next) {
      return new State(journal, usedBefore, next, running, terminating, graceMs, phase);
    }

    State with(Phase next) {
      return new State(journal, usedBefore, preparation, running, terminating, graceMs, next);
    }

    State withRunning(boolean next) {
      return new State(journal, usedBefore, preparation, next, terminating, graceMs, phase);
    }

    State withGrace(long nextMs) {
      return new State(journal, usedBefore, preparation, running, terminating, nextMs, phase);
    }

    State withTerminating() {
      return new State(journal, usedBefore, preparation, running, true, graceMs, phase);
    }
  }

  /** Something that happened. */
  public sealed interface Event {

    /** The executor wants the launcher to be marked used. */
    record MarkAsked() implements Event {}

    /** The executor does not need the launcher. */
    record Dismissed(String reason) implements Event {}

    /** The executor has the end on record, or waiting for that took too long. */
    record Acknowledged() implements Event {}

    /** Disks and libvirtd are ready. */
    record Prepared() implements Event {}

    /** They will not be. */
    record PreparationFailed(String reason, String message) implements Event {}

    /** QEMU was seen to run. */
    record GuestStarted() implements Event {}

    /** QEMU was seen to end. */
    record GuestEnded(String reason) implements Event {}

    /** SIGTERM. */
    record Terminated() implements Event {}

    /** The time of the last {@link Action.AwaitEnd} is over. */
    record WaitOver() implements Event {}

    /** The mark could not be written. */
    record MarkNotWritten(String message) implements Event {}
  }

  /** Something to do, in order. */
  public sealed interface Action {

    /**
     * Durably note that it is used. If that fails, what follows in the list is not done and {@link
     * Event.MarkNotWritten} is said.
     */
    record JournalMark() implements Action {}

    /** Durably note how the guest ended; what follows is done even if that fails. */
    record JournalEnd(String reason) implements Action {}

    /** Tell the executor, if it is connected. */
    record Send(Message message) implements Action {}

    /** Ask the guest to shut down. */
    record ShutDown() implements Action {}

    /** End the guest by force. */
    record Destroy() implements Action {}

    /** Say {@link Event.WaitOver} after this time; a later one takes its place. */
    record AwaitEnd(long ms) implements Action {}

    /** Say {@link Event.Acknowledged} after this time, if the executor does not. */
    record AwaitAcknowledgement(long ms) implements Action {}

    /** End libvirtd and the process. */
    record Exit(int code) implements Action {}
  }

  /** The state after an event, and what follows. */
  public record Step(State state, List<Action> actions) {
    public Step {
      actions = List.copyOf(actions);
    }
  }

  /** Whether a launcher may be marked: it is used once, and not while its pod ends. */
  public static boolean mayMark(State state) {
    return !state.journal().used()
        && state.journal().ended().isEmpty()
        && !state.terminating()
        && state.phase() == Phase.SERVING;
  }

  /** The state's word in the hello. */
  public static String word(Journal journal) {
    return journal.ended().isPresent() ? "ended" : journal.used() ? "marked" : "fresh";
  }

  /** Decides; a function of its arguments. */
  public static Step decide(State state, Event event) {
    if (state.phase() == Phase.OVER) {
      return new Step(state, List.of());
    }
    return switch (event) {
      case Event.MarkAsked m -> mark(state);
      case Event.Dismissed d -> dismissed(state, d.reason());
      case Event.Acknowledged a -> acknowledged(state);
      case Event.Prepared p -> prepared(state);
      case Event.PreparationFailed f -> preparationFailed(state, f);
      case Event.GuestStarted s -> guestStarted(state);
      case Event.GuestEnded e -> ended(state, e.reason(), List.of());
      case Event.Terminated t -> terminated(state);
      case Event.WaitOver w -> waitOver(state);
      case Event.MarkNotWritten m ->
          new Step(
              state.with(new Journal(false, state.journal().ended())),
              List.of(refusal(m.message())));
    };
  }

  /** The first message of each connection to an executor. */
  public static Message hello(State state, String uid, long epoch, String nonce) {
    return Message.of(
        "HELLO",
        "version",
        "1",
        "nonce",
        nonce,
        "uid",
        uid,
        "epoch",
        Long.toString(epoch),
        "state",
        word(state.journal()),
        "end",
        state.journal().ended().orElse(""),
        "prepared",
        state.preparation().result(),
        "reason",
        state.preparation().reason(),
        "message",
        state.preparation().message());
  }

  private static Step mark(State state) {
    if (!mayMark(state)) {
      String why = state.terminating() ? "the pod is terminating" : "already used";
      return new Step(state, List.of(refusal(why)));
    }
    return new Step(
        state.with(new Journal(true, state.journal().ended())),
        List.of(new Action.JournalMark(), new Action.Send(Message.of("MARKED"))));
  }

  private static Action refusal(String why) {
    return new Action.Send(Message.of("REFUSED", "message", why));
  }

  /** Nothing will be started here: the pod may end. Never with a guest that runs. */
  private static Step dismissed(State state, String reason) {
    if (state.running() || state.phase() != Phase.SERVING) {
      return new Step(state, List.of());
    }
    State next = withEnd(state, reason).withTerminating().with(Phase.OVER);
    return new Step(next, List.of(new Action.JournalEnd(reason), new Action.Exit(1)));
  }

  private static Step acknowledged(State state) {
    if (state.phase() != Phase.TELLING) {
      return new Step(state, List.of());
    }
    return new Step(state.with(Phase.OVER), List.of(new Action.Exit(exitCode(state))));
  }

  private static Step prepared(State state) {
    State next = state.with(new Preparation("done", "", ""));
    List<Action> tell = List.of(new Action.Send(next.preparation().told()));
    // The guest of a process before this one is gone, unless it is seen to run.
    return next.usedBefore() && !next.running() && next.phase() == Phase.SERVING
        ? ended(next, UNKNOWN, tell)
        : new Step(next, tell);
  }

  private static Step preparationFailed(State state, Event.PreparationFailed f) {
    if (state.phase() != Phase.SERVING) {
      return new Step(state, List.of());
    }
    State next = state.with(new Preparation("failed", f.reason(), f.message())).with(Phase.TELLING);
    return new Step(
        next, List.of(new Action.Send(next.preparation().told()), awaitAcknowledgement(next)));
  }

  private static Step guestStarted(State state) {
    State next = state.withRunning(true);
    // It came to run while the pod was ending.
    return !state.running() && next.phase() == Phase.STOPPING
        ? shutDown(next)
        : new Step(next, List.of());
  }

  /** Presses the power button, again and again as long as there is grace left. */
  private static Step shutDown(State state) {
    if (state.graceMs() <= 0) {
      return destroy(state);
    }
    long wait = Math.min(state.graceMs(), PRESS_AGAIN_MS);
    return new Step(
        state.with(Phase.STOPPING).withGrace(state.graceMs() - wait),
        List.of(new Action.ShutDown(), new Action.AwaitEnd(wait)));
  }

  private static Step destroy(State state) {
    return new Step(
        state.with(Phase.DESTROYING),
        List.of(new Action.Destroy(), new Action.AwaitEnd(DESTROY_MS)));
  }

  private static Action awaitAcknowledgement(State state) {
    return new Action.AwaitAcknowledgement(
        state.terminating() ? ACKNOWLEDGE_TERMINATING_MS : ACKNOWLEDGE_MS);
  }

  private static Step ended(State state, String reason, List<Action> before) {
    if (state.phase() == Phase.TELLING) {
      return new Step(state, before);
    }
    State next = withEnd(state, reason).withRunning(false).with(Phase.TELLING);
    String told = next.journal().ended().orElse(reason);
    List<Action> actions = new ArrayList<>(before);
    actions.add(new Action.JournalEnd(told));
    actions.add(new Action.Send(Message.of("ENDED", "reason", told)));
    actions.add(awaitAcknowledgement(next));
    return new Step(next, actions);
  }

  private static State withEnd(State state, String reason) {
    Journal journal = state.journal();
    return journal.ended().isPresent()
        ? state
        : state.with(new Journal(journal.used(), Optional.of(reason)));
  }

  /** SIGTERM: the guest gets its grace period, whether or not an executor is there. */
  private static Step terminated(State state) {
    State next = state.withTerminating();
    if (next.phase() == Phase.TELLING) {
      // The exit code is the guest's, not SIGTERM's.
      return new Step(next, List.of(awaitAcknowledgement(next)));
    }
    if (next.phase() != Phase.SERVING) {
      return new Step(next, List.of());
    }
    if (next.running()) {
      return shutDown(next);
    }
    if (next.journal().used()) {
      // It has just ended and why is being found out, or it is just being created.
      return new Step(next.with(Phase.STOPPING), List.of(new Action.AwaitEnd(JUST_CREATED_MS)));
    }
    return ended(next, NEVER_STARTED, List.of());
  }

  private static Step waitOver(State state) {
    return switch (state.phase()) {
      case STOPPING -> state.running() ? shutDown(state) : ended(state, UNKNOWN, List.of());
      case DESTROYING -> new Step(state.with(Phase.OVER), List.of(new Action.Exit(1)));
      case SERVING, TELLING, OVER -> new Step(state, List.of());
    };
  }

  private static int exitCode(State state) {
    String reason = state.journal().ended().orElse(UNKNOWN);
    boolean well = reason.equals("shutdown") || reason.equals("destroyed");
    return well ? 0 : 1;
  }
}
