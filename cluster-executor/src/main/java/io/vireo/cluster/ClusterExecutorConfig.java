package io.vireo.cluster;

import io.vireo.schemas.KafkaConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings of the cluster-executor.
 *
 * @param kafka the brokers and the identity there
 * @param healthAddress {@code host:port}
 * @param kubeconfig file; empty for the pod's account
 */
public record ClusterExecutorConfig(
    KafkaConnection kafka, String healthAddress, Optional<Path> kubeconfig) {

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException if any is missing or wrong; the message names all of them
   */
  public static ClusterExecutorConfig fromEnv(Map<String, String> env) {
    List<String> problems = new ArrayList<>();
    KafkaConnection kafka = KafkaConnection.fromEnv(env, problems);
    String health = required(env, "VIREO_HEALTH_ADDRESS", problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("Settings are wrong: " + String.join("; ", problems));
    }
    return new ClusterExecutorConfig(
        kafka,
        health,
        Optional.ofNullable(env.get("VIREO_KUBECONFIG")).filter(s -> !s.isBlank()).map(Path::of));
  }

  private static String required(Map<String, String> env, String name, List<String> problems) {
    String value = env.getOrDefault(name, "");
    if (value.isBlank()) {
      problems.add(name + ": expected a value, but it is not set");
    }
    return value;
  }
}
