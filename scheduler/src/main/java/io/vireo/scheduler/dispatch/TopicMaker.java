package io.vireo.scheduler.dispatch;

import io.vireo.schemas.Topic;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Makes topics of a node. */
public interface TopicMaker {

  /**
   * Makes those that do not exist and returns at once. The result completes when all exist and have
   * leaders, on any thread; it fails when that cannot be said, and may then be asked again.
   */
  CompletableFuture<Void> make(List<Topic<?>> topics);
}
