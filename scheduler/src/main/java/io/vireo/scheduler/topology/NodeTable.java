package io.vireo.scheduler.topology;

import io.vireo.scheduler.core.Surroundings;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What one partition knows beside its VMIs: every node's standing and which lists were completed by
 * which start of ingest. Not thread-safe.
 */
final class NodeTable implements Surroundings {

  private static final String NODE = "node/";
  private static final String LISTED = "listed/";
  private static final String INCARNATION = "incarnation";

  /** A node as stored. */
  record Entry(String name, String uid, String standing, long incarnation) {}

  private final KeyValueStore<String, byte[]> store;
  private final Map<String, Entry> nodes = new HashMap<>();
  private final Map<String, Long> listed = new HashMap<>();
  private long incarnation;

  NodeTable(KeyValueStore<String, byte[]> store) {
    this.store = store;
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      all.forEachRemaining(
          entry -> {
            if (entry.key.startsWith(NODE)) {
              Entry node = StateCodec.decodeNode(entry.value);
              nodes.put(node.name(), node);
            } else if (entry.key.startsWith(LISTED)) {
              listed.put(entry.key.substring(LISTED.length()), number(entry.value));
            } else {
              incarnation = number(entry.value);
            }
          });
    }
  }

  /** Whether the node's standing is news. */
  boolean put(Entry entry) {
    sawIncarnation(entry.incarnation());
    Entry before = nodes.get(entry.name());
    if (before != null && before.incarnation() > entry.incarnation()) {
      return false;
    }
    if (entry.standing().equals("Removed")) {
      store.put(NODE + entry.name(), StateCodec.encode(entry));
      nodes.put(entry.name(), entry);
      return before == null || !before.standing().equals("Removed");
    }
    store.put(NODE + entry.name(), StateCodec.encode(entry));
    nodes.put(entry.name(), entry);
    return before == null
        || !before.uid().equals(entry.uid())
        || !before.standing().equals(entry.standing());
  }

  /** Notes a start of ingest; lists of earlier ones no longer count. */
  void sawIncarnation(long number) {
    if (number > incarnation) {
      incarnation = number;
      store.put(INCARNATION, bytes(number));
    }
  }

  /** Notes a completed list; returns whether the partition became listed by it. */
  boolean listCompleted(String kind, long number) {
    boolean before = isListed();
    sawIncarnation(number);
    if (number >= listed.getOrDefault(kind, 0L)) {
      listed.put(kind, number);
      store.put(LISTED + kind, bytes(number));
    }
    return !before && isListed();
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
        .map(entry -> new Node(entry.name(), entry.uid(), entry.standing()));
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  private static long number(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getLong();
  }
}
