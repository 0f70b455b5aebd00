package io.vireo.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.cluster.kafka.KafkaSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterExecutorConfigTest {

  @TempDir private Path folder;

  @Test
  void everyClientGoesToKafkaWithTheIdentity() throws IOException {
    Path password = Files.writeString(folder.resolve("password"), "pw\n");
    ClusterExecutorConfig config =
        ClusterExecutorConfig.fromEnv(
            Map.of(
                "VIREO_KAFKA_BOOTSTRAP_SERVERS", "b:1",
                "VIREO_KAFKA_USERNAME", "cluster-executor",
                "VIREO_KAFKA_PASSWORD_FILE", password.toString(),
                "VIREO_HEALTH_ADDRESS", "127.0.0.1:0"));

    assertThat(KafkaSettings.consumer(config.kafka()))
        .containsAllEntriesOf(config.kafka().clientSettings())
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("group.id", "vireo.cluster-executor")
        .containsEntry("isolation.level", "read_committed");
    assertThat(KafkaSettings.producer(config.kafka()))
        .containsAllEntriesOf(config.kafka().clientSettings())
        .containsEntry("enable.idempotence", true);
    assertThat(KafkaSettings.admin(config.kafka()))
        .containsAllEntriesOf(config.kafka().clientSettings());
    assertThat(config.toString()).doesNotContain("pw");
  }

  @Test
  void everyProblemIsNamed() {
    assertThatThrownBy(() -> ClusterExecutorConfig.fromEnv(Map.of()))
        .hasMessageContaining("VIREO_KAFKA_BOOTSTRAP_SERVERS")
        .hasMessageContaining("VIREO_HEALTH_ADDRESS");
  }
}
