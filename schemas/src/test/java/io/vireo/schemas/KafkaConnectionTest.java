package io.vireo.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaConnectionTest {

  @TempDir private Path folder;

  private final List<String> problems = new ArrayList<>();

  @Test
  void shouldNeedNothingButAnAddress() {
    KafkaConnection kafka =
        KafkaConnection.fromEnv(Map.of("VIREO_KAFKA_BOOTSTRAP_SERVERS", "h:1"), problems);
    assertThat(problems).isEmpty();
    assertThat(kafka.clientSettings())
        .containsOnly(
            Map.entry("bootstrap.servers", "h:1"),
            Map.entry("security.protocol", "PLAINTEXT"),
            Map.entry("metric.reporters", KafkaCluster.Listener.class.getName()));
  }

  @Test
  void shouldGoThereAsAUserAndNotShowThePassword() throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "se\"cr\\et\n");
    KafkaConnection kafka =
        KafkaConnection.fromEnv(
            Map.of(
                "VIREO_KAFKA_BOOTSTRAP_SERVERS",
                "h:1",
                "VIREO_KAFKA_USERNAME",
                "ingest",
                "VIREO_KAFKA_PASSWORD_FILE",
                file.toString()),
            problems);
    assertThat(problems).isEmpty();
    assertThat(kafka.clientSettings())
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
        .containsEntry(
            "sasl.jaas.config",
            "org.apache.kafka.common.security.scram.ScramLoginModule required"
                + " username=\"ingest\" password=\"se\\\"cr\\\\et\";");
    assertThat(kafka.toString()).contains("ingest").doesNotContain("se\"cr");
  }

  @Test
  void shouldNameEverythingThatIsWrong() {
    KafkaConnection.fromEnv(
        Map.of(
            "VIREO_KAFKA_USERNAME", "ingest",
            "VIREO_KAFKA_SECURITY_PROTOCOL", "PLAINTEXT"),
        problems);
    assertThat(problems)
        .hasSize(3)
        .anyMatch(p -> p.contains("VIREO_KAFKA_BOOTSTRAP_SERVERS"))
        .anyMatch(p -> p.contains("VIREO_KAFKA_PASSWORD_FILE"))
        .anyMatch(p -> p.contains("'PLAINTEXT'"));
  }

  @Test
  void shouldNameAPasswordFileThatIsNotThere() {
    KafkaConnection.fromEnv(
        Map.of(
            "VIREO_KAFKA_BOOTSTRAP_SERVERS", "h:1",
            "VIREO_KAFKA_USERNAME", "ingest",
            "VIREO_KAFKA_PASSWORD_FILE", folder.resolve("none").toString()),
        problems);
    assertThat(problems).singleElement().asString().contains("NoSuchFileException");
  }
}
