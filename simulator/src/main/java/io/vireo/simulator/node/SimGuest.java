package io.vireo.simulator.node;

import io.vireo.simulator.check.Truth;
import io.vireo.simulator.engine.Engine;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** QEMU in one pod, and libvirt, which may not answer while QEMU runs on. */
public final class SimGuest {

  /**
   * How it behaves.
   *
   * @param honoursAcpi it shuts down when its power button is pressed
   * @param failsToStart libvirt cannot start it
   */
  public record Habits(boolean honoursAcpi, boolean failsToStart) {}

  private final Engine engine;
  private final Truth truth;
  private final Truth.Place place;
  private final Habits habits;
  private @Nullable Consumer<String> onEnd;
  private Runnable onStart = () -> {};
  private Runnable onChange = () -> {};
  private boolean running;
  private boolean defined;
  private String reason = "unknown";
  private long deafUntilMs;
  private boolean loseNextAnswer;

  /** No guest so far. */
  public SimGuest(Engine engine, Truth truth, Truth.Place place, Habits habits) {
    this.engine = engine;
    this.truth = truth;
    this.place = place;
    this.habits = habits;
  }

  void tellEnd(Runnable start, Consumer<String> end) {
    onStart = start;
    onEnd = end;
  }

  /** Told when libvirt has something to say, by whoever is connected. */
  public void tellChange(Runnable listener) {
    onChange = listener;
  }

  /** Where it is. */
  public Truth.Place place() {
    return place;
  }

  /** Whether QEMU runs. */
  public boolean isRunning() {
    return running;
  }

  /** libvirtd does not answer for a time; QEMU runs on. */
  public void deafFor(long ms) {
    deafUntilMs = engine.nowMs() + ms;
  }

  /** The next call has its effect, but its answer is lost. */
  public void loseNextAnswer() {
    loseNextAnswer = true;
  }

  private void ask() throws IOException {
    if (engine.nowMs() < deafUntilMs) {
      throw new IOException("Cannot recv data: Connection reset by peer");
    }
  }

  private void answer() throws IOException {
    if (loseNextAnswer) {
      loseNextAnswer = false;
      throw new IOException("Timed out during operation");
    }
  }

  /** libvirt's word for the state: running, shutoff or absent. */
  public String state() throws IOException {
    ask();
    return running ? "running" : defined ? "shutoff" : "absent";
  }

  /** libvirt's word for why. */
  public String reason() {
    return running ? "booted" : reason;
  }

  /** Defines and starts the domain. */
  public void create(String xml) throws IOException {
    ask();
    truth.createCalled(place, xml);
    if (running) {
      throw new IOException("Requested operation is not valid: domain is already running");
    }
    defined = true;
    if (habits.failsToStart()) {
      defined = false;
      throw new IOException("internal error: QEMU unexpectedly closed the monitor");
    }
    running = true;
    truth.started(place);
    engine.within(1, 30, onStart);
    engine.within(5, 60, () -> onChange.run());
    answer();
  }

  /** Presses the power button. */
  public void shutDown(String by) throws IOException {
    ask();
    if (running) {
      truth.stopAsked(place, by, false);
      if (habits.honoursAcpi()) {
        engine.within(300, 2_000, () -> end("shutdown", by));
      }
    }
    answer();
  }

  /** Ends it at once. */
  public void destroy(String by) throws IOException {
    ask();
    if (running) {
      truth.stopAsked(place, by, true);
      end("destroyed", by);
    }
    answer();
  }

  /** The guest ends: by itself, by a crash, or because its pod or machine does. */
  public void end(String why, String by) {
    if (!running) {
      return;
    }
    running = false;
    reason = why;
    truth.ended(place, why, by);
    Consumer<String> told = onEnd;
    if (told != null) {
      engine.within(1, 20, () -> told.accept(why));
    }
    engine.within(1, 40, () -> onChange.run());
  }

  /** Process and definition go with their pod. */
  void vanish(String why) {
    end(why, why);
    defined = false;
    onEnd = null;
  }
}
