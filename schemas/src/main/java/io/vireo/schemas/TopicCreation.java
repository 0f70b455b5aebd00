package io.vireo.schemas;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates topics as the catalogue describes them. Kafka's auto-creation is off everywhere. */
public final class TopicCreation {

  private static final long TIMEOUT_SECONDS = 60;
  private static final long AWAIT_PAUSE_MS = 200;

  private TopicCreation() {}

  /**
   * Creates those of the topics that do not exist and leaves the others as they are.
   *
   * @param partitions count for {@link Topic.Layout#BY_VMI} topics
   * @throws ExecutionException if the broker refuses
   */
  public static void ensure(
      Admin admin, Collection<? extends Topic<?>> topics, int partitions, short replication)
      throws InterruptedException, ExecutionException, TimeoutException {
    Set<String> existing = admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    List<NewTopic> missing = new ArrayList<>();
    for (Topic<?> topic : topics) {
      if (!existing.contains(topic.name())) {
        int count = topic.layout() == Topic.Layout.SINGLE ? 1 : partitions;
        missing.add(new NewTopic(topic.name(), count, replication).configs(topic.config()));
      }
    }
    for (var created : admin.createTopics(missing).values().values()) {
      try {
        created.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        // Someone else created it between the list and now.
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
  }

  /**
   * Waits until all of the topics exist, for a component that may not create any.
   *
   * @throws TimeoutException naming those that do not exist after this time
   */
  public static void awaitAll(Admin admin, Collection<? extends Topic<?>> topics, Duration max)
      throws InterruptedException, ExecutionException, TimeoutException {
    long deadline = System.nanoTime() + max.toNanos();
    while (true) {
      Set<String> existing = admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      List<String> missing =
          topics.stream().map(Topic::name).filter(name -> !existing.contains(name)).toList();
      if (missing.isEmpty()) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new TimeoutException(
            "Expected the topics to exist, or to be allowed to see them, but these do not: "
                + String.join(", ", missing));
      }
      Thread.sleep(AWAIT_PAUSE_MS);
    }
  }
}
