package io.vireo.scheduler;

import io.vireo.scheduler.spec.SpecSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Settings of the scheduler.
 *
 * @param stateDir where Kafka Streams keeps its state; not a temporary folder
 * @param instanceId unique among the schedulers, kept over a restart
 */
record SchedulerConfig(
    String bootstrapServers,
    String healthAddress,
    short replicationFactor,
    int partitions,
    Path stateDir,
    String instanceId,
    SpecSettings spec) {

  static SchedulerConfig fromEnv(Map<String, String> env) {
    List<String> problems = new ArrayList<>();
    String kafka = required(env, "VIREO_KAFKA_BOOTSTRAP_SERVERS", problems);
    String stateDir = required(env, "VIREO_SCHEDULER_STATE_DIR", problems);
    String image = required(env, "VIREO_SCHEDULER_LAUNCHER_IMAGE", problems);
    int replication = number(env, "VIREO_REPLICATION_FACTOR", 3, problems);
    int partitions = number(env, "VIREO_PARTITIONS", 12, problems);
    String network = env.getOrDefault("VIREO_SCHEDULER_DEFAULT_NETWORK_INTERFACE", "bridge");
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return new SchedulerConfig(
        kafka,
        env.getOrDefault("VIREO_HEALTH_ADDRESS", "0.0.0.0:8081"),
        (short) replication,
        partitions,
        Path.of(stateDir),
        env.getOrDefault("VIREO_SCHEDULER_INSTANCE_ID", "scheduler-0"),
        new SpecSettings(
            network,
            Boolean.parseBoolean(env.getOrDefault("VIREO_SCHEDULER_USE_EMULATION", "false")),
            image));
  }

  private static String required(Map<String, String> env, String name, List<String> problems) {
    String value = env.getOrDefault(name, "");
    if (value.isBlank()) {
      problems.add("Expected " + name + " to be set, but it is not");
    }
    return value;
  }

  private static int number(
      Map<String, String> env, String name, int ifUnset, List<String> problems) {
    String value = env.get(name);
    if (value == null) {
      return ifUnset;
    }
    if (!value.matches("[1-9][0-9]{0,3}")) {
      problems.add(
          "Expected " + name + " to be a number from 1 to 9999, but it is '" + value + "'");
      return ifUnset;
    }
    return Integer.parseInt(value);
  }
}
