package io.vireo.node.kafka;

import java.util.concurrent.CompletableFuture;

/** Ids of topics: a topic that was deleted and made again has another one. */
@FunctionalInterface
public interface TopicIds {

  /** The id of the topic of this name; fails if there is none or the broker is away. */
  CompletableFuture<String> idOf(String topic);
}
