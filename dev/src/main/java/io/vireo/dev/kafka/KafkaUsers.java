package io.vireo.dev.kafka;

import io.vireo.dev.process.PrivateFile;
import io.vireo.schemas.KafkaAccess;
import io.vireo.schemas.KafkaConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;

/**
 * The users of a stack's broker and their passwords: random, one private file a user, made once and
 * nowhere else.
 *
 * @param folder where the files are
 */
public record KafkaUsers(Path folder) {

  /** The broker's own user, which may do everything. No part of Vireo uses it. */
  public static final String ADMIN = "admin";

  private static final int PASSWORD_BYTES = 24;

  /** Every user of a stack with these nodes, but {@link #ADMIN}. */
  public static List<String> of(Collection<String> nodes) {
    List<String> users =
        new ArrayList<>(
            List.of(
                KafkaAccess.INGEST,
                KafkaAccess.SCHEDULER,
                KafkaAccess.CLUSTER_EXECUTOR,
                KafkaAccess.OPERATOR,
                KafkaAccess.AUDITOR));
    nodes.forEach(node -> users.add(KafkaAccess.node(node)));
    return List.copyOf(users);
  }

  /** Makes a password for each of them that has none. For one process at a time. */
  public void create(Collection<String> users) throws IOException {
    SecureRandom random = new SecureRandom();
    for (String user : users) {
      if (Files.notExists(passwordFile(user))) {
        byte[] bytes = new byte[PASSWORD_BYTES];
        random.nextBytes(bytes);
        PrivateFile.write(
            passwordFile(user), Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
      }
    }
  }

  /** The file with a user's password. */
  public Path passwordFile(String user) {
    return folder.resolve(user + ".password");
  }

  /** A user's password. */
  public String password(String user) throws IOException {
    return Files.readString(passwordFile(user)).strip();
  }

  /** What a client of this user needs. */
  public KafkaConnection connection(String bootstrapServers, String user) throws IOException {
    return KafkaConnection.scram(bootstrapServers, user, password(user));
  }
}
