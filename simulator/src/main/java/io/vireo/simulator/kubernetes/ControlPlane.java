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

  private final Engine engine;
  private final SimApiServer server;

  /** Both at work on a cluster. */
  public ControlPlane(Engine engine, SimApiServer server) {
    this.engine = engine;
    this.server = server;
    server.observe(this::changed);
  }

  private void changed(Change change) {
    if (!"Pod".equals(Tree.text(change.object(), "kind"))
        && change.type().equals("DELETED")
        && "VirtualMachineInstance".equals(Tree.text(change.object(), "kind"))) {
      String uid = Tree.text(change.object(), "metadata", "uid");
      engine.within(200, 3_000, () -> collect(Objects.requireNonNull(uid)));
    }
    if ("Pod".equals(Tree.text(change.object(), "kind")) && change.type().equals("ADDED")) {
      engine.within(5, 60, () -> bind(change.key()));
    }
  }

  private void collect(String ownerUid) {
    for (Kind kind : List.of(Kind.POD, Kind.SECRET)) {
      for (Map.Entry<String, Map<String, Object>> entry :
          List.copyOf(server.all(kind).entrySet())) {
        boolean owned =
            Tree.list(entry.getValue(), "metadata", "ownerReferences").stream()
                .anyMatch(owner -> ownerUid.equals(Tree.text(owner, "uid")));
        if (owned) {
          server.delete(kind, entry.getKey(), null, null);
        }
      }
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
