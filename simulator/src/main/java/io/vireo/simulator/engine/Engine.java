package io.vireo.simulator.engine;

import java.time.Instant;
import java.time.InstantSource;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * The one thread of a simulated life: events in the order of their time. The same seed gives the
 * same life, bit for bit.
 */
public final class Engine implements InstantSource {

  private record Event(long atMs, long order, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atMs, other.atMs);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final SplittableRandom random;
  private long nowMs;
  private long order;
  private long steps;

  /**
   * A life that begins at a time.
   *
   * @param startMs ms since the epoch
   */
  public Engine(long seed, long startMs) {
    this.random = new SplittableRandom(seed);
    this.nowMs = startMs;
  }

  /** True time, which no process sees but through its own clock. */
  public long nowMs() {
    return nowMs;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(nowMs);
  }

  @Override
  public long millis() {
    return nowMs;
  }

  /** Events that have happened. */
  public long steps() {
    return steps;
  }

  /** Does this at a time; now, if that is past. */
  public void at(long atMs, Runnable what) {
    events.add(new Event(Math.max(atMs, nowMs), order++, what));
  }

  /** Does this after a random time from {@code lowMs} to {@code highMs}. */
  public void within(long lowMs, long highMs, Runnable what) {
    at(nowMs + between(lowMs, highMs), what);
  }

  /** A random number from {@code low} to {@code high}, both included. */
  public long between(long low, long high) {
    return low >= high ? low : random.nextLong(low, high + 1);
  }

  /** True once in {@code times}, on average. */
  public boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  /** A random index below {@code size}. */
  public int pick(int size) {
    return random.nextInt(size);
  }

  /** Lets the next event happen; false if there is none. */
  public boolean step() {
    Event event = events.poll();
    if (event == null) {
      return false;
    }
    nowMs = event.atMs();
    steps++;
    event.what().run();
    return true;
  }

  /**
   * Lets events happen until a time, and moves the clock there.
   *
   * @param eventsMax events after which it is given up
   * @return false if it was given up: parts that keep each other busy never come to rest
   */
  public boolean runUntil(long untilMs, long eventsMax) {
    for (long left = eventsMax; left > 0; left--) {
      Event event = events.peek();
      if (event == null || event.atMs() > untilMs) {
        nowMs = Math.max(nowMs, untilMs);
        return true;
      }
      step();
    }
    return false;
  }
}
