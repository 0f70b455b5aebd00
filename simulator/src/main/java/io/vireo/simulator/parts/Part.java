package io.vireo.simulator.parts;

import io.vireo.simulator.engine.SimProcess;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One part of Vireo: it is started, killed, and started anew when it ends by itself. */
public abstract class Part {

  private static final long RESTART_LOW_MS = 500;
  private static final long RESTART_HIGH_MS = 2_000;

  /** The world that it lives in. */
  protected final World world;

  private final String name;
  private @Nullable SimProcess process;
  private @Nullable Throwable lastFailure;
  private int failures;
  private boolean wanted;

  /** A part that does not run yet. */
  protected Part(World world, String name) {
    this.world = world;
    this.name = name;
  }

  /** Its name, also on the network. */
  public String name() {
    return name;
  }

  /** Starts it, unless it runs. */
  public final void start() {
    SimProcess before = process;
    if (before == null || !before.isAlive()) {
      startBeside();
    }
  }

  /** Starts it also beside one that runs, which nobody looks after any more. */
  public final void startBeside() {
    wanted = true;
    SimProcess fresh = new SimProcess(world.engine(), name);
    process = fresh;
    guarded(fresh, () -> begin(fresh));
  }

  /** Makes the production classes of a new start. */
  protected abstract void begin(SimProcess process);

  /** The process that runs now, or ran last. */
  public SimProcess process() {
    return Objects.requireNonNull(process, name);
  }

  /** Kills it; it stays dead until {@link #start} or {@link #startWithin}. */
  public void kill() {
    wanted = false;
    process().kill();
  }

  /** Kills it and starts it anew after a time, as a kubelet does. */
  public void restartWithin(long lowMs, long highMs) {
    kill();
    startWithin(lowMs, highMs);
  }

  /** Starts it after a time, unless somebody else does before. */
  public void startWithin(long lowMs, long highMs) {
    wanted = true;
    SimProcess before = process;
    world
        .engine()
        .within(
            lowMs,
            highMs,
            () -> {
              if (wanted && process == before) {
                start();
              }
            });
  }

  /** It cannot go on: its process ends and a new one is started. */
  protected final void failed(SimProcess which, Throwable problem) {
    if (which.isAlive()) {
      lastFailure = problem;
      failures++;
      which.kill();
      if (which == process) {
        startWithin(RESTART_LOW_MS, RESTART_HIGH_MS);
      }
    }
  }

  /** How often it ended by itself. */
  public int failures() {
    return failures;
  }

  /** Why it ended by itself last. */
  public @Nullable Throwable lastFailure() {
    return lastFailure;
  }

  /** Runs something of a process; what it throws ends the process. */
  protected final void guarded(SimProcess which, Runnable what) {
    try {
      what.run();
    } catch (RuntimeException e) {
      failed(which, e);
    }
  }

  /** Wakes the turns that will stand at a place: a client may call before its loop is made. */
  protected static Runnable waking(Turns[] turns, int place) {
    return () -> {
      Turns loop = turns[place];
      if (loop != null) {
        loop.wake();
      }
    };
  }

  /**
   * A loop of turns: a turn comes a little after it is woken, and again in any case after a while.
   */
  protected final class Turns {

    private final SimProcess owner;
    private final Supplier<CompletableFuture<?>> turn;
    private final long idleMs;
    private boolean isPatient;
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);
    private boolean due;
    private boolean again;

    /**
     * Turns of a process.
     *
     * @param turn one turn; the next comes only once its future is done
     * @param idleMs how long it waits at most
     */
    public Turns(SimProcess owner, Supplier<CompletableFuture<?>> turn, long idleMs) {
      this.owner = owner;
      this.turn = turn;
      this.idleMs = idleMs;
      idle();
    }

    private void idle() {
      owner.within(
          idleMs,
          idleMs + idleMs / 4,
          () -> {
            wake();
            idle();
          });
    }

    /** What a turn throws does not end the process: the loop's own thread tries again later. */
    public Turns patient() {
      isPatient = true;
      return this;
    }

    /** There may be something to do. */
    public void wake() {
      again = true;
      if (!due) {
        due = true;
        owner.within(0, 5, this::run);
      }
    }

    private void run() {
      due = false;
      if (!last.isDone()) {
        // Woken again when it is.
        return;
      }
      again = false;
      try {
        last = turn.get();
      } catch (RuntimeException e) {
        last = CompletableFuture.failedFuture(e);
      }
      var unused =
          last.whenComplete(
              (done, problem) -> {
                if (problem != null && !isPatient) {
                  failed(owner, problem);
                } else if (again && owner.isAlive()) {
                  wake();
                }
              });
    }
  }
}
