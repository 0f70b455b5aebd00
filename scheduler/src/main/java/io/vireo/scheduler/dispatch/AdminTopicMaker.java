package io.vireo.scheduler.dispatch;

import io.vireo.health.Failpoint;
import io.vireo.schemas.Topic;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Makes topics with Kafka's admin client, which works in the background. Thread-safe. */
final class AdminTopicMaker implements TopicMaker {

  private final Admin admin;
  private final short replication;

  AdminTopicMaker(Admin admin, short replication) {
    this.admin = admin;
    this.replication = replication;
  }

  @Override
  public CompletableFuture<Void> make(List<Topic<?>> topics) {
    return CompletableFuture.allOf(
        topics.stream().map(this::make).toArray(CompletableFuture<?>[]::new));
  }

  private CompletableFuture<Void> make(Topic<?> topic) {
    return seeLeader(topic)
        .exceptionallyCompose(
            e ->
                cause(e) instanceof UnknownTopicOrPartitionException
                    // createTopics returns when the controller knows; a producer needs the leader.
                    ? create(topic).thenCompose(created -> seeLeader(topic))
                    : CompletableFuture.failedFuture(e));
  }

  private CompletableFuture<Topic<?>> create(Topic<?> topic) {
    Failpoint.pass("dispatcher.topics.before");
    NewTopic wanted = new NewTopic(topic.name(), 1, replication).configs(topic.config());
    return admin
        .createTopics(List.of(wanted))
        .all()
        .toCompletionStage()
        .toCompletableFuture()
        .handle(
            (created, e) -> {
              if (e != null && !(cause(e) instanceof TopicExistsException)) {
                throw new CompletionException(cause(e));
              }
              Failpoint.pass("dispatcher.topics.after");
              return topic;
            });
  }

  private CompletableFuture<Void> seeLeader(Topic<?> topic) {
    return admin
        .describeTopics(List.of(topic.name()))
        .allTopicNames()
        .toCompletionStage()
        .toCompletableFuture()
        .thenAccept(
            found -> {
              TopicDescription description = found.get(topic.name());
              if (description == null
                  || description.partitions().stream().anyMatch(p -> p.leader() == null)) {
                throw new IllegalStateException(
                    "Expected topic " + topic.name() + " to have a leader, but it has none yet");
              }
            });
  }

  private static Throwable cause(Throwable e) {
    return e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
  }
}
