package io.vireo.schemas;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where Kafka is and as whom one goes there. Read from these variables and from nothing else, so
 * that no setting of a Kafka client can be slipped in:
 *
 * <ul>
 *   <li>{@code VIREO_KAFKA_BOOTSTRAP_SERVERS}
 *   <li>{@code VIREO_KAFKA_USERNAME} and {@code VIREO_KAFKA_PASSWORD_FILE}, both or neither:
 *       SASL/SCRAM-SHA-512
 *   <li>{@code VIREO_KAFKA_SECURITY_PROTOCOL}: {@code SASL_SSL} unless set with a user name, {@code
 *       PLAINTEXT} without
 *   <li>{@code VIREO_KAFKA_TRUSTSTORE_FILE}: certificates in PEM, for the SSL protocols
 * </ul>
 *
 * @param password never shown by {@link #toString}
 */
public record KafkaConnection(
    String bootstrapServers,
    String securityProtocol,
    Optional<String> username,
    Optional<String> password,
    Optional<Path> truststore) {

  private static final String BOOTSTRAP = "VIREO_KAFKA_BOOTSTRAP_SERVERS";
  private static final String PROTOCOL = "VIREO_KAFKA_SECURITY_PROTOCOL";
  private static final String USERNAME = "VIREO_KAFKA_USERNAME";
  private static final String PASSWORD_FILE = "VIREO_KAFKA_PASSWORD_FILE";
  private static final String TRUSTSTORE_FILE = "VIREO_KAFKA_TRUSTSTORE_FILE";
  private static final Set<String> WITH_USER = Set.of("SASL_PLAINTEXT", "SASL_SSL");
  private static final Set<String> WITHOUT_USER = Set.of("PLAINTEXT", "SSL");

  /** A broker that asks for no name: tests, and brokers behind a closed network. */
  public static KafkaConnection plaintext(String bootstrapServers) {
    return new KafkaConnection(
        bootstrapServers, "PLAINTEXT", Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** A user of a broker on this machine. */
  public static KafkaConnection scram(String bootstrapServers, String username, String password) {
    return new KafkaConnection(
        bootstrapServers,
        "SASL_PLAINTEXT",
        Optional.of(username),
        Optional.of(password),
        Optional.empty());
  }

  /**
   * Reads the variables, the password file included.
   *
   * @param problems takes a sentence for each that is missing or wrong
   */
  public static KafkaConnection fromEnv(Map<String, String> env, List<String> problems) {
    String bootstrap = env.getOrDefault(BOOTSTRAP, "");
    if (bootstrap.isBlank()) {
      problems.add("Expected " + BOOTSTRAP + " to be set, but it is not");
    }
    Optional<String> username = value(env, USERNAME);
    Optional<String> passwordFile = value(env, PASSWORD_FILE);
    if (username.isPresent() != passwordFile.isPresent()) {
      problems.add("Expected " + USERNAME + " and " + PASSWORD_FILE + " both or neither");
    }
    Set<String> allowed = username.isPresent() ? WITH_USER : WITHOUT_USER;
    String protocol = value(env, PROTOCOL).orElse(username.isPresent() ? "SASL_SSL" : "PLAINTEXT");
    if (!allowed.contains(protocol)) {
      problems.add(
          "Expected "
              + PROTOCOL
              + " to be one of "
              + allowed.stream().sorted().toList()
              + (username.isPresent() ? " with a user name" : " without a user name")
              + ", but it is '"
              + protocol
              + "'");
    }
    return new KafkaConnection(
        bootstrap,
        protocol,
        username,
        passwordFile.flatMap(file -> password(Path.of(file), problems)),
        value(env, TRUSTSTORE_FILE).map(Path::of));
  }

  private static Optional<String> value(Map<String, String> env, String name) {
    return Optional.ofNullable(env.get(name)).filter(text -> !text.isBlank());
  }

  private static Optional<String> password(Path file, List<String> problems) {
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (IOException e) {
      problems.add(
          "Expected "
              + PASSWORD_FILE
              + " to name a file that can be read, but got "
              + e.getClass().getSimpleName()
              + " for "
              + file);
      return Optional.empty();
    }
  }

  /** What every Kafka client of this process starts from; holds the password. */
  public Map<String, Object> clientSettings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("security.protocol", securityProtocol);
    settings.put("metric.reporters", KafkaCluster.Listener.class.getName());
    if (username.isPresent()) {
      settings.put("sasl.mechanism", "SCRAM-SHA-512");
      settings.put(
          "sasl.jaas.config",
          "org.apache.kafka.common.security.scram.ScramLoginModule required username=\""
              + escaped(username.get())
              + "\" password=\""
              + escaped(password.orElse(""))
              + "\";");
    }
    truststore.ifPresent(
        file -> {
          settings.put("ssl.truststore.type", "PEM");
          settings.put("ssl.truststore.location", file.toString());
        });
    return settings;
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  @Override
  public String toString() {
    return "KafkaConnection["
        + bootstrapServers
        + ", "
        + securityProtocol
        + username.map(name -> ", as " + name).orElse("")
        + "]";
  }
}
