package io.vireo.cli.bench;

import io.vireo.cli.Place;
import io.vireo.cli.TextTable;
import io.vireo.cli.images.ImageRow;
import io.vireo.cli.measure.Machine;
import io.vireo.dev.stack.StackFile;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The figures of a run, for people and for programs.
 *
 * @param origin when, on what and of which commit they are
 * @param sections what was measured several times
 * @param images of the pods
 */
public record PodsReport(Origin origin, List<Section> sections, List<ImageRow> images)
    implements BenchReport {

  private static final double MIB = 1 << 20;
  private static final double KIB_PER_GIB = 1 << 20;

  /** Copies the lists. */
  public PodsReport {
    sections = List.copyOf(sections);
    images = List.copyOf(images);
  }

  /**
   * Where figures come from.
   *
   * @param time ISO 8601
   * @param machine as {@code Machine.facts()} has it
   * @param loadBefore threads that ran or waited to before the run: other work makes all slower
   */
  record Origin(
      String time, Map<String, Object> machine, String commit, int nodes, double loadBefore) {

    /** Of figures that are about to be taken on this stack. */
    static Origin now(Place place, StackFile stack) throws IOException, InterruptedException {
      return new Origin(
          Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
          Machine.facts(),
          Machine.commit(place.home()),
          stack.nodes().size(),
          Machine.load());
    }

    /** One sentence. */
    String text() {
      return String.format(
          Locale.ROOT,
          "Measured at %s, commit %s, on %s × %s, %s of memory, Linux %s, %s, Java %s, %d node%s,"
              + " %s; %.1f threads ran or waited for a processor before it began.",
          time,
          commit,
          machine.get("processors"),
          machine.get("processor"),
          memory(),
          machine.get("kernel"),
          machine.get("qemu"),
          machine.get("java"),
          nodes,
          nodes == 1 ? "" : "s",
          Boolean.TRUE.equals(machine.get("kvm")) ? "KVM" : "software emulation of the guest",
          loadBefore);
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
  }

  @Override
  public String text() {
    StringBuilder text = new StringBuilder(origin.text()).append('\n');
    for (Section section : sections) {
      text.append('\n').append(section.title()).append('\n').append(section.table().render());
    }
    return text.append("\nImages\n").append(imageTable().render()).toString();
  }

  @Override
  public String markdown() {
    StringBuilder text = new StringBuilder(origin.text()).append('\n');
    for (Section section : sections) {
      text.append("\n### ")
          .append(section.title())
          .append("\n\n")
          .append(section.table().markdown());
    }
    return text.append("\n### Images\n\n").append(imageTable().markdown()).toString();
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>(origin.json());
    sections.forEach(section -> json.put(section.key(), section.json()));
    json.put("images", images);
    return json;
  }

  private TextTable imageTable() {
    TextTable table = new TextTable("Image", "Size of all layers");
    images.forEach(
        image ->
            table.row(
                image.name() + ":" + image.tag(),
                String.format(Locale.ROOT, "%.1f MiB", image.size() / MIB)));
    return table;
  }
}
