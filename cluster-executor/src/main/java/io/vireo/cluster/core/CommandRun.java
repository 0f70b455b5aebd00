package io.vireo.cluster.core;

import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries a command out, with patience for what passes. Holds no thread. Thread-safe. */
public final class CommandRun {

  /** Pause after the first attempt. */
  static final long FIRST_PAUSE_MS = 100;

  /** Longest pause. */
  static final long LONGEST_PAUSE_MS = 5_000;

  /** Longest pause that the API server may ask for; less than it asks for is only asked in vain. */
  static final long LONGEST_ASKED_PAUSE_MS = 20_000;

  /** After this time no new attempt is made. */
  static final long GIVE_UP_AFTER_MS = 60_000;

  private static final Set<ApiRequest.Effect> HOLD_SECRETS =
      EnumSet.of(
          ApiRequest.Effect.SECRET_CREATE,
          ApiRequest.Effect.REVISION_CREATE,
          ApiRequest.Effect.VMI_CREATE);

  private final Api api;
  private final Pauses pauses;
  private final InstantSource clock;
  private final Consumer<Throwable> faults;

  /**
   * Runs against this API server, by this clock.
   *
   * @param faults hears of plans that threw, for the log
   */
  public CommandRun(Api api, Pauses pauses, InstantSource clock, Consumer<Throwable> faults) {
    this.api = api;
    this.pauses = pauses;
    this.clock = clock;
    this.faults = faults;
  }

  /**
   * Runs a command to its one end. The future never completes exceptionally.
   *
   * @param again whether another executor may have begun it before
   * @param overtaken whether a newer command took its place meanwhile
   */
  public CompletableFuture<Ending> run(Command command, boolean again, BooleanSupplier overtaken) {
    Run run = new Run(command, again, overtaken);
    Rounds.go(run::round);
    return run.end;
  }

  /** One command under way; its rounds follow one another, so nothing here is shared. */
  private final class Run {

    private final CompletableFuture<Ending> end = new CompletableFuture<>();
    private final Command command;
    private final boolean again;
    private final BooleanSupplier overtaken;
    private final long startMs = clock.millis();
    private @Nullable Step step;
    private int attempts;
    private long pausedMs;
    private boolean asked;

    private Run(Command command, boolean again, BooleanSupplier overtaken) {
      this.command = command;
      this.again = again;
      this.overtaken = overtaken;
    }

    /** One request or one pause; null once it is over. */
    private @Nullable CompletableFuture<?> round() {
      try {
        Step now = step == null ? begin() : step;
        return switch (now) {
          case Step.Ask ask -> ask(ask);
          case Step.Again pause -> pause(pause);
          case Step.End over -> over(over.ending());
        };
      } catch (RuntimeException | StackOverflowError e) {
        return broken(e);
      }
    }

    private Step begin() {
      if (overtaken.getAsBoolean()) {
        return Step.end(Ending.superseded());
      }
      return Plans.begin(command, new Attempt(again || attempts > 0, clock.millis()));
    }

    private CompletableFuture<?> ask(Step.Ask ask) {
      asked = true;
      return api.send(ask.request()).thenAccept(answer -> step = follow(ask, answer));
    }

    private Step follow(Step.Ask ask, ApiAnswer answer) {
      if (answer.isPassing()) {
        boolean secret = HOLD_SECRETS.contains(ask.request().effect());
        // The words of the API server may quote the data.
        String why = secret ? "The API server answered " + answer.code() : answer.message();
        return new Step.Again(why, answer.retryAfterMs());
      }
      try {
        return ask.then().apply(answer);
      } catch (RuntimeException | StackOverflowError e) {
        faults.accept(e);
        return Step.end(brokenEnding(e));
      }
    }

    private @Nullable CompletableFuture<?> pause(Step.Again pause) {
      long wait = Math.max(pauseMs(attempts), Math.min(LONGEST_ASKED_PAUSE_MS, pause.atLeastMs()));
      attempts++;
      // The pauses count too, in case the clock was set back.
      long tookMs = Math.max(clock.millis() - startMs, pausedMs);
      if (tookMs + wait > GIVE_UP_AFTER_MS) {
        return over(Ending.unknown("Gave up after " + attempts + " attempts: " + pause.why()));
      }
      pausedMs += wait;
      step = null;
      return pauses.after(wait);
    }

    private @Nullable CompletableFuture<?> over(Ending ending) {
      end.complete(ending);
      return null;
    }

    private @Nullable CompletableFuture<?> broken(Throwable problem) {
      faults.accept(problem);
      return over(brokenEnding(problem));
    }

    private Ending brokenEnding(Throwable problem) {
      // The class only: words may quote what was to be written.
      String message = "The executor broke on it: " + problem.getClass().getSimpleName();
      // Failed says that it had no effect, which is known only while nothing was asked.
      return asked || again ? Ending.brokenUnderWay(message) : Ending.failed(message);
    }
  }

  static long pauseMs(int attempt) {
    return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(attempt, 16));
  }
}
