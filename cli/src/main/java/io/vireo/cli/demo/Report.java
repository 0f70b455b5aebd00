package io.vireo.cli.demo;

import io.vireo.cli.Json;
import io.vireo.cli.measure.Machine;
import io.vireo.cli.measure.Percentiles;
import io.vireo.cli.measure.Processes;
import io.vireo.dev.stack.StackFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The figures of a run as JSON. */
final class Report {

  private Report() {}

  static String json(
      List<VmiRun> runs, StackFile stack, Path home, @Nullable Map<String, Double> idleCpu)
      throws IOException, InterruptedException {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    report.put("machine", Machine.facts());
    report.put("commit", Machine.commit(home));
    report.put("count", runs.size());
    report.put("nodes", stack.nodes().size());
    report.put("separate", stack.separate());
    figure(report, "applyToPodCreatedMs", runs, VmiRun::applyToPodCreatedMs);
    figure(report, "applyToBoundMs", runs, VmiRun::applyToBoundMs);
    figure(report, "applyToDomainRunningMs", runs, VmiRun::applyToDomainRunningMs);
    figure(report, "applyToRunningMs", runs, VmiRun::applyToRunningMs);
    figure(report, "applyToLoginMs", runs, VmiRun::applyToLoginMs);
    figure(report, "deleteToGoneMs", runs, VmiRun::deleteToGoneMs);
    figure(report, "kubernetesWritesPerVmi", runs, run -> (double) run.writes().total());
    figure(report, "launcherRssMiB", runs, VmiRun::launcherRssMib);
    figure(report, "overheadPerVmMiB", runs, VmiRun::overheadMib);
    figure(report, "translationBufferPerVmMiB", runs, VmiRun::translationMib);
    report.put("controlPlaneRssMiB", controlPlane(stack));
    report.put("idleCpuPercent", idleCpu);
    report.put("runs", runs.stream().map(Report::single).toList());
    return Json.pretty(report) + "\n";
  }

  private static void figure(
      Map<String, Object> report, String name, List<VmiRun> runs, Function<VmiRun, Double> value) {
    Percentiles percentiles = Percentiles.of(runs.stream().map(value).toList());
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("p50", round(percentiles.p50()));
    row.put("p95", round(percentiles.p95()));
    row.put("max", round(percentiles.max()));
    report.put(name, row);
  }

  private static Map<String, Object> single(VmiRun run) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", run.name());
    row.put("uid", run.uid());
    row.put("applyToPodCreatedMs", run.applyToPodCreatedMs());
    row.put("applyToBoundMs", run.applyToBoundMs());
    row.put("applyToDomainRunningMs", run.applyToDomainRunningMs());
    row.put("applyToRunningMs", run.applyToRunningMs());
    row.put("applyToLoginMs", run.applyToLoginMs());
    row.put("deleteToGoneMs", run.deleteToGoneMs());
    row.put("kubernetesWrites", new TreeMap<>(run.writes().byRequest()));
    row.put("launcherRssMiB", round(run.launcherRssMib()));
    row.put("overheadMiB", round(run.overheadMib()));
    row.put("translationBufferMiB", round(run.translationMib()));
    return row;
  }

  /** By process: parts that share one are named together. */
  private static Map<String, Double> controlPlane(StackFile stack) {
    Map<Long, List<String>> byPid = new TreeMap<>();
    byPid.computeIfAbsent(stack.supervisorPid(), pid -> new ArrayList<>()).add("supervisor");
    for (StackFile.Component part : stack.components()) {
      if (part.pid() != 0) {
        byPid.computeIfAbsent(part.pid(), pid -> new ArrayList<>()).add(part.name());
      }
    }
    Map<String, Double> rss = new LinkedHashMap<>();
    byPid.forEach(
        (pid, names) ->
            Processes.rssMib(pid).ifPresent(mib -> rss.put(String.join(" + ", names), round(mib))));
    return rss;
  }

  private static double round(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
