package io.vireo.simulator.node;

import io.vireo.simulator.engine.Network;
import io.vireo.simulator.engine.SimProcess;
import io.vireo.simulator.kubernetes.SimApiServer;
import io.vireo.simulator.kubernetes.SimApiServer.Kind;
import io.vireo.simulator.kubernetes.Tree;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs the pods that are bound to its node and says what became of them. What runs outlives it; a
 * new start finds it again.
 */
public final class SimKubelet {

  private static final long AGAIN_MS = 500;
  private static final long KILL_AFTER_MS = 40_000;

  /** One pod on this machine; outlives the kubelet, not the machine. */
  static final class LocalPod {
    final String key;
    final String uid;
    @Nullable SimLauncher launcher;
    boolean terminating;
    @Nullable Integer exitCode;
    long finishedMs;
    boolean refused;

    LocalPod(String key, String uid) {
      this.key = key;
      this.uid = uid;
    }
  }

  private final SimMachine machine;
  private final SimProcess process;
  private final SimApiServer server;
  private final Network network;
  private final Map<String, LocalPod> local;
  private final BiFunction<Map<String, Object>, SimMachine, SimLauncher> launchers;

  SimKubelet(
      SimMachine machine,
      SimProcess process,
      SimApiServer server,
      Network network,
      Map<String, LocalPod> local,
      BiFunction<Map<String, Object>, SimMachine, SimLauncher> launchers) {
    this.machine = machine;
    this.process = process;
    this.server = server;
    this.network = network;
    this.local = local;
    this.launchers = launchers;
  }

  void start() {
    // What the one before had only begun with is begun anew.
    local.values().removeIf(pod -> pod.launcher == null && pod.exitCode == null);
    process.within(10, 100, this::register);
    server.observe(
        change -> {
          boolean mine =
              "Pod".equals(Tree.text(change.object(), "kind"))
                  && machine.name().equals(Tree.text(change.object(), "spec", "nodeName"));
          if (mine && process.isAlive()) {
            process.within(10, 120, () -> sync(change.key()));
          }
        });
  }

  private void register() {
    if (!reaches()) {
      process.within(AGAIN_MS, AGAIN_MS + 200, this::register);
      return;
    }
    if (server.find(Kind.NODE, machine.name()).isEmpty() && !machine.isUnwanted()) {
      server.create(Kind.NODE, manifest());
    }
    server
        .all(Kind.POD)
        .forEach(
            (key, pod) -> {
              if (machine.name().equals(Tree.text(pod, "spec", "nodeName"))) {
                process.within(10, 120, () -> sync(key));
              }
            });
    List.copyOf(local.values()).forEach(pod -> process.within(10, 120, () -> sync(pod.key)));
  }

  private Map<String, Object> manifest() {
    return Tree.of(
        "apiVersion",
        "v1",
        "kind",
        "Node",
        "metadata",
        Tree.of(
            "name",
            machine.name(),
            "labels",
            Tree.of("kubernetes.io/arch", "amd64", "kubernetes.io/hostname", machine.name())),
        "spec",
        Tree.of(),
        "status",
        Tree.of(
            "capacity",
            Tree.of("devices.vireo.io/launcher", "100"),
            "allocatable",
            Tree.of("devices.vireo.io/launcher", "100"),
            "conditions",
            List.of(Tree.of("type", "Ready", "status", "True"))));
  }

  private boolean reaches() {
    return network.connects(process.name(), Network.API);
  }

  private void sync(String key) {
    if (!reaches()) {
      process.within(AGAIN_MS, AGAIN_MS + 200, () -> sync(key));
      return;
    }
    Optional<Map<String, Object>> found =
        server
            .find(Kind.POD, key)
            .filter(pod -> machine.name().equals(Tree.text(pod, "spec", "nodeName")));
    String uid = found.map(pod -> Tree.text(pod, "metadata", "uid")).orElse("");
    for (LocalPod other : List.copyOf(local.values())) {
      if (other.key.equals(key) && !other.uid.equals(uid)) {
        vanished(other);
      }
    }
    found.ifPresent(pod -> sync(key, pod, Objects.requireNonNull(uid)));
  }

  /** Gone from Kubernetes, or another of its name is there: what runs is ended in order. */
  private void vanished(LocalPod pod) {
    if (pod.launcher == null || pod.exitCode != null) {
      local.remove(pod.uid);
    } else {
      terminate(pod);
    }
  }

  private void terminate(LocalPod pod) {
    SimLauncher launcher = pod.launcher;
    if (launcher == null || pod.terminating) {
      return;
    }
    pod.terminating = true;
    launcher.terminate();
    process.within(KILL_AFTER_MS, KILL_AFTER_MS, () -> launcher.kill("killed"));
  }

  private void sync(String key, Map<String, Object> pod, String uid) {
    LocalPod known = local.get(uid);
    boolean deleting = Tree.at(pod, "metadata", "deletionTimestamp") != null;
    String phase = Tree.text(pod, "status", "phase");
    boolean over = "Succeeded".equals(phase) || "Failed".equals(phase);
    if (known == null) {
      if (deleting) {
        server.remove(Kind.POD, key);
      } else if (!over) {
        begin(key, pod, uid);
      }
      return;
    }
    if (known.exitCode != null) {
      tellEnd(known);
      if (deleting) {
        server.remove(Kind.POD, key);
        local.remove(uid);
      }
    } else if (deleting) {
      terminate(known);
    }
  }

  private void begin(String key, Map<String, Object> pod, String uid) {
    LocalPod started = new LocalPod(key, uid);
    local.put(uid, started);
    if (machine.refusesNextPod()) {
      started.refused = true;
      started.exitCode = 1;
      server.update(
          Kind.POD,
          key,
          tree -> {
            Tree.child(tree, "status").put("phase", "Failed");
            Tree.child(tree, "status").put("reason", "UnexpectedAdmissionError");
            Tree.child(tree, "status").put("message", "device plugin endpoint is gone");
            return tree;
          });
      return;
    }
    process.within(
        40,
        300,
        () -> {
          SimLauncher launcher = launchers.apply(pod, machine);
          started.launcher = launcher;
          launcher.start(code -> exited(started, code));
          tellRunning(started);
        });
  }

  /** Called also while no kubelet runs: the next one finds it in what is local. */
  private void exited(LocalPod pod, int code) {
    pod.exitCode = code;
    pod.finishedMs = machine.engine().nowMs();
    machine
        .kubelet()
        .ifPresent(kubelet -> kubelet.process.within(10, 150, () -> kubelet.sync(pod.key)));
  }

  private void tellRunning(LocalPod pod) {
    if (!reaches() || pod.exitCode != null) {
      if (pod.exitCode == null) {
        process.within(AGAIN_MS, AGAIN_MS + 200, () -> tellRunning(pod));
      }
      return;
    }
    status(
        pod,
        "Running",
        Tree.of("running", Tree.of("startedAt", time(machine.engine().nowMs()))),
        true);
  }

  private void tellEnd(LocalPod pod) {
    if (pod.refused) {
      return;
    }
    int code = Objects.requireNonNull(pod.exitCode);
    status(
        pod,
        code == 0 ? "Succeeded" : "Failed",
        Tree.of(
            "terminated",
            Tree.of(
                "exitCode",
                code,
                "reason",
                code == 0 ? "Completed" : "Error",
                "finishedAt",
                time(pod.finishedMs),
                "containerID",
                "sim://" + pod.uid)),
        false);
  }

  private void status(
      LocalPod pod, String phase, Map<String, Object> containerState, boolean isReady) {
    boolean there =
        server
            .find(Kind.POD, pod.key)
            .filter(tree -> pod.uid.equals(Tree.text(tree, "metadata", "uid")))
            .isPresent();
    if (!there) {
      return;
    }
    server.update(
        Kind.POD,
        pod.key,
        tree -> {
          Map<String, Object> status = Tree.child(tree, "status");
          status.put("phase", phase);
          status.put("podIP", "10.0.0.7");
          status.put("podIPs", List.of(Tree.of("ip", "10.0.0.7")));
          status.put(
              "containerStatuses",
              List.of(
                  Tree.of(
                      "name",
                      "compute",
                      "image",
                      "example.org/launcher:1",
                      "containerID",
                      "sim://" + pod.uid,
                      "ready",
                      isReady,
                      "state",
                      containerState)));
          List<Object> conditions =
              new java.util.ArrayList<>(
                  Tree.list(tree, "status", "conditions").stream()
                      .filter(each -> !"ContainersReady".equals(Tree.text(each, "type")))
                      .toList());
          conditions.add(Tree.of("type", "ContainersReady", "status", isReady ? "True" : "False"));
          status.put("conditions", conditions);
          return tree;
        });
  }

  private static String time(long ms) {
    return Instant.ofEpochMilli(ms).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  SimProcess process() {
    return process;
  }

  static Map<String, LocalPod> none() {
    return new LinkedHashMap<>();
  }
}
