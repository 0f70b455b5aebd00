package io.vireo.simulator.kubernetes;

import io.vireo.simulator.engine.Engine;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The objects and their history. Every change has a version and an event for the watches. What the
 * real one enforces is enforced: uids, versions, finalizers, graceful deletion of bound pods.
 */
public final class SimApiServer {

  /** The kinds that there are. */
  public enum Kind {
    VMI,
    POD,
    NODE,
    SECRET,
    EVENT,
    VM,
    REPLICA_SET,
    REVISION;

    /** Those that have a subresource for their status, so that other writes leave it alone. */
    boolean hasStatusSubresource() {
      return this == VM || this == REPLICA_SET;
    }

    /** Those that stay until nobody's finalizer holds them. */
    boolean waitsForFinalizers() {
      return this == VMI || this == VM || this == REPLICA_SET;
    }
  }

  /** What a watch is told. */
  public record Change(long version, String type, String key, Map<String, Object> object) {}

  /** Why a request is not done. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int code;
    private final String reason;

    Refused(int code, String reason, String message) {
      super(message);
      this.code = code;
      this.reason = reason;
    }

    /** HTTP status. */
    public int code() {
      return code;
    }

    /** The machine-readable reason. */
    public String reason() {
      return reason;
    }
  }

  /** Finalizer of the garbage collector, while dependents are being freed. */
  static final String ORPHAN = "orphan";

  private final Engine engine;
  private final Map<Kind, Map<String, Map<String, Object>>> objects = new EnumMap<>(Kind.class);
  private final Map<Kind, List<Change>> history = new EnumMap<>(Kind.class);
  private final List<Consumer<Kind>> watchers = new ArrayList<>();
  private final List<Consumer<Change>> observers = new ArrayList<>();
  private long version = 1000;
  private long historyFrom;
  private long uids;

  /** An empty cluster. */
  public SimApiServer(Engine engine) {
    this.engine = engine;
    for (Kind kind : Kind.values()) {
      objects.put(kind, new TreeMap<>());
      history.put(kind, new ArrayList<>());
    }
  }

  /** {@code namespace/name}, or the name of what has no namespace. */
  public static String key(String namespace, String name) {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }

  private String now() {
    return Instant.ofEpochMilli(engine.nowMs()).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Told of each change, in true order. */
  public void observe(Consumer<Change> observer) {
    observers.add(observer);
  }

  void watch(Consumer<Kind> watcher) {
    watchers.add(watcher);
  }

  void unwatch(Consumer<Kind> watcher) {
    watchers.remove(watcher);
  }

  /** The newest version of anything. */
  public long version() {
    return version;
  }

  /** All objects of a kind, by key. */
  public Map<String, Map<String, Object>> all(Kind kind) {
    return objects(kind);
  }

  private Map<String, Map<String, Object>> objects(Kind kind) {
    return Objects.requireNonNull(objects.get(kind));
  }

  private List<Change> history(Kind kind) {
    return Objects.requireNonNull(history.get(kind));
  }

  /** An object as it is now. */
  public Optional<Map<String, Object>> find(Kind kind, String key) {
    return Optional.ofNullable(objects(kind).get(key));
  }

  /** Changes after a version; empty if that is too long ago, which a watch is told by 410. */
  Optional<List<Change>> changesAfter(Kind kind, long after) {
    if (after < historyFrom) {
      return Optional.empty();
    }
    List<Change> all = history(kind);
    int from = all.size();
    while (from > 0 && all.get(from - 1).version() > after) {
      from--;
    }
    return Optional.of(List.copyOf(all.subList(from, all.size())));
  }

  /** Forgets the history: whoever watches from before must list anew. */
  public void compact() {
    historyFrom = version;
    history.values().forEach(List::clear);
  }

  private void changed(Kind kind, String type, String key, Map<String, Object> object) {
    Change change = new Change(version, type, key, Tree.copy(object));
    history(kind).add(change);
    observers.forEach(observer -> observer.accept(change));
    watchers.forEach(watcher -> watcher.accept(kind));
  }

  /** Creates an object; gives it as it is stored. */
  public Map<String, Object> create(Kind kind, Map<String, Object> manifest) {
    Map<String, Object> object = Tree.copy(manifest);
    Map<String, Object> meta = Tree.child(object, "metadata");
    String key =
        key(
            Objects.requireNonNullElse(Tree.text(meta, "namespace"), ""),
            Objects.requireNonNull(Tree.text(meta, "name")));
    if (objects(kind).containsKey(key)) {
      throw new Refused(409, "AlreadyExists", key + " already exists");
    }
    meta.put("uid", uid());
    meta.put("creationTimestamp", now());
    meta.put("generation", 1);
    meta.put("resourceVersion", Long.toString(++version));
    objects(kind).put(key, object);
    changed(kind, "ADDED", key, object);
    return object;
  }

  private String uid() {
    return String.format("%08x-0000-4000-8000-%012x", ++uids, engine.between(0, 0xffff_ffffL));
  }

  /**
   * Changes an object.
   *
   * @param change given a copy; what it returns is stored if it differs
   */
  public Map<String, Object> update(
      Kind kind, String key, UnaryOperator<Map<String, Object>> change) {
    Map<String, Object> before = require(kind, key);
    Map<String, Object> after = change.apply(Tree.copy(before));
    if (after.equals(before)) {
      return before;
    }
    Map<String, Object> meta = Tree.child(after, "metadata");
    boolean spec = !Objects.equals(before.get("spec"), after.get("spec"));
    if (spec) {
      meta.put(
          "generation", ((Number) Objects.requireNonNull(meta.get("generation"))).intValue() + 1);
    }
    meta.put("resourceVersion", Long.toString(++version));
    objects(kind).put(key, after);
    if (meta.get("deletionTimestamp") != null
        && kind.waitsForFinalizers()
        && Tree.list(meta, "finalizers").isEmpty()) {
      remove(kind, key);
      return after;
    }
    changed(kind, "MODIFIED", key, after);
    return after;
  }

  private Map<String, Object> require(Kind kind, String key) {
    return find(kind, key).orElseThrow(() -> new Refused(404, "NotFound", key + " not found"));
  }

  /**
   * Asks for the deletion of an object.
   *
   * @param uid the uid that is meant; null for any
   * @param graceSeconds null for the object's own
   */
  public Map<String, Object> delete(
      Kind kind, String key, @Nullable String uid, @Nullable Long graceSeconds) {
    return delete(kind, key, uid, null, graceSeconds);
  }

  /** The same on no other version than this, if one is named. */
  public Map<String, Object> delete(
      Kind kind,
      String key,
      @Nullable String uid,
      @Nullable String resourceVersion,
      @Nullable Long graceSeconds) {
    Map<String, Object> object = require(kind, key);
    if (uid != null && !uid.equals(Tree.text(object, "metadata", "uid"))) {
      throw new Refused(409, "Conflict", "Precondition failed: UID in precondition: " + uid);
    }
    if (resourceVersion != null
        && !resourceVersion.equals(Tree.text(object, "metadata", "resourceVersion"))) {
      throw new Refused(
          409, "Conflict", "Precondition failed: ResourceVersion: " + resourceVersion);
    }
    boolean waits =
        switch (kind) {
          case VMI, VM, REPLICA_SET -> !Tree.list(object, "metadata", "finalizers").isEmpty();
          case POD ->
              Tree.text(object, "spec", "nodeName") != null
                  && !Objects.equals(graceSeconds, 0L)
                  && !isFinal(object);
          default -> false;
        };
    if (!waits) {
      remove(kind, key);
      return object;
    }
    if (Tree.at(object, "metadata", "deletionTimestamp") != null) {
      return object;
    }
    return update(
        kind,
        key,
        tree -> {
          Tree.child(tree, "metadata").put("deletionTimestamp", now());
          Tree.child(tree, "metadata")
              .put("deletionGracePeriodSeconds", graceSeconds == null ? 30L : graceSeconds);
          return tree;
        });
  }

  /**
   * Changes the status of an object and nothing else of it, as its subresource does.
   *
   * @param change given a copy; what it returns may hold another status
   */
  public Map<String, Object> updateStatus(
      Kind kind, String key, UnaryOperator<Map<String, Object>> change) {
    return update(
        kind,
        key,
        tree -> {
          Map<String, Object> before = Tree.copy(tree);
          return withStatusOf(before, change.apply(tree));
        });
  }

  /** The same for everything but the status, where the kind has that as a subresource. */
  Map<String, Object> updateMain(Kind kind, String key, UnaryOperator<Map<String, Object>> change) {
    if (!kind.hasStatusSubresource()) {
      return update(kind, key, change);
    }
    return update(
        kind,
        key,
        tree -> {
          Map<String, Object> before = Tree.copy(tree);
          return withStatusOf(change.apply(tree), before);
        });
  }

  private static Map<String, Object> withStatusOf(
      Map<String, Object> object, Map<String, Object> other) {
    Object status = other.get("status");
    if (status == null) {
      object.remove("status");
    } else {
      object.put("status", status);
    }
    return object;
  }

  /** Asks for the deletion of an object whose dependents are to stay. */
  public void deleteOrphaning(Kind kind, String key) {
    update(
        kind,
        key,
        tree -> {
          Map<String, Object> meta = Tree.child(tree, "metadata");
          List<Object> finalizers = new ArrayList<>(Tree.list(meta, "finalizers"));
          finalizers.add(ORPHAN);
          meta.put("finalizers", finalizers);
          return tree;
        });
    delete(kind, key, null, null);
  }

  private static boolean isFinal(Map<String, Object> pod) {
    String phase = Tree.text(pod, "status", "phase");
    return "Succeeded".equals(phase) || "Failed".equals(phase);
  }

  /** Removes an object at once, whatever holds it. */
  public void remove(Kind kind, String key) {
    Map<String, Object> gone = objects(kind).remove(key);
    if (gone != null) {
      version++;
      Tree.child(gone, "metadata").put("resourceVersion", Long.toString(version));
      changed(kind, "DELETED", key, gone);
    }
  }
}
