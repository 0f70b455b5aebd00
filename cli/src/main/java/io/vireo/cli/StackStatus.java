package io.vireo.cli;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vireo.cli.nodes.NodeStanding;
import io.vireo.cli.nodes.NodeStandings;
import io.vireo.dev.kubelet.PodHealth;
import io.vireo.dev.kubelet.VireoPods;
import io.vireo.dev.kubelet.Workload;
import io.vireo.dev.stack.StackFile;
import io.vireo.schemas.KafkaAccess;
import io.vireo.schemas.KafkaConnection;
import io.vireo.schemas.avro.NodeState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * What a running stack looks like at this moment.
 *
 * @param components its parts
 * @param pods Vireo's own, where pods run under a kubelet
 * @param topics Kafka's topics
 * @param nodes Kubernetes' nodes
 * @param vmis the virtual machine instances
 * @param problems what could not be asked, and which pods are missing, for people
 */
record StackStatus(
    List<Component> components,
    List<PodStatus> pods,
    List<TopicStatus> topics,
    List<NodeStatus> nodes,
    List<VmiStatus> vmis,
    List<String> problems) {

  private static final Duration ANSWER_MAX = Duration.ofSeconds(3);
  private static final String LAUNCHERS = "devices.vireo.io/launcher";

  /** One part; pid 0 when it is dead, health "ok" or why not. */
  record Component(String name, long pid, String health, String address, String log) {}

  /**
   * One pod of Vireo's own.
   *
   * @param node where it is; empty while it is nowhere
   * @param health "ok" or why not
   * @param restarts of its containers, together
   * @param address its IP address; empty before it has one
   */
  record PodStatus(String name, String node, String health, int restarts, String address) {

    static PodStatus of(Pod pod) {
      String node = pod.getSpec().getNodeName();
      String address = pod.getStatus().getPodIP();
      return new PodStatus(
          pod.getMetadata().getName(),
          node == null ? "" : node,
          PodHealth.of(pod),
          pod.getStatus().getContainerStatuses().stream()
              .mapToInt(ContainerStatus::getRestartCount)
              .sum(),
          address == null ? "" : address);
    }
  }

  /** One topic; lag in records by consumer group. */
  record TopicStatus(String name, int partitions, long endOffsets, Map<String, Long> lag) {}

  /**
   * One node.
   *
   * @param ready as Kubernetes says; empty when it has no such node
   * @param launchers how many virtual machines its executor offers to carry
   * @param standing as Vireo's record says; null when that has not seen it
   */
  record NodeStatus(String name, String ready, String launchers, @Nullable NodeStanding standing) {}

  /** One virtual machine instance. */
  record VmiStatus(String namespace, String name, String phase, String node, String ip) {}

  static StackStatus of(StackFile stack, Place place) throws InterruptedException {
    List<String> problems = new ArrayList<>();
    List<Component> components = new ArrayList<>();
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(ANSWER_MAX).build()) {
      for (StackFile.Component part : stack.components()) {
        String address = part.address() == null ? part.healthAddress() : part.address();
        components.add(
            new Component(
                part.name(),
                part.pid(),
                health(http, part),
                address == null ? "" : address,
                part.log()));
      }
    }
    List<TopicStatus> topics = new ArrayList<>();
    SortedMap<String, NodeStanding> standings = new TreeMap<>();
    try {
      KafkaConnection operator = place.kafka(stack, KafkaAccess.OPERATOR);
      topics.addAll(TopicOffsets.read(operator));
      standings.putAll(NodeStandings.read(operator));
    } catch (ExecutionException | IOException | KafkaException e) {
      problems.add("Kafka does not answer: " + Failure.describe(e));
    }
    List<PodStatus> pods = new ArrayList<>();
    List<NodeStatus> nodes = new ArrayList<>();
    List<VmiStatus> vmis = new ArrayList<>();
    try (KubernetesClient client = Cluster.connect(place.state().kubeconfig())) {
      for (Node node : client.nodes().list().getItems()) {
        nodes.add(node(node, standings.remove(node.getMetadata().getName())));
      }
      vmis.addAll(vmis(client));
      VireoPods.list(client).forEach(pod -> pods.add(PodStatus.of(pod)));
      Workload.list(client).stream()
          .filter(workload -> !workload.isReady())
          .forEach(workload -> problems.add(workload.describe()));
    } catch (KubernetesClientException e) {
      problems.add("the API server does not answer: " + Failure.describe(e));
    }
    standings.values().stream()
        .filter(standing -> standing.state() != NodeState.Removed)
        .forEach(standing -> nodes.add(new NodeStatus(standing.node(), "", "", standing)));
    return new StackStatus(components, pods, topics, nodes, vmis, problems);
  }

  private static String health(HttpClient http, StackFile.Component part)
      throws InterruptedException {
    if (part.pid() == 0) {
      return "dead";
    }
    if (part.healthAddress() == null) {
      return "ok";
    }
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create("http://" + part.healthAddress() + "/readyz"))
                  .timeout(ANSWER_MAX)
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return answer.statusCode() == 200
          ? "ok"
          : "not ready: " + answer.body().strip().replace("\n", "; ");
    } catch (IOException e) {
      return "no answer";
    }
  }

  private static NodeStatus node(Node node, @Nullable NodeStanding standing) {
    String ready =
        node.getStatus().getConditions().stream()
            .filter(condition -> condition.getType().equals("Ready"))
            .map(condition -> condition.getStatus())
            .findFirst()
            .orElse("Unknown");
    Map<String, Quantity> room = node.getStatus().getAllocatable();
    Quantity launchers = room == null ? null : room.get(LAUNCHERS);
    return new NodeStatus(
        node.getMetadata().getName(),
        ready,
        launchers == null ? "0" : launchers.getAmount(),
        standing);
  }

  static List<VmiStatus> vmis(KubernetesClient client) {
    return client
        .genericKubernetesResources(Cluster.VMI)
        .inAnyNamespace()
        .list()
        .getItems()
        .stream()
        .map(StackStatus::vmi)
        .toList();
  }

  private static VmiStatus vmi(GenericKubernetesResource vmi) {
    Object ip = vmi.get("status", "interfaces", 0, "ipAddress");
    return new VmiStatus(
        vmi.getMetadata().getNamespace(),
        vmi.getMetadata().getName(),
        Cluster.status(vmi, "phase"),
        Cluster.status(vmi, "nodeName"),
        ip == null ? "" : ip.toString());
  }
}
