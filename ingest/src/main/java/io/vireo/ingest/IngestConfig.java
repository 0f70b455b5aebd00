package io.vireo.ingest;

import io.vireo.schemas.KafkaConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings of ingest.
 *
 * @param kafka where Kafka is, and as whom to go there
 * @param healthAddress {@code host:port}
 * @param kubeconfig file; empty for the pod's account
 * @param hashKeyFile key that hashes secrets; made when missing
 * @param suspectAfter silence after which a node is suspect
 * @param lostAfter silence after which it is lost
 */
public record IngestConfig(
    KafkaConnection kafka,
    String healthAddress,
    Optional<Path> kubeconfig,
    Path hashKeyFile,
    Duration suspectAfter,
    Duration lostAfter) {

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException if any is missing or wrong; the message names all of them
   */
  public static IngestConfig fromEnv(Map<String, String> env) {
    List<String> problems = new ArrayList<>();
    KafkaConnection kafka = KafkaConnection.fromEnv(env, problems);
    String health = required(env, "VIREO_HEALTH_ADDRESS", problems);
    String keyFile = required(env, "VIREO_INGEST_HASH_KEY_FILE", problems);
    long suspect = number(env, "VIREO_INGEST_SUSPECT_AFTER_SECONDS", 10, 86_400, problems);
    long lost = number(env, "VIREO_INGEST_LOST_AFTER_SECONDS", 40, 86_400, problems);
    if (lost <= suspect) {
      problems.add(
          "VIREO_INGEST_LOST_AFTER_SECONDS: expected more than"
              + " VIREO_INGEST_SUSPECT_AFTER_SECONDS, but got "
              + lost);
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("Settings are wrong: " + String.join("; ", problems));
    }
    return new IngestConfig(
        kafka,
        health,
        Optional.ofNullable(env.get("VIREO_KUBECONFIG")).filter(s -> !s.isBlank()).map(Path::of),
        Path.of(keyFile),
        Duration.ofSeconds(suspect),
        Duration.ofSeconds(lost));
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
