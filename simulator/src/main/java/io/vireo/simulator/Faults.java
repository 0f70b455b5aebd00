package io.vireo.simulator;

import io.vireo.schemas.Topics;
import io.vireo.simulator.engine.Engine;
import io.vireo.simulator.engine.Network;
import io.vireo.simulator.engine.SimProcess;
import io.vireo.simulator.kubernetes.SimApiServer.Kind;
import io.vireo.simulator.kubernetes.SimInformer;
import io.vireo.simulator.kubernetes.Tree;
import io.vireo.simulator.node.SimLauncher;
import io.vireo.simulator.node.SimMachine;
import io.vireo.simulator.parts.NodePart;
import io.vireo.simulator.parts.Part;
import io.vireo.simulator.parts.World;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lets faults strike, and puts everything right again at the end. */
final class Faults {

  private static final long KILLED_MS = 5_000;

  private final Cast cast;
  private final Engine engine;
  private final Network network;
  private final Intruder intruder;
  private final Set<SimMachine> goneForEver = new HashSet<>();

  Faults(Cast cast) {
    this.cast = cast;
    this.engine = cast.world.engine();
    this.network = cast.world.network();
    this.intruder = new Intruder(cast);
  }

  void strike(Plan.Fault fault) {
    long length = fault.lengthMs();
    cast.coverage.injected(
        fault.kind(), engine.nowMs(), engine.nowMs() + Math.max(length, KILLED_MS));
    switch (fault.kind()) {
      case KILL_INGEST -> cast.ingest.restartWithin(200, 3_000);
      case KILL_SCHEDULER -> scheduler(fault).restartWithin(200, 6_000);
      case KILL_DISPATCHER -> cast.dispatcher.restartWithin(200, 3_000);
      case KILL_CLUSTER_EXECUTOR -> cast.cluster.restartWithin(200, 3_000);
      case KILL_NODE_EXECUTOR -> executor(fault).restartWithin(200, 8_000);
      case KILL_KUBELET -> killKubelet(machine(fault));
      case PAUSE_PART -> part(fault).process().pauseFor(Math.max(5_000, length * 3));
      case TWO_INGESTS -> twoIngests(length);
      case TWO_NODE_EXECUTORS -> executor(fault).startSecond();
      case SCHEDULER_TAKES_OVER -> scheduler(fault).process().pauseFor(3_000 + length);
      case PARTITION_KAFKA -> cut(part(fault).name(), Network.KAFKA, true, true, length);
      case ONE_WAY_KAFKA -> cut(part(fault).name(), Network.KAFKA, false, true, length);
      case PARTITION_API -> cut(apiClient(fault), Network.API, true, true, length);
      case ONE_WAY_API -> cut(apiClient(fault), Network.API, false, true, length);
      case SLOW_NETWORK -> slow(part(fault).name(), 75 + length % 425, length);
      case KAFKA_DOWN -> down(Network.KAFKA, length);
      case KAFKA_DISK_LOST -> loseKafka();
      case KAFKA_COMPACTION -> cast.world.broker().compact();
      case KAFKA_TRUNCATION -> truncate(fault);
      case API_DOWN -> down(Network.API, length);
      case API_ERRORS -> trouble(length, 3, 0);
      case API_LOST_ANSWERS -> trouble(length, 0, 3);
      case RELIST -> relist();
      case WATCH_BREAKS -> cast.ingest.informers().forEach(SimInformer::breakOff);
      case WATCH_REPEATS -> cast.ingest.informers().forEach(each -> each.repeatEvents(true));
      case EMPTY_ROSTER -> emptyRoster(executor(fault));
      case LIBVIRTD_RESTART -> withLauncher(fault, each -> each.guest().deafFor(length));
      case LIBVIRT_LOST_ANSWER -> withLauncher(fault, each -> each.guest().loseNextAnswer());
      case GUEST_POWEROFF -> withLauncher(fault, each -> each.guest().end("shutdown", "guest"));
      case GUEST_CRASH -> withLauncher(fault, each -> each.guest().end("crashed", "crash"));
      case LAUNCHER_DIES -> withLauncher(fault, each -> each.kill("launcher-died"));
      case MACHINE_CRASH -> crash(machine(fault), length);
      case MACHINE_GONE -> gone(machine(fault));
      case NODE_DELETED -> deleteNode(machine(fault), length);
      case POD_DELETED -> deletePod(fault, null);
      case POD_FORCE_DELETED -> deletePod(fault, 0L);
      case POD_REFUSED -> machine(fault).refuseNextPod();
      case FINALIZERS_FORCED -> forceFinalizers(fault);
      case NAME_REUSED -> reuseName(fault);
      case STATUS_OVERWRITTEN -> intruder.overwriteStatus(fault.target());
      case HOSTILE_REPORTS -> intruder.reports(machine(fault).name(), fault.target());
      case POISON_RECORDS -> intruder.poison(fault.target());
      case CLOCK_JUMP -> jump(part(fault), fault);
      case KAFKA_DISK_FULL -> fillKafka(length);
      case NODE_DISK_FULL -> fillDisk(executor(fault), length);
    }
  }

  // -- whom it strikes

  private Part part(Plan.Fault fault) {
    List<Part> parts = cast.parts();
    return parts.get(fault.target() % parts.size());
  }

  private Part scheduler(Plan.Fault fault) {
    List<Part> instances = cast.schedulers.instances();
    return instances.get(fault.target() % instances.size());
  }

  private SimMachine machine(Plan.Fault fault) {
    return cast.machines.get(fault.target() % cast.machines.size());
  }

  private NodePart executor(Plan.Fault fault) {
    return cast.executors.get(fault.target() % cast.executors.size());
  }

  private String apiClient(Plan.Fault fault) {
    List<String> clients = new ArrayList<>(List.of("ingest", "cluster-executor"));
    cast.machines.forEach(machine -> clients.add("kubelet-" + machine.name()));
    return clients.get(fault.target() % clients.size());
  }

  private void withLauncher(Plan.Fault fault, java.util.function.Consumer<SimLauncher> what) {
    List<SimLauncher> all = new ArrayList<>();
    cast.machines.forEach(machine -> all.addAll(machine.launchers()));
    if (!all.isEmpty()) {
      what.accept(all.get(fault.target() % all.size()));
    }
  }

  // -- what it does

  private void killKubelet(SimMachine machine) {
    machine.killKubelet();
    engine.within(300, 5_000, machine::startKubelet);
  }

  private void twoIngests(long length) {
    SimProcess old = cast.ingest.process();
    old.pauseFor(2_000 + length);
    // Another takes its place; the old one wakes up beside it.
    cast.ingest.startBeside();
  }

  private void cut(String part, String service, boolean out, boolean back, long length) {
    if (out) {
      network.cutRequests(part, service);
    }
    if (back) {
      network.cutAnswers(part, service);
    }
    engine.within(length, length, () -> network.heal(part, service));
  }

  private void slow(String part, long ms, long length) {
    network.delay(part, ms);
    engine.within(length, length, () -> network.delay(part, 0));
  }

  private void down(String service, long length) {
    network.setDown(service, true);
    engine.within(length, length, () -> network.setDown(service, false));
  }

  private void loseKafka() {
    network.setDown(Network.KAFKA, true);
    cast.world.broker().loseDisk();
    cast.schedulers.loseDisk();
    cast.record.lost();
    cast.ownerRecord.lost();
    cast.ownerCheck.lost();
    cast.epochOrder.lost();
    engine.within(
        500,
        4_000,
        () -> {
          cast.world.broker().provision(Topics.all(), World.PARTITIONS);
          network.setDown(Network.KAFKA, false);
          // Each ends once it is answered by another cluster, which may be late.
          cast.parts().stream()
              .filter(part -> part.process().isAlive())
              .forEach(part -> engine.within(10, 6_000, () -> part.restartWithin(300, 1_000)));
        });
  }

  /** Kafka ends when it cannot write, and so does each start of it until there is room. */
  private void fillKafka(long length) {
    cast.world.broker().fill(() -> network.setDown(Network.KAFKA, true));
    engine.within(
        length,
        length,
        () -> {
          cast.world.broker().free();
          engine.within(500, 4_000, () -> network.setDown(Network.KAFKA, false));
        });
  }

  private void fillDisk(NodePart executor, long length) {
    executor.diskIsFull(true);
    engine.within(length, length, () -> executor.diskIsFull(false));
  }

  private void truncate(Plan.Fault fault) {
    String node = machine(fault).name();
    cast.world.broker().truncate(Topics.nodeReports(node).name(), 0);
  }

  private void trouble(long length, int errors, int lost) {
    cast.world.trouble().errors(errors);
    cast.world.trouble().lostAnswers(lost);
    engine.within(
        length,
        length,
        () -> {
          cast.world.trouble().errors(0);
          cast.world.trouble().lostAnswers(0);
        });
  }

  private void relist() {
    cast.ingest.informers().forEach(SimInformer::breakOff);
    engine.within(50, 200, cast.world.server()::compact);
  }

  private void emptyRoster(NodePart executor) {
    executor.kill();
    executor.loseDisk();
    cast.epochOrder.rosterLost(executor.machine().name());
    executor.startWithin(300, 2_000);
  }

  private void crash(SimMachine machine, long length) {
    if (goneForEver.contains(machine) || !machine.isUp()) {
      return;
    }
    NodePart executor = cast.executors.get(cast.machines.indexOf(machine));
    machine.crash();
    executor.kill();
    engine.within(
        length,
        length + 5_000,
        () -> {
          if (!goneForEver.contains(machine)) {
            machine.boot();
            executor.start();
          }
        });
  }

  private void gone(SimMachine machine) {
    if (goneForEver.size() + 2 > cast.machines.size() || !goneForEver.add(machine)) {
      return;
    }
    machine.crash();
    cast.executors.get(cast.machines.indexOf(machine)).kill();
    engine.within(15_000, 60_000, () -> intruder.fence(machine.name()));
  }

  private void deleteNode(SimMachine machine, long length) {
    if (cast.world.server().find(Kind.NODE, machine.name()).isEmpty()) {
      return;
    }
    cast.world.server().remove(Kind.NODE, machine.name());
    engine.within(1_000, 8_000, () -> collectPods(machine));
    engine.within(length, length + 1_000, () -> killKubelet(machine));
  }

  /** The pod garbage collector takes the pods of nodes that are not there. */
  private void collectPods(SimMachine machine) {
    if (cast.world.server().find(Kind.NODE, machine.name()).isPresent()) {
      return;
    }
    for (Map.Entry<String, Map<String, Object>> pod :
        List.copyOf(cast.world.server().all(Kind.POD).entrySet())) {
      if (machine.name().equals(Tree.text(pod.getValue(), "spec", "nodeName"))) {
        cast.world.server().remove(Kind.POD, pod.getKey());
      }
    }
  }

  private void deletePod(Plan.Fault fault, @Nullable Long grace) {
    List<String> pods = List.copyOf(cast.world.server().all(Kind.POD).keySet());
    if (!pods.isEmpty()) {
      String key = pods.get(fault.target() % pods.size());
      cast.world.server().delete(Kind.POD, key, null, grace);
    }
  }

  private void forceFinalizers(Plan.Fault fault) {
    List<String> keys = cast.vmiKeys();
    if (keys.isEmpty()) {
      return;
    }
    String key = keys.get(fault.target() % keys.size());
    cast.world.server().delete(Kind.VMI, key, null, null);
    if (cast.world.server().find(Kind.VMI, key).isPresent()) {
      cast.world
          .server()
          .update(
              Kind.VMI,
              key,
              tree -> {
                Tree.child(tree, "metadata").put("finalizers", List.of());
                return tree;
              });
    }
  }

  private void reuseName(Plan.Fault fault) {
    List<String> keys = cast.freeVmiKeys();
    if (keys.isEmpty()) {
      return;
    }
    String key = keys.get(fault.target() % keys.size());
    String name = key.substring(key.indexOf('/') + 1);
    Plan.Wish again =
        new Plan.Wish(Integer.parseInt(name.substring(2)), 0, 0, true, false, true, 2);
    cast.delete(name);
    whenGone(key, () -> cast.apply(again), 400);
  }

  private void whenGone(String key, Runnable what, int tries) {
    engine.within(
        50,
        200,
        () -> {
          if (cast.world.server().find(Kind.VMI, key).isEmpty()) {
            what.run();
          } else if (tries > 0) {
            whenGone(key, what, tries - 1);
          }
        });
  }

  private void jump(Part part, Plan.Fault fault) {
    long offset = (fault.target() % 2 == 0 ? 1 : -1) * (fault.lengthMs() * 180);
    SimProcess process = part.process();
    process.skewClock(offset);
    engine.within(fault.lengthMs(), fault.lengthMs(), () -> process.skewClock(0));
  }

  /** The faults are over: what can be whole is whole, and an administrator vouches for the rest. */
  void heal() {
    network.heal();
    cast.world.trouble().errors(0);
    cast.world.trouble().lostAnswers(0);
    cast.world.broker().free();
    cast.world.broker().provision(Topics.all(), World.PARTITIONS);
    cast.executors.forEach(executor -> executor.diskIsFull(false));
    cast.ingest.informers().forEach(each -> each.repeatEvents(false));
    for (Part part : cast.parts()) {
      part.process().resume();
      part.process().skewClock(0);
    }
    for (int i = 0; i < cast.machines.size(); i++) {
      SimMachine machine = cast.machines.get(i);
      if (goneForEver.contains(machine)) {
        intruder.fence(machine.name());
        continue;
      }
      if (!machine.isUp()) {
        machine.boot();
      }
      if (cast.world.server().find(Kind.NODE, machine.name()).isEmpty()) {
        machine.killKubelet();
      }
      machine.startKubelet();
    }
    for (Part part : cast.parts()) {
      boolean isGone = part instanceof NodePart node && goneForEver.contains(node.machine());
      if (!part.process().isAlive() && !isGone) {
        part.startWithin(10, 100);
      }
    }
  }
}
