package io.vireo.cli.bench.density;

import io.vireo.cli.Failure;
import io.vireo.cli.bench.Figure;
import io.vireo.cli.bench.Figure.Unit;
import io.vireo.cli.measure.Processes;
import io.vireo.dev.stack.StackFile;
import io.vireo.schemas.KafkaConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;

/** What the processes of a stack have taken so far, and the bytes on its topics. */
final class StackUsage {

  /** Of others: they are stated, and not Vireo's own. */
  private static final Set<String> KUBERNETES =
      Set.of("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler");

  /** Of the benchmark itself. */
  static final String LOAD = "this benchmark";

  /** Of the nodes without machines. */
  static final String KWOK = "kwok";

  /** Of the nodes with a machine, which are not measured. */
  private static final String NODE = "node-";

  private static final Set<String> OTHERS = Set.of(LOAD, KWOK);

  private final Map<String, Long> cpuMillis;
  private final Map<String, Double> peakMib;
  private final long topicBytes;

  private StackUsage(Map<String, Long> cpuMillis, Map<String, Double> peakMib, long topicBytes) {
    this.cpuMillis = cpuMillis;
    this.peakMib = peakMib;
    this.topicBytes = topicBytes;
  }

  /**
   * As it is now.
   *
   * @param others processes beside the stack's, by name
   */
  static StackUsage now(StackFile stack, Map<String, Long> others, KafkaConnection kafka)
      throws Exception {
    Map<Long, String> names = names(stack);
    others.forEach((name, pid) -> names.put(pid, name));
    Map<String, Long> cpu = new LinkedHashMap<>();
    Map<String, Double> peak = new LinkedHashMap<>();
    for (Map.Entry<Long, String> each : names.entrySet()) {
      cpu.put(each.getValue(), millis(each.getKey(), each.getValue()));
      Processes.peakRssMib(each.getKey()).ifPresent(mib -> peak.put(each.getValue(), mib));
    }
    return new StackUsage(cpu, peak, topicBytes(kafka));
  }

  /** Of each process of the stack; parts that share one are its parts. */
  private static Map<Long, String> names(StackFile stack) {
    Map<Long, String> names = new TreeMap<>();
    for (StackFile.Component component : stack.components()) {
      names.merge(component.pid(), component.name(), (one, two) -> one + ", " + two);
    }
    return names;
  }

  /** Processes of the control plane that are JVMs, Kafka's too, by name. */
  static Map<String, Long> jvms(StackFile stack) {
    Map<String, Long> jvms = new TreeMap<>();
    names(stack)
        .forEach(
            (pid, name) -> {
              if (!name.startsWith(NODE) && Processes.runsJava(pid)) {
                jvms.put(name, pid);
              }
            });
    return jvms;
  }

  private static long millis(long pid, String name) throws Failure {
    return Processes.cpuMillis(pid)
        .orElseThrow(() -> new Failure("Expected " + name + " to run, but it ended"));
  }

  private static long topicBytes(KafkaConnection kafka)
      throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(kafka.clientSettings())) {
      List<Integer> brokers =
          admin.describeCluster().nodes().get().stream().map(node -> node.id()).toList();
      long bytes = 0;
      for (Map<String, LogDirDescription> folders :
          admin.describeLogDirs(brokers).allDescriptions().get().values()) {
        for (LogDirDescription folder : folders.values()) {
          bytes +=
              folder.replicaInfos().entrySet().stream()
                  .filter(each -> each.getKey().topic().startsWith("vireo."))
                  .mapToLong(each -> each.getValue().size())
                  .sum();
        }
      }
      return bytes;
    }
  }

  /**
   * Processor time since then.
   *
   * @param scale what one millisecond is, in the unit
   */
  List<Figure> cpuSince(StackUsage before, Unit unit, double scale) {
    List<Figure> figures = new ArrayList<>();
    double own = 0;
    for (Map.Entry<String, Long> each : cpuMillis.entrySet()) {
      double value = (each.getValue() - before.cpuMillis.getOrDefault(each.getKey(), 0L)) * scale;
      if (!KUBERNETES.contains(each.getKey()) && !OTHERS.contains(each.getKey())) {
        own += value;
      }
      figures.add(cpu(each.getKey(), unit, value));
    }
    figures.add(cpu("Vireo with Kafka", unit, own));
    return figures;
  }

  private static Figure cpu(String name, Unit unit, double value) {
    return Figure.of(key("cpu-", name), name, unit, "/proc/PID/stat", value);
  }

  private static String key(String prefix, String name) {
    return prefix + name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
  }

  /** The most memory that each process had since it began. */
  List<Figure> peaks() {
    return peakMib.entrySet().stream()
        .map(
            each ->
                Figure.of(
                    key("rss-", each.getKey()),
                    each.getKey(),
                    Unit.MEBIBYTES,
                    "VmHWM",
                    each.getValue()))
        .toList();
  }

  /** What was added to the topics since then. */
  double topicKibSince(StackUsage before) {
    return (topicBytes - before.topicBytes) / 1024.0;
  }
}
