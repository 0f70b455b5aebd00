package io.vireo.cli.demo;

import io.vireo.cli.Steps;
import io.vireo.cli.measure.Processes;
import io.vireo.dev.stack.StackFile;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Processor time of Vireo's own processes while nothing happens. */
final class IdleCpu {

  private IdleCpu() {}

  /** Percent of one core by component, and {@code total}. */
  static Map<String, Double> measure(StackFile stack, Duration time, Steps steps) throws Exception {
    Map<String, Long> before = sample(stack);
    long start = System.nanoTime();
    steps.run(
        "measuring the idle stack for " + time.toSeconds() + " s",
        () -> {
          Thread.sleep(time);
          return true;
        });
    Map<String, Long> after = sample(stack);
    double elapsedMs = (System.nanoTime() - start) / 1e6;
    Map<String, Double> percent = new TreeMap<>();
    double total = 0;
    for (Map.Entry<String, Long> entry : after.entrySet()) {
      double value = 100 * (entry.getValue() - before.getOrDefault(entry.getKey(), 0L)) / elapsedMs;
      percent.put(entry.getKey(), round(value));
      total += value;
    }
    percent.put("total", round(total));
    return percent;
  }

  private static boolean isVireos(String component) {
    return component.equals("ingest")
        || component.equals("scheduler")
        || component.equals("cluster-executor")
        || component.equals("api")
        || component.startsWith("node-executor-");
  }

  private static double round(double value) {
    return Math.round(value * 100) / 100.0;
  }

  private static Map<String, Long> sample(StackFile stack) {
    Map<String, Long> millis = new HashMap<>();
    for (StackFile.Component part : stack.components()) {
      if (isVireos(part.name())) {
        Processes.cpuMillis(part.pid()).ifPresent(value -> millis.put(part.name(), value));
      }
    }
    return millis;
  }
}
