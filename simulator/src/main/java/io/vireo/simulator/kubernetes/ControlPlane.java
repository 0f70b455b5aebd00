package io.vireo.simulator.kubernetes;

import io.vireo.simulator.engine.Engine;
import io.vireo.simulator.kubernetes.SimApiServer.Change;
import io.vireo.simulator.kubernetes.SimApiServer.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The kube-scheduler, which binds pods to nodes, and the garbage collector. */
public final class ControlPlane {

  private static final long AGAIN_MS = 1_000;
  private static final String POD_SELECTED = "nodeSelector";
  private static final List<Kind> OWNERS = List.of(Kind.VMI, Kind.VM, Kind.REPLICA_SET);

  private final Engine engine;
  private final SimApiServer server;

  /** Both at work on a cluster. */
  public ControlPlane(Engine engine, SimApiServer server) {
    this.engine = engine;
    this.server = server;
    server.observe(this::changed);
  }

  private void changed(Change change) {
    Kind kind = kind(change.object());
    if (kind == null) {
      return;
    }
    String uid = Objects.requireNonNull(Tree.text(change.object(), "metadata", "uid"));
    switch (change.type()) {
      case "ADDED" -> {
        if (kind == Kind.POD) {
          engine.within(5, 60, () -> bind(change.key()));
        } else if (kind == Kind.VMI && !ownerUids(change.object()).isEmpty()) {
          // The request may have been on its way while its owner went.
          engine.within(200, 3_000, () -> collectAbandoned(change.key()));
        }
      }
      case "DELETED" -> {
        if (OWNERS.contains(kind)) {
          engine.within(200, 3_000, () -> collect(uid));
        }
      }
      default -> {
        if (OWNERS.contains(kind)
            && Tree.at(change.object(), "metadata", "deletionTimestamp") != null
            && Tree.list(change.object(), "metadata", "finalizers").contains(SimApiServer.ORPHAN)) {
          engine.within(50, 1_000, () -> orphan(kind, change.key(), uid));
        }
      }
    }
  }

  private static @Nullable Kind kind(Map<String, Object> object) {
    return switch (String.valueOf(Tree.text(object, "kind"))) {
      case "Pod" -> Kind.POD;
      case "VirtualMachineInstance" -> Kind.VMI;
      case "VirtualMachine" -> Kind.VM;
      case "VirtualMachineInstanceReplicaSet" -> Kind.REPLICA_SET;
      default -> null;
    };
  }

  private static List<String> ownerUids(Map<String, Object> object) {
    return Tree.list(object, "metadata", "ownerReferences").stream()
        .map(owner -> String.valueOf(Tree.text(owner, "uid")))
        .toList();
  }

  private void collect(String ownerUid) {
    for (Kind kind : List.of(Kind.POD, Kind.SECRET, Kind.VMI, Kind.REVISION)) {
      for (Map.Entry<String, Map<String, Object>> entry :
          List.copyOf(server.all(kind).entrySet())) {
        if (ownerUids(entry.getValue()).contains(ownerUid)) {
          server.delete(kind, entry.getKey(), null, null);
        }
      }
    }
  }

  /** A dependent whose owner is not there goes as if it had gone later. */
  private void collectAbandoned(String key) {
    Map<String, Object> vmi = server.find(Kind.VMI, key).orElse(null);
    if (vmi == null || Tree.at(vmi, "metadata", "deletionTimestamp") != null) {
      return;
    }
    List<String> owners = ownerUids(vmi);
    boolean abandoned =
        !owners.isEmpty()
            && OWNERS.stream()
                .flatMap(kind -> server.all(kind).values().stream())
                .noneMatch(owner -> owners.contains(Tree.text(owner, "metadata", "uid")));
    if (abandoned) {
      server.delete(Kind.VMI, key, null, null);
    }
  }

  /** Frees the dependents of an object that is deleted alone, then lets it go. */
  private void orphan(Kind kind, String key, String uid) {
    for (Kind dependents : List.of(Kind.VMI, Kind.REVISION)) {
      for (Map.Entry<String, Map<String, Object>> entry :
          List.copyOf(server.all(dependents).entrySet())) {
        if (ownerUids(entry.getValue()).contains(uid)) {
          server.update(
              dependents,
              entry.getKey(),
              tree -> {
                Tree.child(tree, "metadata").remove("ownerReferences");
                return tree;
              });
        }
      }
    }
    boolean isSame =
        server
            .find(kind, key)
            .filter(owner -> uid.equals(Tree.text(owner, "metadata", "uid")))
            .isPresent();
    if (isSame) {
      server.update(
          kind,
          key,
          tree -> {
            List<Object> kept = new ArrayList<>(Tree.list(tree, "metadata", "finalizers"));
            kept.remove(SimApiServer.ORPHAN);
            Tree.child(tree, "metadata").put("finalizers", kept);
            return tree;
          });
    }
  }

  private void bind(String key) {
    Map<String, Object> pod = server.find(Kind.POD, key).orElse(null);
    if (pod == null
        || Tree.text(pod, "spec", "nodeName") != null
        || Tree.at(pod, "metadata", "deletionTimestamp") != null) {
      return;
    }
    List<String> fitting = new ArrayList<>();
    server
        .all(Kind.NODE)
        .forEach(
            (name, node) -> {
              if (fits(pod, node)) {
                fitting.add(name);
              }
            });
    if (fitting.isEmpty()) {
      server.update(
          Kind.POD,
          key,
          tree ->
              Patches.merge(
                  tree, Tree.of("status", Tree.of("conditions", List.of(unschedulable())))));
      engine.within(AGAIN_MS, AGAIN_MS + 500, () -> bind(key));
      return;
    }
    String node = fitting.get(engine.pick(fitting.size()));
    server.update(
        Kind.POD,
        key,
        tree -> {
          Tree.child(tree, "spec").put("nodeName", node);
          return Patches.merge(
              tree, Tree.of("status", Tree.of("conditions", List.of(scheduled()))));
        });
  }

  private static Map<String, Object> unschedulable() {
    return Tree.of(
        "type",
        "PodScheduled",
        "status",
        "False",
        "reason",
        "Unschedulable",
        "message",
        "0/5 nodes are available");
  }

  private static Map<String, Object> scheduled() {
    return Tree.of("type", "PodScheduled", "status", "True");
  }

  private static boolean fits(Map<String, Object> pod, Map<String, Object> node) {
    if (Boolean.TRUE.equals(Tree.at(node, "spec", "unschedulable"))
        || "False".equals(ready(node))) {
      return false;
    }
    Map<?, ?> labels =
        Tree.at(node, "metadata", "labels") instanceof Map<?, ?> map ? map : new HashMap<>();
    return !(Tree.at(pod, "spec", POD_SELECTED) instanceof Map<?, ?> selected)
        || selected.entrySet().stream()
            .allMatch(entry -> Objects.equals(labels.get(entry.getKey()), entry.getValue()));
  }

  private static @Nullable String ready(Map<String, Object> node) {
    return Tree.list(node, "status", "conditions").stream()
        .filter(each -> "Ready".equals(Tree.text(each, "type")))
        .map(each -> Tree.text(each, "status"))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }
}
