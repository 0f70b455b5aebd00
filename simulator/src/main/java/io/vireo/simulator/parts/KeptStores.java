package io.vireo.simulator.parts;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.internals.InMemoryKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The state of one task as its changelogs hold it: what was committed. A new task begins with it;
 * what a task writes is added when its transaction commits, and lost when it does not.
 */
final class KeptStores {

  private final Map<String, Map<Bytes, byte[]>> committed = new TreeMap<>();

  /** Nothing was ever committed. */
  KeptStores() {}

  private KeptStores(Map<String, Map<Bytes, byte[]>> content) {
    content.forEach((name, store) -> committed.put(name, new TreeMap<>(store)));
  }

  KeptStores copy() {
    return new KeptStores(committed);
  }

  void clear() {
    committed.clear();
  }

  /** What one task has written since its last commit. */
  static final class Writes {
    private final Map<String, Map<Bytes, byte[]>> news = new TreeMap<>();

    private void put(String store, Bytes key, byte @Nullable [] value) {
      news.computeIfAbsent(store, each -> new HashMap<>()).put(key, value);
    }
  }

  void commit(Writes writes) {
    writes.news.forEach(
        (name, news) -> {
          Map<Bytes, byte[]> store = committed.computeIfAbsent(name, each -> new TreeMap<>());
          news.forEach(
              (key, value) -> {
                if (value == null) {
                  store.remove(key);
                } else {
                  store.put(key, value);
                }
              });
        });
    writes.news.clear();
  }

  /** Makes the store of a name, with what was committed in it. */
  KeyValueBytesStoreSupplier supplier(String name, Writes writes) {
    return new Supplier(name, Map.copyOf(committed.getOrDefault(name, new TreeMap<>())), writes);
  }

  private record Supplier(String name, Map<Bytes, byte[]> content, Writes writes)
      implements KeyValueBytesStoreSupplier {
    @Override
    public KeyValueStore<Bytes, byte[]> get() {
      return new Store(name, content, writes);
    }

    @Override
    public String metricsScope() {
      return "in-memory";
    }
  }

  private static final class Store extends InMemoryKeyValueStore {
    private final String own;
    private final Map<Bytes, byte[]> content;
    private final Writes writes;

    Store(String name, Map<Bytes, byte[]> content, Writes writes) {
      super(name);
      this.own = name;
      this.content = content;
      this.writes = writes;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
      super.init(context, root);
      content.forEach(super::put);
    }

    @Override
    public synchronized void put(Bytes key, byte[] value) {
      super.put(key, value);
      writes.put(own, key, value);
    }

    @Override
    public synchronized byte[] putIfAbsent(Bytes key, byte[] value) {
      byte[] before = super.putIfAbsent(key, value);
      if (before == null) {
        writes.put(own, key, value);
      }
      return before;
    }

    @Override
    public synchronized void putAll(List<KeyValue<Bytes, byte[]>> entries) {
      entries.forEach(entry -> put(entry.key, entry.value));
    }

    @Override
    public synchronized byte[] delete(Bytes key) {
      byte[] before = super.delete(key);
      writes.put(own, key, null);
      return before;
    }
  }
}
