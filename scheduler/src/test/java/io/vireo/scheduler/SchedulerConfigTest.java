package io.vireo.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.spec.ContainerDisks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchedulerConfigTest {

  private static Map<String, String> env(Map<String, String> more) {
    Map<String, String> env =
        new HashMap<>(
            Map.of(
                "VIREO_KAFKA_BOOTSTRAP_SERVERS", "broker:9092",
                "VIREO_SCHEDULER_STATE_DIR", "/var/lib/vireo",
                "VIREO_SCHEDULER_LAUNCHER_IMAGE", "example.org/launcher:1"));
    env.putAll(more);
    return env;
  }

  @Test
  void shouldNameEverythingThatIsWrong() {
    assertThatThrownBy(
            () ->
                SchedulerConfig.fromEnv(
                    Map.of(
                        "VIREO_SCHEDULER_STANDBY_REPLICAS",
                        "-1",
                        "VIREO_SCHEDULER_SESSION_TIMEOUT_MS",
                        "999")))
        .hasMessageContainingAll(
            "VIREO_KAFKA_BOOTSTRAP_SERVERS",
            "VIREO_SCHEDULER_STATE_DIR",
            "VIREO_SCHEDULER_LAUNCHER_IMAGE",
            "VIREO_SCHEDULER_STANDBY_REPLICAS",
            "VIREO_SCHEDULER_SESSION_TIMEOUT_MS");
  }

  @Test
  void shouldMountImagesUnlessToldToCopy() {
    String way = "VIREO_SCHEDULER_CONTAINER_DISK";
    String max = "VIREO_SCHEDULER_CONTAINER_DISK_COPY_GIB_MAX";

    assertThat(containerDisks(Map.of())).isEqualTo(new ContainerDisks.ImageVolumes());
    assertThat(containerDisks(Map.of(way, "image-volume", max, "1")))
        .isEqualTo(new ContainerDisks.ImageVolumes());
    assertThat(containerDisks(Map.of(way, "copy"))).isEqualTo(new ContainerDisks.Copies(64L << 30));
    assertThat(containerDisks(Map.of(way, "copy", max, "99999")))
        .isEqualTo(new ContainerDisks.Copies(99_999L << 30));
    assertThatThrownBy(() -> containerDisks(Map.of(way, "Copy", max, "0")))
        .hasMessageContainingAll(
            "Expected VIREO_SCHEDULER_CONTAINER_DISK to be image-volume or copy, but it is 'Copy'",
            "Expected VIREO_SCHEDULER_CONTAINER_DISK_COPY_GIB_MAX to be a number from 1 to 99999");
  }

  private static ContainerDisks containerDisks(Map<String, String> more) {
    return SchedulerConfig.fromEnv(env(more)).spec().containerDisks();
  }

  @Test
  void shouldTakeOverSoonUnlessToldOtherwise() {
    Properties defaults = StreamsSettings.of(SchedulerConfig.fromEnv(env(Map.of())));

    assertThat(defaults)
        .containsEntry("num.standby.replicas", 1)
        .containsEntry("consumer.session.timeout.ms", 2500)
        .containsEntry("consumer.heartbeat.interval.ms", 250)
        .containsEntry("producer.transaction.timeout.ms", 1500)
        .containsEntry("main.consumer.group.instance.id", "scheduler-0");
    assertThat(new StreamsConfig(defaults).getLong("probing.rebalance.interval.ms"))
        .isEqualTo(60_000);

    Properties told =
        StreamsSettings.of(
            SchedulerConfig.fromEnv(
                env(
                    Map.of(
                        "VIREO_SCHEDULER_STANDBY_REPLICAS", "0",
                        "VIREO_SCHEDULER_SESSION_TIMEOUT_MS", "6000",
                        "VIREO_SCHEDULER_INSTANCE_ID", "scheduler-7"))));
    assertThat(told)
        .containsEntry("num.standby.replicas", 0)
        .containsEntry("consumer.session.timeout.ms", 6000)
        .containsEntry("main.consumer.group.instance.id", "scheduler-7");
  }

  @Test
  void shouldGoToTheBrokerUnderItsNameWithEveryClient(@TempDir Path folder) throws Exception {
    Path password = Files.writeString(folder.resolve("password"), "s3cret\n");
    StreamsConfig settings =
        new StreamsConfig(
            StreamsSettings.of(
                SchedulerConfig.fromEnv(
                    env(
                        Map.of(
                            "VIREO_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT",
                            "VIREO_KAFKA_USERNAME", "scheduler",
                            "VIREO_KAFKA_PASSWORD_FILE", password.toString())))));

    for (Map<String, Object> client :
        java.util.List.of(
            settings.getMainConsumerConfigs("group", "client", 0),
            settings.getRestoreConsumerConfigs("client"),
            settings.getProducerConfigs("client"),
            settings.getAdminConfigs("client"))) {
      assertThat(client)
          .containsEntry("security.protocol", "SASL_PLAINTEXT")
          .containsEntry("sasl.mechanism", "SCRAM-SHA-512");
      assertThat(client.get("sasl.jaas.config").toString()).contains("s3cret");
    }
  }
}
