package io.vireo.cli.bench;

import io.vireo.cli.Place;
import io.vireo.cli.measure.Machine;
import io.vireo.dev.stack.StackFile;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Where figures come from.
 *
 * @param time ISO 8601
 * @param machine as {@code Machine.facts()} has it
 * @param nodes of the stack that was measured; 0 without one
 * @param loadBefore threads that ran or waited to before the run: other work makes all slower
 */
public record Origin(
    String time, Map<String, Object> machine, String commit, int nodes, double loadBefore) {

  private static final double KIB_PER_GIB = 1 << 20;

  /** Copies the map. */
  public Origin {
    machine = new LinkedHashMap<>(machine);
  }

  /** Of figures that are about to be taken on this stack. */
  public static Origin now(Place place, StackFile stack) throws IOException, InterruptedException {
    return now(place, stack.nodes().size());
  }

  /** Of figures that are about to be taken without a stack. */
  public static Origin now(Place place) throws IOException, InterruptedException {
    return now(place, 0);
  }

  private static Origin now(Place place, int nodes) throws IOException, InterruptedException {
    return new Origin(
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        Machine.facts(),
        Machine.commit(place.home()),
        nodes,
        Machine.load());
  }

  /** One sentence. */
  String text() {
    return String.format(
        Locale.ROOT,
        "Measured at %s, commit %s, on %s × %s, %s of memory, Linux %s, Java %s%s;"
            + " %.1f threads ran or waited for a processor before it began.",
        time,
        commit,
        machine.get("processors"),
        machine.get("processor"),
        memory(),
        machine.get("kernel"),
        machine.get("java"),
        nodes == 0 ? "" : guests(),
        loadBefore);
  }

  private String guests() {
    return ", %s, %d node%s, %s"
        .formatted(
            machine.get("qemu"),
            nodes,
            nodes == 1 ? "" : "s",
            Boolean.TRUE.equals(machine.get("kvm")) ? "KVM" : "software emulation of the guest");
  }

  /** The kernel counts in units that nobody else does. */
  private String memory() {
    String text = String.valueOf(machine.get("memory"));
    return text.matches("[0-9]{1,15} kB")
        ? String.format(
            Locale.ROOT, "%.1f GiB", Long.parseLong(text.split(" ", 2)[0]) / KIB_PER_GIB)
        : text;
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("time", time);
    json.put("machine", machine);
    json.put("commit", commit);
    json.put("nodes", nodes);
    json.put("loadBefore", loadBefore);
    return json;
  }

  /** Of what {@link #json} gave. */
  static Origin of(JsonNode json) {
    Map<String, Object> machine = new LinkedHashMap<>();
    json.path("machine")
        .properties()
        .forEach(fact -> machine.put(fact.getKey(), fact(fact.getValue())));
    return new Origin(
        json.path("time").asString(""),
        machine,
        json.path("commit").asString(""),
        json.path("nodes").asInt(0),
        json.path("loadBefore").asDouble(0));
  }

  private static Object fact(JsonNode value) {
    if (value.isBoolean()) {
      return value.asBoolean();
    }
    return value.isInt() ? (Object) value.asInt() : value.asString("");
  }
}
