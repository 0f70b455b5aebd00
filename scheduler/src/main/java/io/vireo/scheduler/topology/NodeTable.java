package io.vireo.scheduler.topology;

import io.vireo.scheduler.core.NodeLabel;
import io.vireo.scheduler.core.Surroundings;
import io.vireo.scheduler.owner.OwnerSurroundings;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * What one partition knows beside its VMIs and their owners: every node's standing, the newest
 * start of ingest that each topic told of, which lists were completed by which start, and which
 * partitions have told of all their VMIs that have owners. Not thread-safe.
 */
final class NodeTable implements Surroundings, OwnerSurroundings {

  private static final String NODE = "node/";
  private static final String LISTED = "listed/";
  private static final String TOLD = "told/";
  private static final String OWNED = "owned/";
  private static final String INCARNATION = "incarnation";

  /**
   * A node as stored.
   *
   * @param label what its label is to say; null in partitions that do not decide that
   */
  record Entry(
      String name,
      String uid,
      String standing,
      long incarnation,
      @Nullable String actor,
      @Nullable NodeLabel label) {

    Entry(String name, String uid, String standing, long incarnation, @Nullable String actor) {
      this(name, uid, standing, incarnation, actor, null);
    }

    Entry with(@Nullable NodeLabel other) {
      return new Entry(name, uid, standing, incarnation, actor, other);
    }
  }

  private final KeyValueStore<String, byte[]> store;
  private final Map<String, Entry> nodes = new HashMap<>();
  private final Map<String, Long> listed = new HashMap<>();
  private final Map<String, Long> told = new HashMap<>();
  private final Set<Integer> owned = new HashSet<>();
  private final int partitions;
  private long incarnation;

  /**
   * @param partitions of the topics that are keyed by uid
   */
  NodeTable(KeyValueStore<String, byte[]> store, int partitions) {
    this.store = store;
    this.partitions = partitions;
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      all.forEachRemaining(
          entry -> {
            if (entry.key.startsWith(NODE)) {
              Entry node = StateCodec.decodeNode(entry.value);
              nodes.put(node.name(), node);
            } else if (entry.key.startsWith(LISTED)) {
              listed.put(entry.key.substring(LISTED.length()), number(entry.value));
            } else if (entry.key.startsWith(TOLD)) {
              told.put(entry.key.substring(TOLD.length()), number(entry.value));
            } else if (entry.key.startsWith(OWNED)) {
              owned.add(Integer.valueOf(entry.key.substring(OWNED.length())));
            } else {
              incarnation = number(entry.value);
            }
          });
    }
  }

  /**
   * Whether a record of this start of ingest counts: none of a later one came before it on its
   * topic. Each topic for itself, since what the one before wrote is still to be read on another.
   */
  boolean accepts(String topic, long number) {
    long newest = told.getOrDefault(topic, 0L);
    if (number < newest) {
      return false;
    }
    if (number > newest) {
      told.put(topic, number);
      store.put(TOLD + topic, bytes(number));
    }
    return true;
  }

  /** Notes a node's standing, and keeps its label; returns whether it is news. */
  boolean put(Entry said) {
    Entry before = nodes.get(said.name());
    if (before != null && before.incarnation() > said.incarnation()) {
      return false;
    }
    Entry entry = before == null ? said : said.with(before.label());
    if (!entry.equals(before)) {
      keep(entry);
    }
    return before == null
        || !before.uid().equals(entry.uid())
        || !before.standing().equals(entry.standing());
  }

  private void keep(Entry entry) {
    store.put(NODE + entry.name(), StateCodec.encode(entry));
    nodes.put(entry.name(), entry);
  }

  /** What the label of a node is to say; null if that is not decided here. */
  @Nullable NodeLabel label(String node) {
    Entry entry = nodes.get(node);
    return entry == null ? null : entry.label();
  }

  /** The labels that are decided here, by node. */
  Map<String, NodeLabel> labels() {
    Map<String, NodeLabel> labels = new HashMap<>();
    nodes.forEach(
        (name, entry) -> {
          if (entry.label() != null) {
            labels.put(name, entry.label());
          }
        });
    return labels;
  }

  /** Notes what the label of a node is to say. */
  void setLabel(String node, @Nullable NodeLabel label) {
    Entry entry = nodes.get(node);
    if (entry != null) {
      keep(entry.with(label));
    }
  }

  /** Notes a start of ingest; lists of earlier ones no longer count. */
  void sawIncarnation(long number) {
    if (number > incarnation) {
      incarnation = number;
      store.put(INCARNATION, bytes(number));
    }
  }

  /**
   * Notes a completed list; returns whether it tells more: the partition became listed by it, or
   * the pods were listed again.
   */
  boolean listCompleted(String kind, long number) {
    boolean before = isListed();
    sawIncarnation(number);
    if (number >= listed.getOrDefault(kind, 0L)) {
      listed.put(kind, number);
      store.put(LISTED + kind, bytes(number));
    }
    return isListed() && (!before || kind.equals("Pod"));
  }

  /** Notes a completed list of a kind of owners; returns whether that kind became listed by it. */
  boolean ownersListed(String kind, long number) {
    boolean before = isListed(kind);
    listCompleted(kind, number);
    return !before && isListed(kind);
  }

  /**
   * Notes that a partition has told of all its VMIs that have owners; returns whether all have by
   * this. A later list need not be waited for: what it brings is told as it is seen.
   */
  boolean ownedListed(int partition, long number) {
    if (partition < 0 || partition >= partitions || !owned.add(partition)) {
      return false;
    }
    store.put(OWNED + partition, bytes(number));
    return owned.size() == partitions;
  }

  @Override
  public boolean isListed(String kind) {
    return incarnation > 0
        && listed.getOrDefault(kind, 0L) >= incarnation
        && owned.size() == partitions;
  }

  @Override
  public boolean isListed() {
    return incarnation > 0
        && listed.getOrDefault("Vmi", 0L) >= incarnation
        && listed.getOrDefault("Pod", 0L) >= incarnation;
  }

  @Override
  public Optional<Node> node(String name) {
    return Optional.ofNullable(nodes.get(name))
        .map(entry -> new Node(entry.name(), entry.uid(), entry.standing(), entry.actor()));
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  private static long number(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getLong();
  }
}
