package io.vireo.dev.stack;

import io.vireo.api.ApiMain;
import io.vireo.cluster.ClusterExecutorMain;
import io.vireo.dev.kafka.KafkaMain;
import io.vireo.dev.kafka.KafkaUsers;
import io.vireo.dev.nodeagent.NodeAgentMain;
import io.vireo.ingest.IngestMain;
import io.vireo.node.NodeExecutorMain;
import io.vireo.scheduler.SchedulerMain;
import io.vireo.schemas.KafkaAccess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Vireo's own parts and the node agents, with the settings of a developer's machine: one replica of
 * everything, software emulation where KVM does not work, masquerade by QEMU's user network.
 */
final class VireoComponents {

  static final String KAFKA = "kafka";

  /** Admission. */
  static final String API = "api";

  /** The port where Kafka serves clients on nodes with a kubelet. */
  static final String KAFKA_FOR_NODES = "kafka-nodes";

  private static final int PARTITIONS = 12;
  private static final List<String> SMALL_HEAP = List.of("-Xmx128m");

  private final StateDir state;
  private final Ports ports;
  private final Path imageStore;
  private final String launcherImage;
  private final boolean emulation;
  private final boolean podNetwork;
  private final Optional<Path> failpoints;
  private final KafkaUsers users;

  /**
   * @param launcherImage image of the launcher's pods
   * @param podNetwork each pod has a network of its own, and its node a helper for it
   */
  VireoComponents(
      StateDir state,
      Ports ports,
      Path imageStore,
      String launcherImage,
      boolean emulation,
      boolean podNetwork,
      Optional<Path> failpoints) {
    this.podNetwork = podNetwork;
    this.launcherImage = launcherImage;
    this.state = state;
    this.ports = ports;
    this.imageStore = imageStore;
    this.emulation = emulation;
    this.failpoints = failpoints;
    this.users = new KafkaUsers(state.kafkaUsers());
  }

  /**
   * The broker. It makes its topics, users and rights before it is ready.
   *
   * @param bridge this machine's address on the bridge to its nodes, if there is one
   */
  ComponentSpec kafka(List<String> nodes, Optional<String> bridge) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                KafkaMain.FOLDER, state.kafka().toString(),
                KafkaMain.PORT, Integer.toString(ports.of(KAFKA)),
                KafkaMain.CONTROLLER_PORT, Integer.toString(ports.of("kafka-controller")),
                KafkaMain.USERS, state.kafkaUsers().toString(),
                KafkaMain.NODES, String.join(",", nodes),
                KafkaMain.PARTITIONS, Integer.toString(PARTITIONS),
                KafkaMain.HEALTH, ports.address("kafka-health")));
    bridge.ifPresent(
        host -> environment.put(KafkaMain.OTHER_ADDRESS, host + ":" + ports.of(KAFKA_FOR_NODES)));
    return new ComponentSpec(
        KAFKA,
        KafkaMain.class.getName(),
        KafkaMain::start,
        environment,
        List.of("-Xmx256m"),
        Optional.of(ports.address("kafka-health")));
  }

  ComponentSpec ingest(Path kubeconfig) {
    Map<String, String> environment = common("ingest", KafkaAccess.INGEST);
    environment.put("VIREO_KUBECONFIG", kubeconfig.toString());
    environment.put(
        "VIREO_INGEST_HASH_KEY_FILE", state.component("ingest").resolve("hash.key").toString());
    return spec("ingest", IngestMain.class, IngestMain::start, environment);
  }

  /** The first is called {@code scheduler}, the others {@code scheduler-1} and so on. */
  ComponentSpec scheduler(int index) {
    String name = index == 0 ? "scheduler" : "scheduler-" + index;
    Map<String, String> environment = common(name, KafkaAccess.SCHEDULER);
    environment.put(
        "VIREO_SCHEDULER_STATE_DIR", state.component(name).resolve("streams").toString());
    environment.put("VIREO_SCHEDULER_INSTANCE_ID", "scheduler-" + index);
    environment.put("VIREO_SCHEDULER_USE_EMULATION", Boolean.toString(emulation));
    environment.put("VIREO_SCHEDULER_LAUNCHER_IMAGE", launcherImage);
    environment.put("VIREO_SCHEDULER_DEFAULT_NETWORK_INTERFACE", defaultNetworkInterface());
    environment.put("VIREO_SCHEDULER_POD_NETWORK", podNetwork());
    return spec(name, SchedulerMain.class, SchedulerMain::start, environment);
  }

  ComponentSpec clusterExecutor(Path kubeconfig) {
    Map<String, String> environment = common("cluster-executor", KafkaAccess.CLUSTER_EXECUTOR);
    environment.put("VIREO_KUBECONFIG", kubeconfig.toString());
    return spec(
        "cluster-executor", ClusterExecutorMain.class, ClusterExecutorMain::start, environment);
  }

  /**
   * Admission, on loopback.
   *
   * @param names by which else it may be asked, now or later
   */
  ComponentSpec api(Path kubeconfig, List<String> names) {
    Map<String, String> environment = new HashMap<>();
    environment.put("VIREO_KUBECONFIG", kubeconfig.toString());
    environment.put("VIREO_HEALTH_ADDRESS", ports.address(API + "-health"));
    environment.put("VIREO_API_ADDRESS", apiAddress());
    environment.put("VIREO_API_NAMES", String.join(",", names));
    environment.put("VIREO_API_USE_EMULATION", Boolean.toString(emulation));
    environment.put("VIREO_API_DEFAULT_NETWORK_INTERFACE", defaultNetworkInterface());
    environment.put("VIREO_API_POD_NETWORK", podNetwork());
    return spec(API, ApiMain.class, ApiMain::start, environment);
  }

  String apiAddress() {
    return ports.address(API);
  }

  private String defaultNetworkInterface() {
    return podNetwork ? "bridge" : "masquerade";
  }

  private String podNetwork() {
    return podNetwork ? "tap" : "user";
  }

  ComponentSpec nodeExecutor(String node) {
    String name = "node-executor-" + node;
    Map<String, String> environment = common(name, KafkaAccess.node(node));
    environment.put("VIREO_NODE_NAME", node);
    environment.put("VIREO_NODE_STATE_DIR", state.executorStateDir(node).toString());
    environment.put("VIREO_NODE_RUN_DIR", state.executorRunDir(node).toString());
    environment.put("VIREO_NODE_KUBELET_DIR", state.kubeletDir(node).toString());
    environment.put("VIREO_NODE_CAPABILITIES_DIR", state.capabilities().toString());
    environment.put("VIREO_NODE_CONSOLE_ADDRESS", consoleAddress(node));
    environment.put("VIREO_NODE_CONSOLE_TOKEN_FILE", consoleTokenFile(node).toString());
    return spec(name, NodeExecutorMain.class, NodeExecutorMain::start, environment);
  }

  ComponentSpec nodeAgent(String node, int index, Path kubeconfig) {
    String name = "node-agent-" + node;
    Map<String, String> environment = new HashMap<>();
    environment.put("VIREO_AGENT_NODE_NAME", node);
    environment.put("VIREO_AGENT_KUBECONFIG", kubeconfig.toString());
    environment.put("VIREO_AGENT_STATE_DIR", state.node(node).resolve("agent").toString());
    environment.put("VIREO_AGENT_KUBELET_DIR", state.kubeletDir(node).toString());
    environment.put("VIREO_AGENT_IMAGE_STORE", imageStore.toString());
    environment.put("VIREO_AGENT_POD_SUBNET", Integer.toString(index));
    environment.put("VIREO_HEALTH_ADDRESS", ports.address(name + "-health"));
    return spec(name, NodeAgentMain.class, NodeAgentMain::start, environment);
  }

  String consoleAddress(String node) {
    return ports.address("console-" + node);
  }

  Path consoleTokenFile(String node) {
    return state.component("node-executor-" + node).resolve("console.token");
  }

  String kafkaBootstrap() {
    return ports.address(KAFKA);
  }

  private Map<String, String> common(String name, String kafkaUser) {
    Map<String, String> environment = new HashMap<>();
    environment.put("VIREO_KAFKA_BOOTSTRAP_SERVERS", kafkaBootstrap());
    environment.put("VIREO_KAFKA_USERNAME", kafkaUser);
    environment.put("VIREO_KAFKA_PASSWORD_FILE", users.passwordFile(kafkaUser).toString());
    environment.put("VIREO_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT");
    failpoints.ifPresent(folder -> environment.put("VIREO_FAILPOINTS_DIR", folder.toString()));
    environment.put("VIREO_HEALTH_ADDRESS", ports.address(name + "-health"));
    environment.put("VIREO_REPLICATION_FACTOR", "1");
    return environment;
  }

  private static ComponentSpec spec(
      String name, Class<?> main, ComponentSpec.Starter starter, Map<String, String> environment) {
    return new ComponentSpec(
        name,
        main.getName(),
        starter,
        Map.copyOf(environment),
        new ArrayList<>(SMALL_HEAP),
        Optional.ofNullable(environment.get("VIREO_HEALTH_ADDRESS")));
  }
}
