package io.vireo.cli;

import io.vireo.cli.nodes.NodeStanding;
import io.vireo.dev.stack.StackFile;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code vireo status}. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows the stack's parts, Vireo's pods, topics, nodes and virtual machines.")
final class StatusCommand implements Callable<Integer> {

  @ParentCommand private VireoMain root = new VireoMain();

  @Option(
      names = {"-o", "--output"},
      description = "table or json (default: ${DEFAULT-VALUE}).")
  private OutputFormat output = OutputFormat.TABLE;

  @Override
  public Integer call() throws Exception {
    Place place = root.place();
    StackFile stack = place.running();
    StackStatus status = StackStatus.of(stack, place);
    System.out.print(
        output == OutputFormat.JSON ? Json.pretty(status) + "\n" : table(place, stack, status));
    boolean healthy = status.components().stream().allMatch(part -> part.health().equals("ok"));
    return healthy && status.problems().isEmpty() ? 0 : 1;
  }

  static String table(Place place, StackFile stack, StackStatus status) {
    TextTable parts = new TextTable("COMPONENT", "PID", "HEALTH", "ADDRESS");
    for (StackStatus.Component part : status.components()) {
      parts.row(
          part.name(), part.pid() == 0 ? "-" : "" + part.pid(), part.health(), part.address());
    }
    TextTable pods = new TextTable("POD", "NODE", "RESTARTS", "ADDRESS", "HEALTH");
    status.pods().forEach(pod -> addTo(pods, pod));
    TextTable topics = new TextTable("TOPIC", "PARTITIONS", "END OFFSETS", "LAG");
    for (StackStatus.TopicStatus topic : status.topics()) {
      String lag =
          String.join(
              ", ",
              topic.lag().entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
      topics.row(
          topic.name(),
          "" + topic.partitions(),
          "" + topic.endOffsets(),
          lag.isEmpty() ? "-" : lag);
    }
    TextTable nodes =
        new TextTable(
            "NODE", "READY", "VMS AT MOST", "STANDING", "EXECUTOR HEARD", "UID", "REASON");
    status.nodes().forEach(node -> addTo(nodes, node));
    TextTable vmis = new TextTable("NAMESPACE", "VMI", "PHASE", "NODE", "IP");
    status.vmis().forEach(v -> vmis.row(v.namespace(), v.name(), v.phase(), v.node(), v.ip()));
    StringBuilder text = new StringBuilder();
    for (TextTable table : List.of(parts, pods, topics, nodes, vmis)) {
      if (!table.isEmpty()) {
        text.append(table.render()).append('\n');
      }
    }
    text.append("Schema registry: ").append(stack.registryUrl()).append('\n');
    text.append("Kafka: ").append(stack.kafkaBootstrap()).append('\n');
    text.append("Kafka for other clients: ")
        .append(place.state().kafkaProperties())
        .append(" (Java), ")
        .append(place.state().kcatConf())
        .append(" (kcat -F)\n");
    status.problems().forEach(problem -> text.append("Problem: ").append(problem).append('\n'));
    return text.toString();
  }

  private static void addTo(TextTable pods, StackStatus.PodStatus pod) {
    pods.row(
        pod.name(),
        pod.node().isEmpty() ? "-" : pod.node(),
        "" + pod.restarts(),
        pod.address(),
        pod.health());
  }

  private static void addTo(TextTable nodes, StackStatus.NodeStatus node) {
    NodeStanding standing = node.standing();
    Long heartbeat = standing == null ? null : standing.heartbeat();
    nodes.row(
        node.name(),
        node.ready().isEmpty() ? "-" : node.ready(),
        node.launchers().isEmpty() ? "-" : node.launchers(),
        standing == null ? "-" : standing.state().name(),
        heartbeat == null ? "-" : NodeWordText.time(heartbeat),
        standing == null ? "-" : standing.uid(),
        standing == null ? "" : standing.reason());
  }
}
