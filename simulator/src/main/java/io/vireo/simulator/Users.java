package io.vireo.simulator;

import io.vireo.simulator.check.OwnerCheck;
import io.vireo.simulator.engine.Engine;
import io.vireo.simulator.kubernetes.SimApiServer;
import io.vireo.simulator.kubernetes.SimApiServer.Kind;
import io.vireo.simulator.kubernetes.Tree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * People with VirtualMachines and ReplicaSets. Start, stop and restart do to the object what the
 * API's subresources of these names do.
 */
final class Users {

  /** Looks of somebody who waits for an object to be gone. */
  private static final int LOOKS_MAX = 200;

  private final Engine engine;
  private final SimApiServer server;
  private final OwnerCheck check;
  private final Map<String, OwnerWish> wishes = new HashMap<>();
  private boolean wantNothing;

  Users(Engine engine, SimApiServer server, OwnerCheck check) {
    this.engine = engine;
    this.server = server;
    this.check = check;
  }

  private static Kind kind(OwnerWish wish) {
    return wish.kind() == OwnerWish.Kind.VM ? Kind.VM : Kind.REPLICA_SET;
  }

  private static String key(OwnerWish wish) {
    return SimApiServer.key(Cast.NAMESPACE, wish.name());
  }

  /** How the guests of an owner of this name are; null if nobody ever wanted one. */
  OwnerWish.@Nullable Habits habits(String ownerName) {
    OwnerWish wish = wishes.get(ownerName);
    return wish == null ? null : wish.habits();
  }

  /** Whether the guests of an owner of this name fail to start, each time. */
  boolean neverStart(String ownerName) {
    OwnerWish wish = wishes.get(ownerName);
    return wish != null && wish.habits().failsToStart();
  }

  void apply(OwnerWish wish) {
    if (wantNothing || server.find(kind(wish), key(wish)).isPresent()) {
      return;
    }
    wishes.put(wish.name(), wish);
    Map<String, Object> spec = Tree.of("template", template(wish, 128));
    if (wish.kind() == OwnerWish.Kind.VM) {
      spec.put("runStrategy", wish.strategy());
    } else {
      spec.put("replicas", wish.replicas());
      spec.put("selector", Tree.of("matchLabels", Tree.of("app", wish.name())));
    }
    server.create(
        kind(wish),
        Tree.of(
            "apiVersion",
            "kubevirt.io/v1",
            "kind",
            wish.kind() == OwnerWish.Kind.VM
                ? "VirtualMachine"
                : "VirtualMachineInstanceReplicaSet",
            "metadata",
            Tree.of("name", wish.name(), "namespace", Cast.NAMESPACE),
            "spec",
            spec));
  }

  private static Map<String, Object> template(OwnerWish wish, int mebibytes) {
    return Tree.of(
        "metadata",
        Tree.of("labels", Tree.of("app", wish.name())),
        "spec",
        Cast.spec(wish.habits().graceSeconds(), mebibytes));
  }

  void delete(OwnerWish wish) {
    if (server.find(kind(wish), key(wish)).isEmpty()) {
      return;
    }
    if (wish.orphans()) {
      server.deleteOrphaning(kind(wish), key(wish));
    } else {
      server.delete(kind(wish), key(wish), null, null);
    }
    if (wish.again()) {
      applyWhenGone(wish, LOOKS_MAX);
    }
  }

  private void applyWhenGone(OwnerWish wish, int looks) {
    engine.within(
        100,
        1_000,
        () -> {
          if (server.find(kind(wish), key(wish)).isEmpty()) {
            apply(wish);
          } else if (looks > 0 && !wantNothing) {
            applyWhenGone(wish, looks - 1);
          }
        });
  }

  /** Nobody wants any of them any more. */
  void deleteAll() {
    wantNothing = true;
    for (Kind kind : List.of(Kind.VM, Kind.REPLICA_SET)) {
      List.copyOf(server.all(kind).keySet()).forEach(key -> server.delete(kind, key, null, null));
    }
  }

  void act(OwnerWish wish, OwnerWish.Act act) {
    long nowMs = engine.nowMs();
    Optional<Map<String, Object>> object = server.find(kind(wish), key(wish));
    if (object.isEmpty() || Tree.at(object.get(), "metadata", "deletionTimestamp") != null) {
      return;
    }
    switch (act.what()) {
      case START -> start(wish, object.get(), act.target(), nowMs);
      case STOP -> stop(wish, object.get());
      case RESTART -> restart(wish, object.get(), nowMs);
      case EDIT -> spec(wish, "template", template(wish, act.target() % 2 == 0 ? 256 : 192));
      case STRATEGY ->
          spec(
              wish,
              "runStrategy",
              OwnerWish.STRATEGIES.get(act.target() % OwnerWish.STRATEGIES.size()));
      case SCALE -> spec(wish, "replicas", wish.wantedReplicas(act.target()));
      case PAUSE -> spec(wish, "paused", act.target() % 2 == 0);
    }
  }

  private void spec(OwnerWish wish, String field, Object value) {
    server.update(
        kind(wish),
        key(wish),
        tree -> {
          Tree.child(tree, "spec").put(field, value);
          return tree;
        });
  }

  private void start(OwnerWish wish, Map<String, Object> vm, int target, long nowMs) {
    Map<String, Object> request =
        target % 4 == 0
            ? Tree.of("action", "Start", "data", Tree.of("paused", "true"))
            : Tree.of("action", "Start");
    switch (String.valueOf(Tree.text(vm, "spec", "runStrategy"))) {
      case "Halted" -> spec(wish, "runStrategy", "Always");
      case "Manual", "RerunOnFailure" -> {
        Map<String, Object> vmi = vmi(vm);
        if (vmi == null) {
          ask(wish, vm, List.of(request), null, nowMs);
        } else if (isFinal(vmi)) {
          ask(wish, vm, List.of(stopOf(vmi), request), vmi, nowMs);
        }
      }
      default -> {
        // Refused: it is to run in any case.
      }
    }
  }

  private void stop(OwnerWish wish, Map<String, Object> vm) {
    switch (String.valueOf(Tree.text(vm, "spec", "runStrategy"))) {
      case "Always", "Once" -> spec(wish, "runStrategy", "Halted");
      case "Manual", "RerunOnFailure" -> {
        Map<String, Object> vmi = vmi(vm);
        if (vmi != null) {
          put(wish, vm, List.of(stopOf(vmi)));
        }
      }
      default -> {
        // Refused: it is not to run.
      }
    }
  }

  private void restart(OwnerWish wish, Map<String, Object> vm, long nowMs) {
    String strategy = String.valueOf(Tree.text(vm, "spec", "runStrategy"));
    Map<String, Object> vmi = vmi(vm);
    if (vmi != null && !strategy.equals("Halted") && !strategy.equals("Once")) {
      ask(wish, vm, List.of(stopOf(vmi), Tree.of("action", "Start")), vmi, nowMs);
    }
  }

  private void ask(
      OwnerWish wish,
      Map<String, Object> vm,
      List<Map<String, Object>> requests,
      @Nullable Map<String, Object> before,
      long nowMs) {
    if (put(wish, vm, requests)) {
      check.startAsked(
          String.valueOf(Tree.text(vm, "metadata", "uid")),
          before == null ? "" : String.valueOf(Tree.text(before, "metadata", "uid")),
          nowMs);
    }
  }

  /** One request at a time: the API refuses another while one stands. */
  private boolean put(OwnerWish wish, Map<String, Object> vm, List<Map<String, Object>> requests) {
    if (!Tree.list(vm, "status", "stateChangeRequests").isEmpty()) {
      return false;
    }
    server.updateStatus(
        kind(wish),
        key(wish),
        tree -> {
          Tree.child(tree, "status").put("stateChangeRequests", Tree.copy(requests));
          return tree;
        });
    return true;
  }

  private static Map<String, Object> stopOf(Map<String, Object> vmi) {
    return Tree.of("action", "Stop", "uid", Tree.text(vmi, "metadata", "uid"));
  }

  private static boolean isFinal(Map<String, Object> vmi) {
    String phase = Tree.text(vmi, "status", "phase");
    return "Succeeded".equals(phase) || "Failed".equals(phase);
  }

  private @Nullable Map<String, Object> vmi(Map<String, Object> vm) {
    String name = String.valueOf(Tree.text(vm, "metadata", "name"));
    return server.find(Kind.VMI, SimApiServer.key(Cast.NAMESPACE, name)).orElse(null);
  }
}
