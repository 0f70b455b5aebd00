package io.vireo.simulator.node;

import io.vireo.node.launcher.PodName;
import io.vireo.simulator.engine.Engine;
import io.vireo.simulator.engine.Network;
import io.vireo.simulator.engine.SimProcess;
import io.vireo.simulator.kubernetes.SimApiServer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** One machine: what runs on it ends with its power; its disks stay. */
public final class SimMachine {

  private final Engine engine;
  private final String name;
  private final SimApiServer server;
  private final Network network;
  private final BiFunction<Map<String, Object>, SimMachine, SimLauncher> launchers;
  private final Map<String, SimKubelet.LocalPod> pods = SimKubelet.none();
  private @Nullable SimKubelet kubelet;
  private boolean up = true;
  private boolean unwanted;
  private boolean refusesNext;

  /**
   * A machine that has power.
   *
   * @param launchers makes the launcher of a pod
   */
  public SimMachine(
      Engine engine,
      String name,
      SimApiServer server,
      Network network,
      BiFunction<Map<String, Object>, SimMachine, SimLauncher> launchers) {
    this.engine = engine;
    this.name = name;
    this.server = server;
    this.network = network;
    this.launchers = launchers;
  }

  /** Name of its Node. */
  public String name() {
    return name;
  }

  Engine engine() {
    return engine;
  }

  /** Whether it has power. */
  public boolean isUp() {
    return up;
  }

  /** Starts its kubelet, unless one runs. */
  public void startKubelet() {
    SimKubelet current = kubelet;
    if (!up || (current != null && current.process().isAlive())) {
      return;
    }
    SimProcess process = new SimProcess(engine, "kubelet-" + name);
    SimKubelet fresh = new SimKubelet(this, process, server, network, pods, launchers);
    kubelet = fresh;
    fresh.start();
  }

  /** The kubelet dies; its pods run on. */
  public void killKubelet() {
    if (kubelet != null) {
      kubelet.process().kill();
    }
  }

  Optional<SimKubelet> kubelet() {
    return Optional.ofNullable(kubelet).filter(each -> each.process().isAlive());
  }

  /** The kubelet's process, if it runs. */
  public Optional<SimProcess> kubeletProcess() {
    return kubelet().map(SimKubelet::process);
  }

  /** Launchers that run here. */
  public List<SimLauncher> launchers() {
    List<SimLauncher> running = new ArrayList<>();
    pods.values()
        .forEach(
            pod -> {
              if (pod.launcher != null && pod.exitCode == null) {
                running.add(pod.launcher);
              }
            });
    return running;
  }

  /** The kubelet's word for which launcher pods there are. */
  public Set<PodName> podNames() {
    Set<PodName> names = new LinkedHashSet<>();
    for (SimKubelet.LocalPod pod : pods.values()) {
      if (pod.exitCode == null) {
        int slash = pod.key.indexOf('/');
        names.add(new PodName(pod.key.substring(0, slash), pod.key.substring(slash + 1)));
      }
    }
    return names;
  }

  /** The power is gone: every process on it ends at this instant. */
  public void crash() {
    up = false;
    killKubelet();
    for (SimKubelet.LocalPod pod : pods.values()) {
      if (pod.launcher != null && pod.exitCode == null) {
        pod.launcher.kill("machine-crash");
      }
      if (pod.exitCode == null) {
        pod.exitCode = 255;
        pod.finishedMs = engine.nowMs();
      }
    }
  }

  /** The power is back. */
  public void boot() {
    up = true;
    startKubelet();
  }

  /** Its Node was deleted; it does not come back by itself. */
  public void unwanted() {
    unwanted = true;
  }

  boolean isUnwanted() {
    return unwanted;
  }

  /** The next pod that is bound to it is refused at admission. */
  public void refuseNextPod() {
    refusesNext = true;
  }

  boolean refusesNextPod() {
    boolean refuses = refusesNext;
    refusesNext = false;
    return refuses;
  }
}
