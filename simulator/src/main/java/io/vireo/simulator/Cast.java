package io.vireo.simulator;

import io.vireo.schemas.OwnedFields;
import io.vireo.schemas.Topics;
import io.vireo.simulator.check.AuditRecord;
import io.vireo.simulator.check.EpochOrder;
import io.vireo.simulator.check.OwnerCheck;
import io.vireo.simulator.check.OwnerRecord;
import io.vireo.simulator.check.StatusCheck;
import io.vireo.simulator.check.Truth;
import io.vireo.simulator.kubernetes.ControlPlane;
import io.vireo.simulator.kubernetes.SimApiServer;
import io.vireo.simulator.kubernetes.SimApiServer.Kind;
import io.vireo.simulator.kubernetes.Tree;
import io.vireo.simulator.node.SimGuest;
import io.vireo.simulator.node.SimLauncher;
import io.vireo.simulator.node.SimMachine;
import io.vireo.simulator.parts.ClusterPart;
import io.vireo.simulator.parts.DispatcherPart;
import io.vireo.simulator.parts.IngestPart;
import io.vireo.simulator.parts.NodePart;
import io.vireo.simulator.parts.Part;
import io.vireo.simulator.parts.SchedulerPart;
import io.vireo.simulator.parts.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/** Everybody in one life: the world, Vireo's parts, the machines, and those who watch. */
final class Cast {

  static final String NAMESPACE = "default";

  final World world;
  final Truth truth;
  final AuditRecord record;
  final EpochOrder epochOrder;
  final StatusCheck statusCheck;
  final OwnerRecord ownerRecord;
  final OwnerCheck ownerCheck;
  final Users users;
  final Coverage coverage = new Coverage();
  final List<SimMachine> machines = new ArrayList<>();
  final List<NodePart> executors = new ArrayList<>();
  final IngestPart ingest;
  final SchedulerPart schedulers;
  final DispatcherPart dispatcher;
  final ClusterPart cluster;

  private final Map<String, Plan.Wish> wishes = new HashMap<>();

  /** Names of those that controlled a VMI first, by its uid: it may be forced away. */
  private final Map<String, String> ownerNames = new HashMap<>();

  private boolean wantsNothing;

  Cast(World world, SimulationOptions options) {
    this.world = world;
    this.truth = new Truth(world.engine());
    this.record = new AuditRecord(truth.violations());
    this.statusCheck = new StatusCheck(truth.violations());
    this.ownerRecord = new OwnerRecord(truth.violations());
    this.ownerCheck = new OwnerCheck(truth, world.server(), record);
    this.users = new Users(world.engine(), world.server(), ownerCheck);
    truth.allowStops(this::mayStop);
    truth.denyStarts(record::isClosed);
    new ControlPlane(world.engine(), world.server());
    this.epochOrder =
        new EpochOrder(
            truth, IntStream.rangeClosed(1, options.nodes()).mapToObj(i -> "node" + i).toList());
    world.broker().observe(record);
    world.broker().observe(ownerRecord);
    world.broker().observe(ownerCheck);
    world.broker().observe(epochOrder);
    world
        .server()
        .observe(
            change -> {
              if ("VirtualMachineInstance".equals(Tree.text(change.object(), "kind"))) {
                statusCheck.changed(change, world.engine().nowMs());
                coverage.changed(change, world.engine().nowMs());
                rememberOwner(change.object());
              }
            });
    this.ingest = new IngestPart(world, "ingest");
    this.schedulers = new SchedulerPart(world, 2);
    this.dispatcher = new DispatcherPart(world, "dispatcher");
    this.cluster = new ClusterPart(world, "cluster-executor");
    for (int i = 1; i <= options.nodes(); i++) {
      SimMachine machine =
          new SimMachine(
              world.engine(), "node" + i, world.server(), world.network(), this::launcher);
      machines.add(machine);
      executors.add(new NodePart(world, machine));
    }
  }

  void begin() {
    world.broker().provision(Topics.all(), World.PARTITIONS);
    machines.forEach(SimMachine::startKubelet);
    parts().forEach(Part::start);
  }

  /** All of Vireo's parts. */
  List<Part> parts() {
    List<Part> parts = new ArrayList<>(List.of(ingest, dispatcher, cluster));
    parts.addAll(schedulers.instances());
    parts.addAll(executors);
    return parts;
  }

  private SimLauncher launcher(Map<String, Object> pod, SimMachine machine) {
    Map<?, ?> annotations =
        Tree.at(pod, "metadata", "annotations") instanceof Map<?, ?> map ? map : Map.of();
    String uid = String.valueOf(annotations.get("vireo.io/vmi-uid"));
    String name = String.valueOf(ownerName(pod));
    Truth.Place place =
        new Truth.Place(
            uid,
            NAMESPACE + "/" + name,
            Long.parseLong(String.valueOf(annotations.get("vireo.io/epoch"))),
            String.valueOf(Tree.text(pod, "metadata", "name")),
            machine.name());
    OwnerWish.Habits owned = users.habits(ownerNames.getOrDefault(uid, ""));
    if (owned != null) {
      return launcher(machine, place, owned, true);
    }
    Plan.Wish wish = Objects.requireNonNull(wishes.get(name), name);
    return launcher(
        machine,
        place,
        new OwnerWish.Habits(wish.honoursAcpi(), wish.failsToStart(), wish.graceSeconds()),
        wish.preparesWell());
  }

  private SimLauncher launcher(
      SimMachine machine, Truth.Place place, OwnerWish.Habits habits, boolean preparesWell) {
    return new SimLauncher(
        world.engine(),
        executors.get(machines.indexOf(machine)),
        new SimGuest(
            world.engine(),
            truth,
            place,
            new SimGuest.Habits(habits.honoursAcpi(), habits.failsToStart())),
        habits.graceSeconds() * 1_000L,
        preparesWell);
  }

  private void rememberOwner(Map<String, Object> vmi) {
    String owner = ownerName(vmi);
    if (!owner.isEmpty()) {
      ownerNames.putIfAbsent(String.valueOf(Tree.text(vmi, "metadata", "uid")), owner);
    }
  }

  private static String ownerName(Map<String, Object> pod) {
    return Tree.list(pod, "metadata", "ownerReferences").stream()
        .map(owner -> String.valueOf(Tree.text(owner, "name")))
        .findFirst()
        .orElse("");
  }

  // -- what people do

  /** Nobody wants anything any more. */
  void wantNothing() {
    wantsNothing = true;
    users.deleteAll();
    vmiKeys().forEach(key -> delete(key.substring(key.indexOf('/') + 1)));
  }

  void apply(Plan.Wish wish) {
    if (wantsNothing) {
      return;
    }
    wishes.put(wish.name(), wish);
    if (world.server().find(Kind.VMI, SimApiServer.key(NAMESPACE, wish.name())).isPresent()) {
      return;
    }
    Map<String, Object> vmi =
        Tree.of(
            "apiVersion",
            "kubevirt.io/v1",
            "kind",
            "VirtualMachineInstance",
            "metadata",
            Tree.of("name", wish.name(), "namespace", NAMESPACE),
            "spec",
            spec(wish.graceSeconds(), 128));
    if (isAdmitted(wish.name())) {
      admit(vmi);
    }
    world.server().create(Kind.VMI, vmi);
  }

  /** Clusters are there with admission and without: every other name comes by it. */
  private static boolean isAdmitted(String name) {
    return name.hashCode() % 2 == 0;
  }

  /** What admission puts on an object as it is created. */
  private static void admit(Map<String, Object> vmi) {
    Map<String, Object> meta = Tree.child(vmi, "metadata");
    meta.put("finalizers", new ArrayList<>(List.of(OwnedFields.FINALIZER)));
    meta.put("annotations", Tree.of(OwnedFields.ANNOTATION_EPOCH, "1"));
    vmi.put("status", Tree.of("phase", "Pending"));
  }

  static Map<String, Object> spec(int graceSeconds, int mebibytes) {
    return Tree.of(
        "domain",
        Tree.of(
            "devices",
            Tree.of("disks", List.of(Tree.of("name", "root", "disk", Tree.of("bus", "virtio")))),
            "memory",
            Tree.of("guest", mebibytes + "Mi")),
        "terminationGracePeriodSeconds",
        graceSeconds,
        "volumes",
        List.of(Tree.of("name", "root", "containerDisk", Tree.of("image", "example.org/guest:1"))));
  }

  void delete(String name) {
    String key = SimApiServer.key(NAMESPACE, name);
    if (world.server().find(Kind.VMI, key).isPresent()) {
      world.server().delete(Kind.VMI, key, null, null);
    }
  }

  List<String> vmiKeys() {
    return List.copyOf(world.server().all(Kind.VMI).keySet());
  }

  /** VMIs that no VirtualMachine or ReplicaSet controls. */
  List<String> freeVmiKeys() {
    return world.server().all(Kind.VMI).entrySet().stream()
        .filter(entry -> ownerName(entry.getValue()).isEmpty())
        .map(Map.Entry::getKey)
        .filter(key -> wishes.containsKey(key.substring(key.indexOf('/') + 1)))
        .toList();
  }

  /** Whether it is right that somebody ends this guest now. */
  private boolean mayStop(Truth.Place place) {
    Optional<Map<String, Object>> vmi =
        world
            .server()
            .find(Kind.VMI, place.name())
            .filter(each -> place.uid().equals(Tree.text(each, "metadata", "uid")));
    if (vmi.isEmpty() || Tree.at(vmi.get(), "metadata", "deletionTimestamp") != null) {
      return true;
    }
    Optional<Map<String, Object>> pod =
        world.server().find(Kind.POD, SimApiServer.key(NAMESPACE, place.pod()));
    if (pod.isEmpty() || Tree.at(pod.get(), "metadata", "deletionTimestamp") != null) {
      return true;
    }
    String epoch = Tree.text(vmi.get(), "metadata", "annotations", "vireo.io/epoch");
    return record.isClosed(place) || (epoch != null && Long.parseLong(epoch) > place.epoch());
  }
}
