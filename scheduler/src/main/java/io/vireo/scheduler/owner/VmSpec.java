package io.vireo.scheduler.owner;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the spec of a VirtualMachine says beside its template's spec.
 *
 * @param strategy when it runs; Halted where the spec is refused
 * @param problems what Vireo refuses, by path
 */
record VmSpec(Strategy strategy, @Nullable Object template, List<String> problems) {

  /** When a VirtualMachine has a VMI. */
  enum Strategy {
    ALWAYS("Always"),
    RERUN_ON_FAILURE("RerunOnFailure"),
    MANUAL("Manual"),
    ONCE("Once"),
    HALTED("Halted");

    private final String wireName;

    Strategy(String wireName) {
      this.wireName = wireName;
    }

    String wireName() {
      return wireName;
    }

    /** Whether Vireo starts it by itself, and counts starts that failed. */
    boolean startsByItself() {
      return this == ALWAYS || this == RERUN_ON_FAILURE || this == ONCE;
    }

    static @Nullable Strategy of(Object name) {
      for (Strategy strategy : values()) {
        if (strategy.wireName.equals(name)) {
          return strategy;
        }
      }
      return null;
    }
  }

  /** Fields that would change what the VMI is, so they are not passed over. */
  private static final List<String> NOT_SUPPORTED =
      List.of("dataVolumeTemplates", "instancetype", "preference", "updateVolumesStrategy");

  VmSpec {
    problems = List.copyOf(problems);
  }

  static VmSpec read(Object tree) {
    List<String> problems = new ArrayList<>();
    if (!(tree instanceof Map<?, ?> spec)) {
      return new VmSpec(Strategy.HALTED, null, List.of("spec is not an object"));
    }
    for (String field : NOT_SUPPORTED) {
      Object value = spec.get(field);
      if (value != null && !(value instanceof List<?> list && list.isEmpty())) {
        problems.add("spec." + field + " is not supported by Vireo yet");
      }
    }
    Strategy strategy = strategy(spec, problems);
    Object template = spec.get("template");
    if (!(template instanceof Map<?, ?>)) {
      problems.add("spec.template is missing");
    }
    return new VmSpec(strategy, template, problems);
  }

  private static Strategy strategy(Map<?, ?> spec, List<String> problems) {
    Object name = spec.get("runStrategy");
    Object running = spec.get("running");
    if (name != null && running != null) {
      problems.add("spec.running and spec.runStrategy exclude each other");
      return Strategy.HALTED;
    }
    if (running instanceof Boolean runs) {
      return runs ? Strategy.ALWAYS : Strategy.HALTED;
    }
    if (name == null) {
      problems.add("spec.runStrategy is missing");
      return Strategy.HALTED;
    }
    Strategy strategy = Strategy.of(name);
    if (strategy == null) {
      problems.add("spec.runStrategy " + cut(name) + " is not supported by Vireo yet");
      return Strategy.HALTED;
    }
    return strategy;
  }

  private static String cut(Object value) {
    String text = String.valueOf(value);
    return text.length() <= 63 ? text : text.substring(0, 63) + "…";
  }
}
