package io.vireo.simulator.engine;

import java.time.Instant;
import java.time.InstantSource;

/**
 * One run of a process. It dies once; a new start is a new one. What it asked for happens only
 * while it lives, and waits while it is paused, as with SIGSTOP.
 */
public final class SimProcess implements InstantSource {

  /** A pause may be cut short. */
  private static final long LOOK_AGAIN_MS = 500;

  private final Engine engine;
  private final String name;
  private boolean alive = true;
  private long pausedUntilMs;
  private long clockOffsetMs;

  /** A process that has just started. */
  public SimProcess(Engine engine, String name) {
    this.engine = engine;
    this.name = name;
  }

  /** Name of the part that it runs. */
  public String name() {
    return name;
  }

  /** The engine that it lives in. */
  public Engine engine() {
    return engine;
  }

  /** Whether it has not been killed. */
  public boolean isAlive() {
    return alive;
  }

  /** Whether it stands still now. */
  public boolean isPaused() {
    return engine.nowMs() < pausedUntilMs;
  }

  /** Kills it: nothing that it asked for happens any more. */
  public void kill() {
    alive = false;
  }

  /** Lets it stand still for a time. */
  public void pauseFor(long ms) {
    pausedUntilMs = Math.max(pausedUntilMs, engine.nowMs() + ms);
  }

  /** It stands still no longer. */
  public void resume() {
    pausedUntilMs = 0;
  }

  /** Moves its clock away from true time. */
  public void skewClock(long offsetMs) {
    clockOffsetMs = offsetMs;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }

  @Override
  public long millis() {
    return engine.nowMs() + clockOffsetMs;
  }

  /** Does this after a random time, if it lives then; later, if it is paused then. */
  public void within(long lowMs, long highMs, Runnable what) {
    engine.within(lowMs, highMs, () -> run(what));
  }

  private void run(Runnable what) {
    if (!alive) {
      return;
    }
    if (isPaused()) {
      engine.at(Math.min(pausedUntilMs, engine.nowMs() + LOOK_AGAIN_MS), () -> run(what));
      return;
    }
    what.run();
  }
}
