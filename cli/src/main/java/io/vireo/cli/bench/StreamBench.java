package io.vireo.cli.bench;

import io.vireo.cli.Place;
import io.vireo.cli.Steps;
import io.vireo.cli.bench.stream.StreamRig;
import io.vireo.cli.bench.stream.StreamRun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The scheduler alone, as processes on a broker of their own: how much it decides, how soon, what
 * it keeps, and how long it is away.
 */
public final class StreamBench {

  private static final int WARM_UP_VMIS = 500;

  private final Place place;
  private final Steps steps;

  /** Tells {@code steps} what it does. */
  public StreamBench(Place place, Steps steps) {
    this.place = place;
    this.steps = steps;
  }

  /**
   * How much is measured.
   *
   * @param vmis that are fed at once, and that are there when a scheduler is killed
   * @param rates records a second that are offered, one after another
   * @param seconds of each rate, and of each time that a scheduler is away
   * @param restores how many VMIs there are when a scheduler starts, ascending
   */
  public record Effort(int vmis, List<Integer> rates, int seconds, List<Integer> restores) {

    /** Copies the lists. */
    public Effort {
      rates = List.copyOf(rates);
      restores = List.copyOf(restores);
    }
  }

  /** Measures all of it. */
  public FigureReport run(Effort effort) throws Exception {
    Origin origin = Origin.now(place);
    return new FigureReport("stream", origin, settings(effort), once(effort));
  }

  private static Map<String, String> settings(Effort effort) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("VMIs", "" + effort.vmis());
    settings.put("seconds", "" + effort.seconds());
    settings.put("partitions", "" + StreamRig.PARTITIONS);
    settings.put(
        "restored VMIs",
        effort.restores().stream().map(String::valueOf).collect(Collectors.joining(" and ")));
    return settings;
  }

  private List<Section> once(Effort effort) throws Exception {
    List<Figure> throughput = new ArrayList<>();
    List<Figure> latency = new ArrayList<>();
    List<Figure> state = new ArrayList<>();
    List<Figure> away = new ArrayList<>();
    measure(
        1,
        effort,
        one -> {
          throughput.addAll(one.saturate(effort.vmis()));
          for (int rate : effort.rates()) {
            latency.add(one.latency(rate, effort.seconds()));
          }
          state.addAll(one.state());
          away.addAll(one.restart(effort.seconds()));
          for (int vmis : effort.restores()) {
            away.addAll(one.restore(vmis));
          }
        });
    measure(
        2,
        effort,
        two -> {
          throughput.addAll(two.saturate(effort.vmis()));
          away.addAll(two.takeOver(effort.seconds()));
        });
    return List.of(
        new Section("throughput", "As many records as it takes", throughput),
        new Section(
            "latency",
            "From a record until a command upon it can be read, by records offered a second",
            latency),
        new Section("state", "State of a VMI that runs", state),
        new Section("away", "Restart and take-over", away));
  }

  private interface Work {
    void with(StreamRun run) throws Exception;
  }

  /** Begins with nothing: schedulers that come to others get their share only minutes later. */
  private void measure(int instances, Effort effort, Work work) throws Exception {
    int warmUp = Math.min(WARM_UP_VMIS, effort.vmis() / 2);
    StreamRig rig = StreamRig.create();
    CleanedUp.run(
        () -> {
          try (StreamRun run = StreamRun.start(steps, rig, instances, warmUp)) {
            work.with(run);
          }
          return rig;
        },
        rig::end);
  }
}
