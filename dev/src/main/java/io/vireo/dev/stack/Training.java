package io.vireo.dev.stack;

import io.vireo.dev.images.LauncherImage;
import io.vireo.dev.kafka.KafkaUsers;
import io.vireo.dev.process.FolderRemoval;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Starts Kafka and a scheduler in this JVM, twice the latter, and stops them: for a JVM that writes
 * down which classes that takes ({@code -XX:AOTCacheOutput}), so that later ones start in half the
 * time. The {@code vireo} script runs it after a build.
 */
@SuppressWarnings("try") // What is closed may be interrupted; nobody interrupts this.
public final class Training {

  private static final String NODE = "node1";
  private static final Duration READY_MAX = Duration.ofMinutes(1);

  private Training() {}

  /** Takes no arguments; leaves nothing behind. */
  public static void main(String[] args) throws Exception {
    StateDir state = new StateDir(Files.createTempDirectory("vireo-training"));
    try {
      state.create();
      KafkaUsers users = new KafkaUsers(state.kafkaUsers());
      users.create(KafkaUsers.of(List.of(NODE)));
      Path noImages = state.root().resolve("images");
      VireoComponents components =
          new VireoComponents(
              state,
              Ports.load(state.portsFile()),
              noImages,
              LauncherImage.REFERENCE,
              true,
              false,
              Optional.empty());
      ComponentSpec kafka = components.kafka(List.of(NODE), Optional.empty());
      try (AutoCloseable _ = kafka.starter().start(kafka.environment())) {
        // The second one finds what the first has left, as one that comes back does.
        startAndStop(components.scheduler(0));
        startAndStop(components.scheduler(0));
      }
    } finally {
      FolderRemoval.remove(state.runDir());
      FolderRemoval.remove(state.root());
    }
  }

  private static void startAndStop(ComponentSpec spec) throws Exception {
    try (AutoCloseable _ = spec.starter().start(spec.environment())) {
      Readiness.awaitHealthy(
          spec.name(), spec.healthAddress().orElseThrow(), READY_MAX, Optional::empty);
    }
  }
}
