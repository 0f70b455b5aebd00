package io.vireo.node;

import io.vireo.schemas.KafkaConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings of a node's executor.
 *
 * @param stateDir roster and position
 * @param runDir sockets; a short path, since a socket's has 107 bytes at most
 * @param devDir where the machine's devices are seen; only looked at, and given to pods from {@code
 *     /dev}
 * @param capabilitiesDir what was found out of the machine by libvirt; without it the node has no
 *     labels of CPU models and machine types
 * @param networkSocket where the node's network helper waits, if it has one
 */
record NodeExecutorConfig(
    String node,
    KafkaConnection kafka,
    String healthAddress,
    Path stateDir,
    Path runDir,
    Path kubeletDir,
    Path devDir,
    Optional<Path> capabilitiesDir,
    String consoleHost,
    int consolePort,
    Path consoleTokenFile,
    Optional<Path> networkSocket) {

  static NodeExecutorConfig fromEnv(Map<String, String> env) {
    List<String> problems = new ArrayList<>();
    String node = required(env, "VIREO_NODE_NAME", problems);
    KafkaConnection kafka = KafkaConnection.fromEnv(env, problems);
    String stateDir = required(env, "VIREO_NODE_STATE_DIR", problems);
    String token = required(env, "VIREO_NODE_CONSOLE_TOKEN_FILE", problems);
    String console = env.getOrDefault("VIREO_NODE_CONSOLE_ADDRESS", "127.0.0.1:8186");
    int colon = console.lastIndexOf(':');
    if (colon < 1 || !console.substring(colon + 1).matches("[0-9]{1,5}")) {
      problems.add(
          "Expected VIREO_NODE_CONSOLE_ADDRESS to be host:port, but it is '" + console + "'");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return new NodeExecutorConfig(
        node,
        kafka,
        env.getOrDefault("VIREO_HEALTH_ADDRESS", "0.0.0.0:8083"),
        Path.of(stateDir),
        Path.of(env.getOrDefault("VIREO_NODE_RUN_DIR", "/run/vireo-node")),
        Path.of(env.getOrDefault("VIREO_NODE_KUBELET_DIR", "/var/lib/kubelet")),
        Path.of(env.getOrDefault("VIREO_NODE_DEV_DIR", "/dev")),
        Optional.ofNullable(env.get("VIREO_NODE_CAPABILITIES_DIR"))
            .filter(dir -> !dir.isBlank())
            .map(Path::of),
        console.substring(0, colon),
        Integer.parseInt(console.substring(colon + 1)),
        Path.of(token),
        Optional.ofNullable(env.get("VIREO_NODE_NETWORK_SOCKET"))
            .filter(path -> !path.isBlank())
            .map(Path::of));
  }

  private static String required(Map<String, String> env, String name, List<String> problems) {
    String value = env.getOrDefault(name, "");
    if (value.isBlank()) {
      problems.add("Expected " + name + " to be set, but it is not");
    }
    return value;
  }
}
