package io.vireo.dev.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One KRaft broker and controller in this JVM. Its folder survives restarts, also on other ports.
 * The settings are those measured for one developer's machine: small, quick to come back after a
 * crash.
 *
 * <p>Both listeners ask for a name and a password, and who has no right may do nothing. Clients use
 * SCRAM. The controller's listener knows one user only, the broker's own, who is the one super
 * user: had it been plain text, whoever on this machine dials it would have been {@code ANONYMOUS},
 * who would have had to be a super user too. Its mechanism is PLAIN, since its users are then a
 * list of its own and not those of the log, whom SCRAM would let in; the password crosses loopback
 * within this process. A controller on another machine needs TLS with certificates there.
 */
public final class KafkaBroker implements AutoCloseable {

  private static final int NODE_ID = 1;
  private static final String SCRAM = "SCRAM-SHA-512";
  private static final String PLAIN = "PLAIN";

  private final KafkaRaftServer server;
  private final int port;

  private KafkaBroker(KafkaRaftServer server, int port) {
    this.server = server;
    this.port = port;
  }

  /**
   * Formats the folder if it is new, starts and returns once the broker serves.
   *
   * @param folder where the log lives
   * @param port loopback port for clients
   * @param otherAddress {@code host:port} where clients are served too; another port, for Kafka
   *     takes none twice
   * @param controllerPort loopback port for the controller; must be a real one, 0 hangs
   * @param users gets the broker's own user, if it is new
   * @throws IOException also for a folder whose own user's password is lost
   */
  public static KafkaBroker start(
      Path folder, int port, Optional<String> otherAddress, int controllerPort, KafkaUsers users)
      throws IOException {
    Files.createDirectories(folder);
    boolean formatted = Files.exists(folder.resolve("meta.properties"));
    if (formatted && Files.notExists(users.passwordFile(KafkaUsers.ADMIN))) {
      throw new IOException(
          "Expected the password of Kafka's own user in "
              + users.passwordFile(KafkaUsers.ADMIN)
              + ", but there is none: "
              + folder
              + " was made by a release without users, or the file is lost; remove the stack's"
              + " state with: vireo down --purge");
    }
    users.create(List.of(KafkaUsers.ADMIN));
    String password = users.password(KafkaUsers.ADMIN);
    if (!formatted) {
      format(folder, password);
    }
    KafkaRaftServer server =
        new KafkaRaftServer(
            new KafkaConfig(settings(folder, port, otherAddress, controllerPort, password)),
            Time.SYSTEM);
    server.startup();
    return new KafkaBroker(server, port);
  }

  private static void format(Path folder, String password) throws IOException {
    try (PrintStream silent =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(silent)
          .setNodeId(NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(folder.toString())
          .addDirectory(folder.toString())
          .setScramArguments(
              List.of(SCRAM + "=[name=" + KafkaUsers.ADMIN + ",password=" + password + "]"))
          .run();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("Expected to format Kafka's folder " + folder + ", but could not", e);
    }
  }

  private static Map<String, String> settings(
      Path folder, int port, Optional<String> otherAddress, int controllerPort, String password) {
    Map<String, String> settings = new HashMap<>(security(password));
    String clients =
        "CLIENT://127.0.0.1:" + port + otherAddress.map(other -> ",OTHER://" + other).orElse("");
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    settings.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
    settings.put("listeners", clients + ",CONTROLLER://127.0.0.1:" + controllerPort);
    settings.put("advertised.listeners", clients);
    if (otherAddress.isPresent()) {
      settings.put(
          "listener.name.other.scram-sha-512.sasl.jaas.config",
          "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    }
    settings.put("inter.broker.listener.name", "CLIENT");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("log.dirs", folder.toString());
    settings.put("auto.create.topics.enable", "false");
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("transaction.state.log.num.partitions", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("share.coordinator.state.topic.num.partitions", "1");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    // Kafka's least is 6 s; the scheduler's session of 2.5 s needs less.
    settings.put("group.min.session.timeout.ms", "1000");
    settings.put("group.consumer.assignment.interval.ms", "0");
    settings.put("log.cleaner.dedupe.buffer.size", "4194304");
    settings.put("log.index.size.max.bytes", "1048576");
    settings.put("num.io.threads", "2");
    settings.put("num.network.threads", "1");
    settings.put("num.recovery.threads.per.data.dir", "1");
    settings.put("background.threads", "2");
    // A broker that crashed waits for its own stale registration: 9 s by default.
    settings.put("broker.session.timeout.ms", "1500");
    settings.put("broker.heartbeat.interval.ms", "300");
    // 10 s by default, by which a dead scheduler's transaction would outlive its timeout.
    settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500");
    return settings;
  }

  private static Map<String, String> security(String password) {
    String credentials =
        " required username=\"" + KafkaUsers.ADMIN + "\" password=\"" + password + "\"";
    return Map.of(
        "listener.security.protocol.map",
        "CLIENT:SASL_PLAINTEXT,OTHER:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT",
        "sasl.enabled.mechanisms",
        SCRAM,
        "sasl.mechanism.inter.broker.protocol",
        SCRAM,
        "listener.name.client.scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule" + credentials + ";",
        "listener.name.controller.sasl.enabled.mechanisms",
        PLAIN,
        "sasl.mechanism.controller.protocol",
        PLAIN,
        "listener.name.controller.plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule"
            + credentials
            + " user_"
            + KafkaUsers.ADMIN
            + "=\""
            + password
            + "\";",
        "authorizer.class.name",
        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found",
        "false",
        "super.users",
        "User:" + KafkaUsers.ADMIN);
  }

  /** {@code host:port} for clients. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Stops in order; takes up to a second. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }
}
