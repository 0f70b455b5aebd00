package io.vireo.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Tells a person what is being done and how long it takes. On a terminal the running step shows its
 * seconds; elsewhere it says every ten seconds that it still runs.
 */
public final class Steps {

  private static final Duration QUIET_MAX = Duration.ofSeconds(10);
  private static final long TICK_MS = 1000;
  private static final String CLEAR = "\r\033[K";

  private final PrintStream out;
  private final boolean terminal;

  /** Prints there; {@code terminal} when lines may be written over. */
  public Steps(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** On standard error, so that standard output stays for results. */
  public static Steps onStandardError() {
    return new Steps(System.err, Terminal.isInteractive());
  }

  /** Does one step; takes lines of detail meanwhile. */
  public <T> T run(String what, Work<T> work) throws Exception {
    long started = System.nanoTime();
    Ticker ticker = new Ticker(what, started);
    ticker.start();
    try {
      T result = work.run(ticker::detail);
      ticker.end("ok      ");
      return result;
    } catch (InterruptedException e) {
      ticker.end("cut off ");
      throw e;
    } catch (Exception e) {
      ticker.end("FAILED  ");
      throw e;
    }
  }

  /** Does one step without a result. */
  public void run(String what, Callable<?> work) throws Exception {
    run(what, (Consumer<String> detail) -> work.call());
  }

  /** A line between steps. */
  public synchronized void line(String text) {
    out.println(text);
  }

  /** A step's work. */
  @FunctionalInterface
  public interface Work<T> {
    /** Does it, and says how far it is. */
    T run(Consumer<String> detail) throws Exception;
  }

  /** Seconds with one decimal, or minutes. */
  static String elapsed(Duration time) {
    return time.toMinutes() >= 2
        ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
        : String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
  }

  /** Shows one step. */
  private final class Ticker {
    private final String what;
    private final long started;
    private final Thread thread;
    private boolean ended;

    Ticker(String what, long started) {
      this.what = what;
      this.started = started;
      this.thread = Thread.ofPlatform().daemon().name("progress").unstarted(this::tick);
    }

    void start() {
      if (!terminal) {
        line("...     " + what);
      }
      thread.start();
    }

    private void tick() {
      try {
        long said = started;
        if (!terminal) {
          Thread.sleep(TICK_MS);
        }
        while (true) {
          synchronized (Steps.this) {
            if (ended) {
              return;
            }
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            if (terminal) {
              out.print(CLEAR + "...     " + what + "  " + elapsed(took));
              out.flush();
            } else if (Duration.ofNanos(System.nanoTime() - said).compareTo(QUIET_MAX) >= 0) {
              said = System.nanoTime();
              out.println("...     " + what + ", " + took.toSeconds() + " s so far");
            }
          }
          Thread.sleep(TICK_MS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void detail(String text) {
      synchronized (Steps.this) {
        out.println((terminal ? CLEAR : "") + "          " + text);
      }
    }

    void end(String word) {
      synchronized (Steps.this) {
        ended = true;
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        out.println((terminal ? CLEAR : "") + word + what + "  " + elapsed(took));
      }
      thread.interrupt();
    }
  }
}
