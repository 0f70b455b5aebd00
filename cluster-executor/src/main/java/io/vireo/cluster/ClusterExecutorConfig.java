package io.vireo.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings of the cluster-executor.
 *
 * @param kafka bootstrap servers
 * @param healthAddress {@code host:port}
 * @param replication replicas of each topic
 * @param partitions partitions of each topic that is keyed by VMI
 * @param kubeconfig file; empty for the pod's account
 */
public record ClusterExecutorConfig(
    String kafka,
    String healthAddress,
    short replication,
    int partitions,
    Optional<Path> kubeconfig) {

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException if any is missing or wrong; the message names all of them
   */
  public static ClusterExecutorConfig fromEnv(Map<String, String> env) {
    List<String> problems = new ArrayList<>();
    String kafka = required(env, "VIREO_KAFKA_BOOTSTRAP_SERVERS", problems);
    String health = required(env, "VIREO_HEALTH_ADDRESS", problems);
    long replication = number(env, "VIREO_REPLICATION_FACTOR", 3, Short.MAX_VALUE, problems);
    long partitions = number(env, "VIREO_PARTITIONS", 12, 10_000, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("Settings are wrong: " + String.join("; ", problems));
    }
    return new ClusterExecutorConfig(
        kafka,
        health,
        (short) replication,
        (int) partitions,
        Optional.ofNullable(env.get("VIREO_KUBECONFIG")).filter(s -> !s.isBlank()).map(Path::of));
  }

  private static String required(Map<String, String> env, String name, List<String> problems) {
    String value = env.getOrDefault(name, "");
    if (value.isBlank()) {
      problems.add(name + ": expected a value, but it is not set");
    }
    return value;
  }

  private static long number(
      Map<String, String> env, String name, long otherwise, long max, List<String> problems) {
    String value = env.getOrDefault(name, "");
    if (value.isBlank()) {
      return otherwise;
    }
    if (value.matches("[0-9]{1,9}")) {
      long number = Long.parseLong(value);
      if (number >= 1 && number <= max) {
        return number;
      }
    }
    problems.add(name + ": expected a number from 1 to " + max + ", but got '" + value + "'");
    return otherwise;
  }
}
