package io.vireo.dev.nodeagent;

import io.vireo.dev.images.ImageStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The agent's settings.
 *
 * @param nodeName of the Node object
 * @param kubeconfig file with access to Kubernetes
 * @param stateDir what has to survive the agent
 * @param kubeletDir where plugins find their sockets
 * @param imageStore folder of images
 * @param cpu capacity, as a quantity
 * @param memory capacity, as a quantity
 * @param podSubnet n of the pods' addresses 127.64.n.y; another for each agent of a machine
 * @param healthAddress {@code host:port}, if health is to be served
 */
record AgentConfig(
    String nodeName,
    Path kubeconfig,
    Path stateDir,
    Path kubeletDir,
    Path imageStore,
    String cpu,
    String memory,
    int podSubnet,
    Optional<String> healthAddress) {

  private static final String NAME_FORM = "[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?";

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException naming everything that is wrong
   */
  static AgentConfig fromEnv(Map<String, String> env) {
    List<String> problems = new ArrayList<>();
    String name = required(env, "VIREO_AGENT_NODE_NAME", problems);
    if (!name.isEmpty() && !name.matches(NAME_FORM)) {
      problems.add("VIREO_AGENT_NODE_NAME must be a node's name, but is " + name);
    }
    Path kubeconfig = path(env, "VIREO_AGENT_KUBECONFIG", problems);
    Path stateDir = path(env, "VIREO_AGENT_STATE_DIR", problems);
    Path kubeletDir = path(env, "VIREO_AGENT_KUBELET_DIR", problems);
    Path imageStore = path(env, "VIREO_AGENT_IMAGE_STORE", problems);
    String cpu = quantity(env, "VIREO_AGENT_CPU", problems);
    String memory = quantity(env, "VIREO_AGENT_MEMORY", problems);
    String subnet = env.getOrDefault("VIREO_AGENT_POD_SUBNET", "1");
    if (!subnet.matches("[0-9]{1,3}") || Integer.parseInt(subnet) > 255) {
      problems.add("VIREO_AGENT_POD_SUBNET must be a number from 0 to 255, but is " + subnet);
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "The node agent's settings are wrong: " + String.join("; ", problems));
    }
    return new AgentConfig(
        name,
        kubeconfig,
        stateDir,
        kubeletDir,
        imageStore,
        cpu.isEmpty() ? Integer.toString(Runtime.getRuntime().availableProcessors()) : cpu,
        memory.isEmpty() ? machineMemory() : memory,
        Integer.parseInt(subnet),
        Optional.ofNullable(blankAsNull(env.get("VIREO_HEALTH_ADDRESS"))));
  }

  private static @Nullable String blankAsNull(@Nullable String value) {
    return value == null || value.isBlank() ? null : value;
  }

  private static String required(Map<String, String> env, String name, List<String> problems) {
    String value = env.getOrDefault(name, "");
    if (value.isBlank()) {
      problems.add(name + " is not set");
    }
    return value;
  }

  private static Path path(Map<String, String> env, String name, List<String> problems) {
    return Path.of(required(env, name, problems)).toAbsolutePath().normalize();
  }

  private static String quantity(Map<String, String> env, String name, List<String> problems) {
    String value = env.getOrDefault(name, "");
    if (!value.matches("([0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?)?")) {
      problems.add(name + " must be a quantity such as 2 or 4Gi, but is " + value);
    }
    return value;
  }

  private static String machineMemory() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
        if (line.startsWith("MemTotal:")) {
          return line.replaceAll("[^0-9]", "") + "Ki";
        }
      }
    } catch (IOException e) {
      // Not a Linux to run pods on, but the settings are not where that is said.
    }
    return "1Gi";
  }

  String architecture() {
    return ImageStore.architecture();
  }

  /** What the node says it runs. */
  String version() {
    return "v1.35.0-node-agent";
  }
}
