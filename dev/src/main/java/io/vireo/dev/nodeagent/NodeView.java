package io.vireo.dev.nodeagent;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The node as Kubernetes sees it, in the form of merge patches. Pure. */
final class NodeView {

  /** Address of the machine: all pods share its network. */
  static final String ADDRESS = "127.0.0.1";

  private NodeView() {}

  static Map<String, String> labels(String name, String architecture) {
    return Map.of(
        "kubernetes.io/hostname", name,
        "kubernetes.io/os", "linux",
        "kubernetes.io/arch", architecture);
  }

  /**
   * The status.
   *
   * @param devices of plugins
   * @param ready whether pods can be run
   */
  static Map<String, Object> status(
      AgentConfig config, Map<String, Devices.Count> devices, boolean ready, Instant now) {
    Map<String, Object> capacity = base(config);
    Map<String, Object> allocatable = base(config);
    devices.forEach(
        (resource, count) -> {
          capacity.put(resource, Integer.toString(count.capacity()));
          allocatable.put(resource, Integer.toString(count.allocatable()));
        });
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("capacity", capacity);
    status.put("allocatable", allocatable);
    status.put(
        "addresses",
        List.of(
            Map.of("type", "InternalIP", "address", ADDRESS),
            Map.of("type", "Hostname", "address", config.nodeName())));
    String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    status.put(
        "conditions",
        List.of(
            condition("Ready", ready, ready ? "AgentReady" : "AgentStopped", time),
            condition("MemoryPressure", false, "Sufficient", time),
            condition("DiskPressure", false, "Sufficient", time),
            condition("PIDPressure", false, "Sufficient", time)));
    status.put(
        "nodeInfo",
        Map.of(
            "machineID", config.nodeName(),
            "systemUUID", config.nodeName(),
            "bootID", config.nodeName(),
            "kernelVersion", System.getProperty("os.version", ""),
            "osImage", "local processes",
            "containerRuntimeVersion", "process://1",
            "kubeletVersion", config.version(),
            "kubeProxyVersion", "",
            "operatingSystem", "linux",
            "architecture", config.architecture()));
    return status;
  }

  private static Map<String, Object> base(AgentConfig config) {
    Map<String, Object> base = new LinkedHashMap<>();
    base.put("cpu", config.cpu());
    base.put("memory", config.memory());
    base.put("pods", "110");
    base.put("ephemeral-storage", "100Gi");
    return base;
  }

  private static Map<String, Object> condition(
      String type, boolean holds, String reason, String time) {
    return Map.of(
        "type", type,
        "status", holds ? "True" : "False",
        "reason", reason,
        "message", "",
        "lastHeartbeatTime", time,
        "lastTransitionTime", time);
  }
}
