package io.vireo.simulator.check;

import io.vireo.simulator.engine.Engine;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Every QEMU process in true time. Checks at each instant: at most one of a VMI (G2), at most one
 * ever of an epoch, and never an epoch after a later one was created (G3).
 */
public final class Truth {

  /** Where a domain is: of which VMI and epoch, in which pod, on which machine. */
  public record Place(String uid, String name, long epoch, String pod, String node) {
    @Override
    public String toString() {
      return name + " " + uid + ", epoch " + epoch + ", pod " + pod + " on " + node;
    }
  }

  /** A thing that happened to a guest. */
  public record Happening(long atMs, String what, Place place, String detail) {}

  private final Engine engine;
  private final Map<Place, Long> alive = new LinkedHashMap<>();
  private final Map<String, Long> highestCreated = new LinkedHashMap<>();
  private final Set<String> createdEpochs = new HashSet<>();
  private final List<Happening> happenings = new ArrayList<>();
  private final List<Violation> violations = new ArrayList<>();
  private Predicate<Place> mayStop = place -> true;
  private Predicate<Place> isDenied = place -> false;
  private Consumer<Place> starts = place -> {};

  /** Nothing has happened yet. */
  public Truth(Engine engine) {
    this.engine = engine;
  }

  /**
   * Says which guests may be stopped.
   *
   * @param rule whether it is right that somebody stops this guest now
   */
  public void allowStops(Predicate<Place> rule) {
    mayStop = rule;
  }

  /**
   * Says which epochs must never start any more.
   *
   * @param rule whether the record says that this epoch is closed
   */
  public void denyStarts(Predicate<Place> rule) {
    isDenied = rule;
  }

  /** Tells of each guest that starts. */
  void watchStarts(Consumer<Place> listener) {
    starts = listener;
  }

  long nowMs() {
    return engine.nowMs();
  }

  /** An executor told libvirt to create a domain. */
  public void createCalled(Place place, String xml) {
    long highest = highestCreated.merge(place.uid(), place.epoch(), Math::max);
    if (place.epoch() < highest) {
      violate("G3", place, "created epoch " + place.epoch() + " after epoch " + highest);
    }
    if (!xml.contains("epoch=\"" + place.epoch() + "\"") || !xml.contains(place.uid())) {
      violate("G3", place, "the domain names another VMI or epoch than its launcher");
    }
  }

  /** QEMU began to run. */
  public void started(Place place) {
    happenings.add(new Happening(engine.nowMs(), "guest started", place, ""));
    for (Place other : alive.keySet()) {
      if (other.uid().equals(place.uid())) {
        violate("G2", place, "started while another copy runs: " + other);
      } else if (other.name().equals(place.name()) && other.node().equals(place.node())) {
        violate("G2", place, "started beside another VM of its name: " + other);
      }
    }
    if (!createdEpochs.add(place.uid() + "/" + place.epoch())) {
      violate("G2", place, "a launcher was used twice");
    }
    if (isDenied.test(place)) {
      violate("G3", place, "started although its epoch was closed on record");
    }
    starts.accept(place);
    alive.put(place, engine.nowMs());
  }

  /** Somebody asked the guest to end. */
  public void stopAsked(Place place, String by, boolean atOnce) {
    happenings.add(
        new Happening(
            engine.nowMs(), atOnce ? "guest destroyed" : "power button pressed", place, by));
    if (!mayStop.test(place)) {
      violate(
          "G7", place, "a healthy guest was " + (atOnce ? "destroyed" : "shut down") + " by " + by);
    }
  }

  /** QEMU ended. */
  public void ended(Place place, String why, String by) {
    happenings.add(new Happening(engine.nowMs(), "guest ended", place, why + " by " + by));
    alive.remove(place);
  }

  private void violate(String guarantee, Place place, String what) {
    violations.add(
        new Violation(guarantee, place.name() + " " + place.uid(), what, engine.nowMs()));
  }

  /** Adds what a checker found. */
  public void violate(Violation violation) {
    violations.add(violation);
  }

  /** Guests that run. */
  public Set<Place> alive() {
    return alive.keySet();
  }

  /** What happened, in order. */
  public List<Happening> happenings() {
    return happenings;
  }

  /** Guarantees that did not hold, in order. */
  public List<Violation> violations() {
    return violations;
  }
}
