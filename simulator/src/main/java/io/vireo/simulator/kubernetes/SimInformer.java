package io.vireo.simulator.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.vireo.simulator.engine.Network;
import io.vireo.simulator.engine.SimProcess;
import io.vireo.simulator.kubernetes.SimApiServer.Change;
import io.vireo.simulator.kubernetes.SimApiServer.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A list and a watch with a cache, as fabric8's informer has them: a list tells what vanished, a
 * watch that breaks goes on from its version or, when that is too long ago, lists anew.
 */
public final class SimInformer<T extends HasMetadata> {

  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();
  private static final long RECONNECT_MS = 250;

  private final SimProcess process;
  private final SimApiServer server;
  private final Network network;
  private final Kind kind;
  private final Class<T> type;
  private final Predicate<Map<String, Object>> selector;
  private final ResourceEventHandler<T> handler;
  private final Runnable told;
  private final Consumer<Kind> news = this::hasNews;
  private final Map<String, T> cache = new LinkedHashMap<>();
  private @Nullable String lastVersion;
  private long version;
  private boolean watching;
  private boolean pumping;
  private boolean repeats;

  /**
   * An informer of a process that tells this handler.
   *
   * @param told called after the handler was told something
   */
  public SimInformer(
      SimProcess process,
      SimApiServer server,
      Network network,
      Kind kind,
      Class<T> type,
      Predicate<Map<String, Object>> selector,
      ResourceEventHandler<T> handler,
      Runnable told) {
    this.process = process;
    this.server = server;
    this.network = network;
    this.kind = kind;
    this.type = type;
    this.selector = selector;
    this.handler = handler;
    this.told = told;
  }

  /** Lists, then watches, for as long as its process lives. */
  public void start() {
    server.watch(news);
    process.within(1, 20, this::list);
  }

  private boolean reaches() {
    return network.connects(process.name(), Network.API);
  }

  private void list() {
    if (!reaches()) {
      process.within(RECONNECT_MS, RECONNECT_MS + 50, this::list);
      return;
    }
    handler.onBeforeList(lastVersion);
    Map<String, T> before = new LinkedHashMap<>(cache);
    cache.clear();
    server
        .all(kind)
        .forEach(
            (key, tree) -> {
              if (selector.test(tree)) {
                T object = object(tree);
                T old = before.remove(key);
                cache.put(key, object);
                if (old == null) {
                  handler.onAdd(object);
                } else {
                  handler.onUpdate(old, object);
                }
              }
            });
    before.values().forEach(gone -> handler.onDelete(gone, true));
    version = server.version();
    lastVersion = Long.toString(version);
    watching = true;
    handler.onList(lastVersion, cache.isEmpty());
    told.run();
  }

  private T object(Map<String, Object> tree) {
    return SERIALIZATION.convertValue(tree, type);
  }

  private void hasNews(Kind changed) {
    if (!process.isAlive()) {
      process.engine().at(process.engine().nowMs(), () -> server.unwatch(news));
      return;
    }
    if (changed == kind && watching && !pumping) {
      pumping = true;
      long extra = network.extraDelayMs(process.name());
      process.within(1 + extra, 8 + extra, this::pump);
    }
  }

  private void pump() {
    pumping = false;
    if (!watching) {
      return;
    }
    if (!reaches()) {
      // TCP waits and goes on; a break is a fault of its own.
      pumping = true;
      process.within(RECONNECT_MS, RECONNECT_MS + 50, this::pump);
      return;
    }
    Optional<List<Change>> changes = server.changesAfter(kind, version);
    if (changes.isEmpty()) {
      watching = false;
      process.within(RECONNECT_MS, RECONNECT_MS + 50, this::list);
      return;
    }
    for (Change change : changes.get()) {
      version = change.version();
      lastVersion = Long.toString(version);
      take(change);
      if (repeats) {
        take(change);
      }
    }
    told.run();
  }

  private void take(Change change) {
    T old = cache.get(change.key());
    if (change.type().equals("DELETED") || !selector.test(change.object())) {
      if (old != null) {
        cache.remove(change.key());
        handler.onDelete(object(change.object()), false);
      }
      return;
    }
    T object = object(change.object());
    cache.put(change.key(), object);
    if (old == null) {
      handler.onAdd(object);
    } else {
      handler.onUpdate(old, object);
    }
  }

  /** The connection breaks; it comes back from the version that was seen last. */
  public void breakOff() {
    if (watching && process.isAlive()) {
      watching = false;
      process.within(
          RECONNECT_MS,
          RECONNECT_MS + 100,
          () -> {
            watching = true;
            pumping = true;
            pump();
          });
    }
  }

  /** From now on each event comes twice, or no longer. */
  public void repeatEvents(boolean twice) {
    repeats = twice;
  }

  /** Keys of what it holds. */
  public List<String> keys() {
    return new ArrayList<>(cache.keySet());
  }
}
