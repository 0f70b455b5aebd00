package io.vireo.cli.bench;

import io.vireo.cli.TextTable;
import io.vireo.cli.measure.Percentiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How long admission takes, for people and for programs.
 *
 * @param origin when, on what and of which commit the figures are
 * @param rate requests a second that were sent, of all webhooks together
 * @param seconds how long
 * @param webhooks what was asked
 * @param cpu of whom, in percent of one processor
 */
public record AdmissionReport(
    PodsReport.Origin origin,
    int rate,
    int seconds,
    List<Webhook> webhooks,
    Map<String, Double> cpu)
    implements BenchReport {

  private static final int P99 = 99;

  /** Copies what can change. */
  public AdmissionReport {
    webhooks = List.copyOf(webhooks);
    cpu = new LinkedHashMap<>(cpu);
  }

  /**
   * One of the two.
   *
   * @param millis each answer's, since it was due to be asked for
   */
  record Webhook(String name, List<Double> millis) {
    Webhook {
      millis = List.copyOf(millis);
    }

    String[] row() {
      Percentiles all = Percentiles.of(millis);
      return new String[] {
        name,
        text(all.p50()),
        text(all.p95()),
        text(Percentiles.percentile(millis, P99)),
        text(all.max()),
        Integer.toString(all.n())
      };
    }

    Map<String, Object> json() {
      Percentiles all = Percentiles.of(millis);
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("unit", "ms");
      json.put("p50", rounded(all.p50()));
      json.put("p95", rounded(all.p95()));
      json.put("p99", rounded(Percentiles.percentile(millis, P99)));
      json.put("max", rounded(all.max()));
      json.put("n", all.n());
      json.put("values", millis.stream().map(Webhook::rounded).toList());
      return json;
    }

    private static String text(double millis) {
      return String.format(Locale.ROOT, "%.2f ms", millis);
    }

    private static double rounded(double millis) {
      return Math.round(millis * 1000) / 1000.0;
    }
  }

  @Override
  public String text() {
    return heading() + '\n' + times().render() + '\n' + processors().render();
  }

  @Override
  public String markdown() {
    return heading() + '\n' + times().markdown() + '\n' + processors().markdown();
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>(origin.json());
    json.put("rate", rate);
    json.put("seconds", seconds);
    webhooks.forEach(webhook -> json.put(webhook.name(), webhook.json()));
    json.put("cpuPercent", cpu);
    return json;
  }

  private String heading() {
    return origin.text()
        + "\n%d requests a second for %d s, at the webhook's own socket.\n"
            .formatted(rate, seconds);
  }

  private TextTable times() {
    TextTable table = new TextTable("Webhook", "P50", "P95", "P99", "Max", "n");
    webhooks.forEach(webhook -> table.row(webhook.row()));
    return table;
  }

  private TextTable processors() {
    TextTable table = new TextTable("Process", "Of one processor");
    cpu.forEach((name, percent) -> table.row(name, String.format(Locale.ROOT, "%.1f %%", percent)));
    return table;
  }
}
