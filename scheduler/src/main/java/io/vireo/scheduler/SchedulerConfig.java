package io.vireo.scheduler;

import io.vireo.schemas.KafkaConnection;
import io.vireo.spec.ContainerDisks;
import io.vireo.spec.SpecSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Settings of the scheduler.
 *
 * @param stateDir where Kafka Streams keeps its state; not a temporary folder, and not shared with
 *     another instance
 * @param instanceId unique among the schedulers, kept over a restart
 * @param standbyReplicas copies of each partition's state that other instances keep warm; with one
 *     instance there is nobody to keep one
 * @param sessionTimeoutMs after how long without a word an instance is taken for dead
 */
record SchedulerConfig(
    KafkaConnection kafka,
    String healthAddress,
    short replicationFactor,
    int partitions,
    Path stateDir,
    String instanceId,
    int standbyReplicas,
    int sessionTimeoutMs,
    SpecSettings spec) {

  static SchedulerConfig fromEnv(Map<String, String> env) {
    List<String> problems = new ArrayList<>();
    KafkaConnection kafka = KafkaConnection.fromEnv(env, problems);
    String stateDir = required(env, "VIREO_SCHEDULER_STATE_DIR", problems);
    String image = required(env, "VIREO_SCHEDULER_LAUNCHER_IMAGE", problems);
    int replication = number(env, "VIREO_REPLICATION_FACTOR", 3, 1, problems);
    int partitions = number(env, "VIREO_PARTITIONS", 12, 1, problems);
    int standbys = number(env, "VIREO_SCHEDULER_STANDBY_REPLICAS", 1, 0, problems);
    int session = number(env, "VIREO_SCHEDULER_SESSION_TIMEOUT_MS", 2500, 1000, problems);
    String network = env.getOrDefault("VIREO_SCHEDULER_DEFAULT_NETWORK_INTERFACE", "bridge");
    ContainerDisks containerDisks = containerDisks(env, problems);
    boolean podNetwork = podNetwork(env, problems);
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
        standbys,
        session,
        new SpecSettings(
            network,
            Boolean.parseBoolean(env.getOrDefault("VIREO_SCHEDULER_USE_EMULATION", "false")),
            image,
            containerDisks,
            podNetwork));
  }

  private static boolean podNetwork(Map<String, String> env, List<String> problems) {
    String way = env.getOrDefault("VIREO_SCHEDULER_POD_NETWORK", "tap");
    if (!way.equals("tap") && !way.equals("user")) {
      problems.add(
          "Expected VIREO_SCHEDULER_POD_NETWORK to be tap or user, but it is '" + way + "'");
    }
    return way.equals("tap");
  }

  private static ContainerDisks containerDisks(Map<String, String> env, List<String> problems) {
    int gib = number(env, "VIREO_SCHEDULER_CONTAINER_DISK_COPY_GIB_MAX", 64, 1, problems);
    String way = env.getOrDefault("VIREO_SCHEDULER_CONTAINER_DISK", "image-volume");
    return switch (way) {
      case "image-volume" -> new ContainerDisks.ImageVolumes();
      case "copy" -> new ContainerDisks.Copies((long) gib << 30);
      default -> {
        problems.add(
            "Expected VIREO_SCHEDULER_CONTAINER_DISK to be image-volume or copy, but it is '"
                + way
                + "'");
        yield new ContainerDisks.ImageVolumes();
      }
    };
  }

  private static String required(Map<String, String> env, String name, List<String> problems) {
    String value = env.getOrDefault(name, "");
    if (value.isBlank()) {
      problems.add("Expected " + name + " to be set, but it is not");
    }
    return value;
  }

  private static int number(
      Map<String, String> env, String name, int ifUnset, int min, List<String> problems) {
    String value = env.get(name);
    if (value == null) {
      return ifUnset;
    }
    int number = value.matches("[0-9]{1,5}") ? Integer.parseInt(value) : -1;
    if (number < min) {
      problems.add(
          "Expected "
              + name
              + " to be a number from "
              + min
              + " to 99999, but it is '"
              + value
              + "'");
      return ifUnset;
    }
    return number;
  }
}
