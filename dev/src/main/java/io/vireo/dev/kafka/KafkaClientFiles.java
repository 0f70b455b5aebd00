package io.vireo.dev.kafka;

import io.vireo.dev.process.PrivateFile;
import io.vireo.schemas.KafkaAccess;
import java.io.IOException;
import java.nio.file.Path;

/** Settings for tools that are not Vireo's, to read the record as the auditor. Private files. */
public final class KafkaClientFiles {

  private KafkaClientFiles() {}

  /** Writes the form that Java clients read, such as those that come with Kafka. */
  public static void writeJava(Path file, String bootstrapServers, KafkaUsers users)
      throws IOException {
    PrivateFile.write(
        file,
        """
        bootstrap.servers=%s
        security.protocol=SASL_PLAINTEXT
        sasl.mechanism=SCRAM-SHA-512
        sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \
        username="%s" password="%s";
        # The auditor may use groups that begin with audit- and no others.
        group.id=audit-local
        isolation.level=read_committed
        """
            .formatted(bootstrapServers, KafkaAccess.AUDITOR, users.password(KafkaAccess.AUDITOR)));
  }

  /** Writes the form that librdkafka reads, such as kcat with {@code -F}. */
  public static void writeLibrdkafka(Path file, String bootstrapServers, KafkaUsers users)
      throws IOException {
    PrivateFile.write(
        file,
        """
        bootstrap.servers=%s
        security.protocol=SASL_PLAINTEXT
        sasl.mechanism=SCRAM-SHA-512
        sasl.username=%s
        sasl.password=%s
        isolation.level=read_committed
        """
            .formatted(bootstrapServers, KafkaAccess.AUDITOR, users.password(KafkaAccess.AUDITOR)));
  }
}
