package io.vireo.cluster.core;

import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/** Carries a command out, with patience for what passes. Thread-safe. */
public final class CommandRun {

  /** Pause after the first attempt. */
  static final long FIRST_PAUSE_MS = 100;

  /** Longest pause. */
  static final long LONGEST_PAUSE_MS = 5_000;

  /** After this time no new attempt is made. */
  static final long GIVE_UP_AFTER_MS = 60_000;

  private final Api api;
  private final InstantSource clock;
  private final Pause pause;

  /** How to wait. */
  @FunctionalInterface
  public interface Pause {

    /** Returns after this time. */
    void forMillis(long millis) throws InterruptedException;
  }

  /** Runs against this API server, by this clock. */
  public CommandRun(Api api, InstantSource clock, Pause pause) {
    this.api = api;
    this.clock = clock;
    this.pause = pause;
  }

  /**
   * Runs a command to its end.
   *
   * @param overtaken whether a newer command took its place meanwhile
   */
  public Ending run(Command command, BooleanSupplier overtaken) throws InterruptedException {
    long startMs = clock.millis();
    for (int attempt = 0; ; attempt++) {
      if (overtaken.getAsBoolean()) {
        return Ending.superseded();
      }
      Step step = walk(command);
      if (step instanceof Step.End end) {
        return end.ending();
      }
      String why = step instanceof Step.Again again ? again.why() : "";
      long wait = pauseMs(attempt);
      if (clock.millis() + wait - startMs > GIVE_UP_AFTER_MS) {
        return Ending.unknown("Gave up after " + (attempt + 1) + " attempts: " + why);
      }
      pause.forMillis(wait);
    }
  }

  private Step walk(Command command) throws InterruptedException {
    Step step = Plans.begin(command, clock.millis());
    while (step instanceof Step.Ask ask) {
      ApiAnswer answer = api.send(ask.request());
      step = answer.isPassing() ? new Step.Again(answer.message()) : ask.then().apply(answer);
    }
    return step;
  }

  static long pauseMs(int attempt) {
    return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(attempt, 16));
  }
}
