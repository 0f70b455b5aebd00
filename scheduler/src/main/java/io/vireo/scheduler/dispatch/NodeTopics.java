package io.vireo.scheduler.dispatch;

import io.vireo.schemas.AvroCodec;
import io.vireo.schemas.CloudEvents;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.NodeEligible;
import io.vireo.schemas.avro.NodeState;
import io.vireo.schemas.avro.NodeTransition;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the two topics of each node that became known, then announces them. It reads all standings
 * from the beginning and keeps no position: what it announced before is announced again.
 *
 * <p>Turns belong to one thread. {@link Directory} may be used from any.
 */
public final class NodeTopics {

  private static final Logger log = LoggerFactory.getLogger(NodeTopics.class);
  private static final long RETRY_MS = 1_000;

  private final Consumer<String, byte[]> consumer;
  private final Producer<String, byte[]> producer;
  private final TopicMaker maker;
  private final InstantSource clock;
  private final Directory directory;

  /** Nodes as last told, with the uid. */
  private final Map<String, String> wanted = new TreeMap<>();

  /** Nodes whose topics are being made or wait to be tried again, and when; MAX while made. */
  private final Map<String, Long> underWay = new HashMap<>();

  /**
   * Nodes whose topics were seen since the node became known, with the uid. Not the directory: that
   * outlives this object, and a broker that lost its disk has no topics any more.
   */
  private final Map<String, String> settled = new HashMap<>();

  private final Queue<Made> results = new ConcurrentLinkedQueue<>();

  private record Made(String node, String uid, boolean ok) {}

  /** Which nodes can be sent commands. Thread-safe. */
  public static final class Directory {
    private final Map<String, String> uids = new ConcurrentHashMap<>();
    private final Queue<String> doubted = new ConcurrentLinkedQueue<>();

    /** Nobody can be sent anything yet. */
    public Directory() {}

    /** Command topic of a node, if its topics exist for this uid of it. */
    Optional<String> commandsTopic(String node, String nodeUid) {
      return nodeUid.equals(uids.get(node))
          ? Optional.of(Topics.nodeCommands(node).name())
          : Optional.empty();
    }

    /** A send to the node failed: its topics are looked at anew before the next one. */
    void doubt(String node) {
      if (uids.remove(node) != null) {
        doubted.add(node);
      }
    }
  }

  /** Reads from the beginning; the clients belong to this object from here on. */
  public NodeTopics(
      Consumer<String, byte[]> consumer,
      Producer<String, byte[]> producer,
      TopicMaker maker,
      InstantSource clock,
      Directory directory) {
    this.consumer = consumer;
    this.producer = producer;
    this.maker = maker;
    this.clock = clock;
    this.directory = directory;
    // Every partition has each record.
    TopicPartition first = new TopicPartition(Topics.NODE_TRANSITIONS.name(), 0);
    consumer.assign(List.of(first));
    consumer.seekToBeginning(List.of(first));
  }

  /**
   * Reads what is there, waiting at most this long, has topics made and announces those that were.
   * The result completes when the announcements are acknowledged or are to be tried again; it does
   * not fail.
   */
  public CompletableFuture<?> turn(Duration wait) {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(wait)) {
      if (record.value() != null) {
        take(record.value());
      }
    }
    for (String node = directory.doubted.poll(); node != null; node = directory.doubted.poll()) {
      underWay.remove(node);
      settled.remove(node);
    }
    List<CompletableFuture<?>> announced = new ArrayList<>();
    for (Made made = results.poll(); made != null; made = results.poll()) {
      settle(made, announced);
    }
    long now = clock.millis();
    List.copyOf(wanted.keySet()).forEach(node -> make(node, now));
    return CompletableFuture.allOf(announced.toArray(CompletableFuture<?>[]::new));
  }

  private void take(byte[] value) {
    NodeTransition transition;
    try {
      transition = Topics.NODE_TRANSITIONS.decode(value);
    } catch (UndecodableRecordException e) {
      // The scheduler's topology reads the same record and sends it to the dead letters.
      return;
    }
    String node = transition.getNode();
    if (transition.getState() == NodeState.Removed) {
      wanted.remove(node);
      underWay.remove(node);
      settled.remove(node);
      directory.uids.remove(node);
    } else if (!transition.getNodeUid().equals(wanted.put(node, transition.getNodeUid()))) {
      underWay.remove(node);
      settled.remove(node);
    } else if (transition.getState() == NodeState.Known) {
      // Whoever tells of it has no memory of it; the broker may have none of its topics either.
      settled.remove(node);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The next turn finds the result in the queue.
  private void make(String node, long now) {
    String uid = wanted.get(node);
    if (uid == null || uid.equals(settled.get(node)) || underWay.getOrDefault(node, 0L) > now) {
      return;
    }
    List<Topic<?>> topics;
    try {
      topics = List.of(Topics.nodeCommands(node), Topics.nodeReports(node));
    } catch (IllegalArgumentException e) {
      log.atWarn().setCause(e).log("A node's name gives no topic");
      wanted.remove(node);
      return;
    }
    underWay.put(node, Long.MAX_VALUE);
    maker
        .make(topics)
        .whenComplete(
            (made, e) -> {
              if (e != null) {
                log.atWarn()
                    .setCause(e)
                    .addKeyValue("node", node)
                    .log("The node's topics could not be made; they are tried again");
              }
              results.add(new Made(node, uid, e == null));
            });
  }

  private void settle(Made made, List<CompletableFuture<?>> announced) {
    if (!made.uid().equals(wanted.get(made.node()))) {
      return;
    }
    if (!made.ok()) {
      underWay.put(made.node(), clock.millis() + RETRY_MS);
      return;
    }
    directory.uids.put(made.node(), made.uid());
    settled.put(made.node(), made.uid());
    underWay.remove(made.node());
    announced.add(
        announce(made)
            .handle(
                (done, e) -> {
                  if (e != null) {
                    log.atWarn()
                        .setCause(e)
                        .addKeyValue("node", made.node())
                        .log("The node could not be announced; it is tried again");
                    directory.doubt(made.node());
                  }
                  return made;
                }));
  }

  private CompletableFuture<Void> announce(Made made) {
    long now = clock.millis();
    String node = made.node();
    NodeEligible eligible =
        new NodeEligible(
            node,
            made.uid(),
            Topics.nodeCommands(node).name(),
            Topics.nodeReports(node).name(),
            now);
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            Topics.NODE_ELIGIBLE.name(), null, now, node, AvroCodec.encode(eligible));
    CloudEvents.headers(
            node + "/" + made.uid() + "/eligible",
            CloudEvents.type(NodeEligible.class),
            "dispatcher",
            node,
            now)
        .forEach(record.headers()::add);
    log.atInfo().addKeyValue("node", node).log("The node's topics exist");
    return Acknowledged.send(producer, record, "dispatcher.eligible");
  }
}
