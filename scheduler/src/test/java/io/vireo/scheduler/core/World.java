package io.vireo.scheduler.core;

import io.vireo.scheduler.core.CommandOutcome.Result;
import io.vireo.scheduler.core.Decision.Issued;
import io.vireo.scheduler.topology.CoreJson;
import io.vireo.spec.Claim;
import io.vireo.spec.SpecSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A tiny world around one {@link Decider}: an API server, a kube-scheduler, one node with its
 * executor and launchers, and the topics between them. Records wait on their topic until they are
 * delivered, so a test, or a random number, chooses who is late.
 */
final class World implements Surroundings {

  enum Topic {
    VMIS,
    PODS,
    DOMAINS,
    OUTCOMES,
    NODES
  }

  static final VmiRef REF = new VmiRef("6d1c0bb0-0000-4000-8000-000000000001", "default", "tiny");
  static final String NODE = "node-a";
  static final String NODE_UID = "uid-of-node-a";
  static final String OTHER_NODE = "node-b";
  static final String SPEC =
      """
      {"domain":{"devices":{"disks":[{"disk":{"bus":"virtio"},"name":"root"}]},\
      "memory":{"guest":"128Mi"}},\
      "terminationGracePeriodSeconds":10,\
      "volumes":[{"containerDisk":{"image":"example.org/guest:1"},"name":"root"}]}""";
  static final SpecSettings SETTINGS =
      new SpecSettings("masquerade", true, "example.org/launcher:1");

  private static final int STEPS_MAX = 3000;
  private static final long FAR_AHEAD_MS = 30 * 60_000;

  private sealed interface OnWire {
    record In(Input input) implements OnWire {}

    record Barrier(String kind) implements OnWire {}

    record Standing(String node, String uid, String standing, String actor) implements OnWire {}
  }

  /** The object in the API server. */
  static final class Vmi {
    String spec = SPEC;
    long version;
    Long deletedAtMs;
    final Map<String, String> labels = new TreeMap<>();
    final Map<String, String> annotations = new TreeMap<>();
    final Set<String> finalizers = new HashSet<>();
    Map<String, Object> status = Map.of();
  }

  /** A launcher pod and what runs in it. */
  static final class Launcher {
    final String name;
    final String uid;
    final long epoch;
    String node;
    String phase = "Pending";
    boolean started;
    boolean connected;
    Long deletedAtMs;
    Integer exitCode;
    Long finishedAtMs;
    String reason;
    String mountProblem;
    String unschedulable;

    /** Containers that end before the launcher's begins. */
    final List<Pod.Container> before = new ArrayList<>();

    Launcher(String name, String uid, long epoch) {
      this.name = name;
      this.uid = uid;
      this.epoch = epoch;
    }
  }

  /** What the node's executor holds of one epoch. */
  private static final class Lane {
    Issued start;
    boolean running;
    boolean stop;
    boolean ended;
  }

  final CoreJson json = new CoreJson();
  Decider decider = new Decider(SETTINGS, json);
  long nowMs = 1_700_000_000_000L;
  VmiState state;
  String ended;
  OptionalLong wakeUp = OptionalLong.empty();
  final List<Issued> issued = new ArrayList<>();
  final List<Decision.Event> events = new ArrayList<>();
  int decisions;

  final Map<Topic, Deque<OnWire>> wire = new EnumMap<>(Topic.class);
  private final Map<String, Node> known = new HashMap<>();
  private final Set<String> listed = new HashSet<>();
  private final Deque<Issued> clusterCommands = new ArrayDeque<>();
  private final Deque<Issued> nodeCommands = new ArrayDeque<>();

  Vmi vmi;
  final Map<String, Launcher> pods = new LinkedHashMap<>();
  private final Map<Long, Lane> lanes = new TreeMap<>();
  private final Map<Long, Domain> reports = new TreeMap<>();
  private final Set<Long> domainsCreated = new HashSet<>();
  private long closedEpoch;
  private long version = 100;
  private long sequence;

  /** What {@link #instead} gives for a command that nobody ever ends. */
  static final CommandOutcome NO_ANSWER =
      new CommandOutcome("", "", Result.UNKNOWN, null, null, "", null, null, null, null);

  /** Answers a command in place of the world; null lets the world do it. */
  Function<Issued, CommandOutcome> instead = command -> null;

  /** The kube-scheduler's reason not to bind a pod; null to bind. */
  String unschedulable;

  /** What happens to a launcher before its domain is formed; null for nothing. */
  Function<Launcher, String> launcherFails = pod -> null;

  /** Where the kube-scheduler puts pods. */
  String bindTo = NODE;

  /** Nodes that neither do nor say anything. */
  final Set<String> deadNodes = new HashSet<>();

  private final Map<Long, String> nodeOfEpoch = new HashMap<>();

  boolean launcherStays;
  boolean launchersDialIn = true;
  boolean duplicateOutcomes;
  boolean duplicateInputs;
  boolean libvirtRefuses;

  World() {
    for (Topic topic : Topic.values()) {
      wire.put(topic, new ArrayDeque<>());
    }
    barrier("Vmi");
    barrier("Pod");
    standing("Eligible");
  }

  /** A world in which nothing was listed yet. */
  static World unlisted() {
    World world = new World();
    world.wire.get(Topic.VMIS).clear();
    world.wire.get(Topic.PODS).clear();
    return world;
  }

  // -- what people and machines do

  void barrier(String kind) {
    wire.get(kind.equals("Vmi") ? Topic.VMIS : Topic.PODS).add(new OnWire.Barrier(kind));
  }

  void standing(String standing) {
    standing(NODE, standing);
  }

  void standing(String node, String standing) {
    String actor = standing.equals("Fenced") ? "alice" : null;
    wire.get(Topic.NODES).add(new OnWire.Standing(node, "uid-of-" + node, standing, actor));
  }

  void apply(String spec) {
    vmi = new Vmi();
    vmi.spec = spec;
    seen();
  }

  void delete() {
    if (vmi == null) {
      return;
    }
    if (vmi.finalizers.isEmpty()) {
      vmi = null;
      send(Topic.VMIS, new Input.VmiGone(REF, 1));
    } else if (vmi.deletedAtMs == null) {
      vmi.deletedAtMs = nowMs;
      seen();
    }
  }

  void domainEnds(String reason) {
    lanes.values().stream().filter(lane -> lane.running).forEach(lane -> endDomain(lane, reason));
  }

  private void endDomain(Lane lane, String reason) {
    lane.running = false;
    lane.ended = true;
    long epoch =
        lanes.entrySet().stream().filter(e -> e.getValue() == lane).findFirst().get().getKey();
    closedEpoch = Math.max(closedEpoch, epoch);
    report(epoch, "ended", reason, true);
    if (lane.start != null && lane.start.command() instanceof Command.StartDomain) {
      lane.start = null;
    }
    for (Launcher pod : pods.values()) {
      if (pod.epoch == epoch && pod.exitCode == null && !launcherStays) {
        pod.exitCode = reason.equals("shutdown") || reason.equals("never-started") ? 0 : 1;
        pod.finishedAtMs = nowMs;
        pod.phase = pod.exitCode == 0 ? "Succeeded" : "Failed";
      }
    }
    podsSeen();
  }

  long domainsCreated() {
    return domainsCreated.size();
  }

  /** Epochs of which a domain runs. */
  List<Long> running() {
    return lanes.entrySet().stream()
        .filter(lane -> lane.getValue().running)
        .map(Map.Entry::getKey)
        .toList();
  }

  boolean anythingRuns() {
    return lanes.values().stream().anyMatch(lane -> lane.running);
  }

  // -- the wire

  private void send(Topic topic, Input input) {
    wire.get(topic).add(new OnWire.In(input));
  }

  /** Claims that the VMI names and that are there. */
  List<Claim> claims = List.of();

  /** Of the volumes that a launcher makes. */
  List<Domain.Volume> sizes = List.of();

  void seen() {
    vmi.version = ++version;
    send(Topic.VMIS, new Input.VmiSeen(REF, desired(), 1));
  }

  private Desired desired() {
    String epoch = vmi.annotations.get("vireo.io/epoch");
    return new Desired(
        1,
        vmi.version,
        nowMs,
        vmi.deletedAtMs,
        Map.of(),
        Map.of(),
        List.copyOf(vmi.finalizers),
        vmi.spec,
        (String) vmi.status.get("phase"),
        json.statusHash(vmi.status, vmi.labels, vmi.annotations, List.copyOf(vmi.finalizers)),
        epoch == null ? null : Long.valueOf(epoch),
        (String) vmi.status.get("nodeName"),
        claims,
        null,
        null);
  }

  void podsSeen() {
    send(Topic.PODS, new Input.PodsSeen(pods.values().stream().map(World::pod).toList(), 1));
  }

  private static Pod pod(Launcher pod) {
    List<Pod.Container> containers = new ArrayList<>(pod.before);
    if (pod.started || pod.exitCode != null) {
      containers.add(
          new Pod.Container(
              "compute",
              pod.exitCode == null ? "running" : "terminated",
              pod.exitCode == null ? null : pod.exitCode == 0 ? "Completed" : "Error",
              null,
              pod.exitCode,
              pod.started ? "containerd://1" : null,
              pod.finishedAtMs,
              "example.org/launcher:1"));
    }
    return new Pod(
        pod.name,
        pod.uid,
        pod.epoch,
        pod.node,
        pod.phase,
        pod.reason,
        pod.reason == null ? null : "in words",
        pod.started ? "10.0.0.7" : null,
        pod.started ? List.of("10.0.0.7") : List.of(),
        "Burstable",
        pod.deletedAtMs,
        pod.node != null,
        pod.unschedulable == null ? null : "Unschedulable",
        pod.unschedulable,
        pod.started && pod.exitCode == null,
        false,
        null,
        pod.mountProblem,
        containers);
  }

  private String nodeOf(long epoch) {
    return nodeOfEpoch.getOrDefault(epoch, NODE);
  }

  void report(long epoch, String word, String reason, boolean proven) {
    reports.put(
        epoch,
        new Domain(
            nodeOf(epoch),
            "uid-of-" + nodeOf(epoch),
            epoch,
            1,
            ++sequence,
            word,
            reason,
            null,
            proven,
            word.equals("running")
                ? List.of(
                    new Domain.Interface(
                        "default", "52:54:00:00:00:01", null, List.of(), "domain", null, 1, "up"))
                : List.of(),
            word.equals("running") ? "pc-q35-7.2" : null,
            null,
            nowMs,
            word.equals("running") ? sizes : List.of()));
    send(Topic.DOMAINS, new Input.DomainsSeen(List.copyOf(reports.values()), 1));
  }

  void preparingFailed(long epoch, String reason, String message) {
    reports.put(
        epoch,
        new Domain(
            nodeOf(epoch),
            "uid-of-" + nodeOf(epoch),
            epoch,
            1,
            ++sequence,
            "preparing-failed",
            reason,
            message,
            false,
            List.of(),
            null,
            null,
            nowMs,
            List.of()));
    send(Topic.DOMAINS, new Input.DomainsSeen(List.copyOf(reports.values()), 1));
  }

  /** The guest runs, and the node says this of its inside. */
  void guestReport(long epoch, List<Domain.Interface> interfaces, Domain.Agent agent) {
    reports.put(
        epoch,
        new Domain(
            nodeOf(epoch),
            "uid-of-" + nodeOf(epoch),
            epoch,
            1,
            ++sequence,
            "running",
            "running",
            null,
            false,
            interfaces,
            "pc-q35-7.2",
            agent,
            nowMs,
            List.of()));
    send(Topic.DOMAINS, new Input.DomainsSeen(List.copyOf(reports.values()), 1));
  }

  void outcome(CommandOutcome outcome) {
    send(Topic.OUTCOMES, new Input.OutcomeSeen(outcome));
    if (duplicateOutcomes) {
      send(Topic.OUTCOMES, new Input.OutcomeSeen(outcome));
    }
  }

  static CommandOutcome outcome(
      Issued command, Result result, String reason, Long version, String uid) {
    return new CommandOutcome(
        command.commandId(),
        command.command().type(),
        result,
        reason,
        reason == null ? null : reason + " in words",
        "test",
        null,
        null,
        version,
        uid);
  }

  private void done(Issued command, String reason) {
    outcome(outcome(command, Result.DONE, reason, null, null));
  }

  /** Kafka's disk is lost and ingest begins again: all is listed anew. */
  void loseMemory() {
    state = null;
    listed.clear();
    wire.values().forEach(Deque::clear);
    clusterCommands.clear();
    standing("Eligible");
    seen();
    barrier("Vmi");
    podsSeen();
    barrier("Pod");
    if (!reports.isEmpty()) {
      send(Topic.DOMAINS, new Input.DomainsSeen(List.copyOf(reports.values()), 1));
    }
  }

  // -- delivery

  boolean has(Topic topic) {
    return !wire.get(topic).isEmpty();
  }

  void deliver(Topic topic) {
    switch (wire.get(topic).remove()) {
      case OnWire.In in -> {
        decide(in.input());
        if (duplicateInputs) {
          decide(in.input());
        }
      }
      case OnWire.Barrier barrier -> {
        listed.add(barrier.kind());
        if (isListed() && state != null) {
          decide(new Input.BarrierPassed());
        }
      }
      case OnWire.Standing s -> {
        known.put(s.node(), new Node(s.node(), s.uid(), s.standing(), s.actor()));
        if (state != null && isAbout(state, s.node())) {
          decide(new Input.NodeChanged(s.node(), s.standing(), s.actor()));
        }
      }
    }
  }

  private static boolean isAbout(VmiState state, String node) {
    return (state.epoch() != null && node.equals(state.epoch().node()))
        || state.observed().pods().stream().anyMatch(p -> node.equals(p.nodeName()))
        || state.observed().domains().stream().anyMatch(d -> d.node().equals(node));
  }

  void deliverAll(Topic topic) {
    while (has(topic)) {
      deliver(topic);
    }
  }

  void decide(Input input) {
    if (state == null
        && (input instanceof Input.OutcomeSeen || input instanceof Input.TimerFired)) {
      return;
    }
    decisions++;
    Decision decision =
        decider.decide(state == null ? VmiState.fresh(REF) : state, input, this, nowMs);
    state = decision.state();
    wakeUp = state == null ? OptionalLong.empty() : decision.wakeUpAtMs();
    if (decision.ended() != null) {
      ended = decision.ended();
    }
    events.addAll(decision.events());
    for (Issued command : decision.commands()) {
      issued.add(command);
      if (command.command() instanceof Command.ToNode) {
        nodeCommands.add(command);
      } else {
        clusterCommands.add(command);
      }
    }
  }

  // -- executors

  boolean executeCluster() {
    Issued next = clusterCommands.poll();
    if (next == null) {
      return false;
    }
    CommandOutcome other = instead.apply(next);
    if (other != null) {
      if (other != NO_ANSWER) {
        outcome(other);
      }
      return true;
    }
    switch (next.command()) {
      case Command.WriteStatus c -> writeStatus(next, c);
      case Command.RemoveFinalizer c -> removeFinalizer(next, c);
      case Command.CreateLauncherPod c -> {
        Launcher pod =
            pods.computeIfAbsent(
                c.podName(), name -> new Launcher(name, "uid-of-" + name, c.epoch()));
        podsSeen();
        outcome(outcome(next, Result.DONE, null, 1L, pod.uid));
      }
      case Command.DeleteLauncherPod c -> deletePod(next, c);
      default -> done(next, null);
    }
    return true;
  }

  @SuppressWarnings("unchecked")
  private void writeStatus(Issued next, Command.WriteStatus c) {
    if (vmi == null) {
      outcome(outcome(next, Result.REFUSED, "NotFound", null, null));
      return;
    }
    if (c.basedOn() != vmi.version) {
      outcome(outcome(next, Result.SUPERSEDED, "Conflict", vmi.version, null));
      return;
    }
    vmi.status = (Map<String, Object>) json.read(c.statusJson());
    c.labels().forEach(vmi.labels::put);
    c.annotations().forEach(vmi.annotations::put);
    if (vmi.deletedAtMs == null) {
      vmi.finalizers.addAll(c.addFinalizers());
    }
    seen();
    outcome(outcome(next, Result.DONE, null, vmi.version, null));
  }

  private void removeFinalizer(Issued next, Command.RemoveFinalizer c) {
    if (vmi == null) {
      done(next, "Gone");
      return;
    }
    vmi.finalizers.removeAll(c.finalizers());
    if (vmi.deletedAtMs != null && vmi.finalizers.isEmpty()) {
      vmi = null;
      send(Topic.VMIS, new Input.VmiGone(REF, 1));
      done(next, null);
    } else {
      seen();
      outcome(outcome(next, Result.DONE, null, vmi.version, null));
    }
  }

  private void deletePod(Issued next, Command.DeleteLauncherPod c) {
    Launcher pod = pods.get(c.podName());
    if (pod == null) {
      done(next, "Gone");
      return;
    }
    if (c.gracePeriodSeconds() != null && c.gracePeriodSeconds() == 0) {
      pods.remove(pod.name);
      podsSeen();
    } else {
      removeOrTerminate(pod);
    }
    done(next, null);
  }

  void removeOrTerminate(Launcher pod) {
    if (pod.node == null || pod.exitCode != null) {
      pods.remove(pod.name);
    } else {
      pod.deletedAtMs = nowMs;
    }
    podsSeen();
  }

  private boolean isHeard(Issued command) {
    return !deadNodes.contains(((Command.ToNode) command.command()).node());
  }

  boolean executeNode() {
    Issued next = nodeCommands.stream().filter(this::isHeard).findFirst().orElse(null);
    if (next == null) {
      return false;
    }
    nodeCommands.remove(next);
    CommandOutcome other = instead.apply(next);
    if (other != null) {
      if (other != NO_ANSWER) {
        outcome(other);
      }
      return true;
    }
    Lane lane = lanes.computeIfAbsent(next.epoch(), epoch -> new Lane());
    if (next.command() instanceof Command.StartDomain) {
      if (closedEpoch >= next.epoch()) {
        outcome(outcome(next, Result.REFUSED, "EpochClosed", null, null));
      } else if (lane.running) {
        done(next, "AlreadyStarted");
      } else {
        lane.start = next;
      }
      return true;
    }
    closedEpoch = Math.max(closedEpoch, next.epoch());
    if (lane.start != null) {
      outcome(outcome(lane.start, Result.SUPERSEDED, "StopDomain", null, null));
      lane.start = null;
    }
    if (lane.running) {
      endDomain(
          lane, next.command() instanceof Command.StopDomain ? "shutdown" : "destroyed-at-once");
    } else if (!lane.ended) {
      endDomain(lane, "never-started");
    }
    outcome(
        new CommandOutcome(
            next.commandId(),
            next.command().type(),
            Result.DONE,
            null,
            reports.get(next.epoch()).reason(),
            "node/" + nodeOf(next.epoch()),
            null,
            null,
            null,
            null));
    return true;
  }

  // -- what happens by itself

  private List<Runnable> chances() {
    List<Runnable> chances = new ArrayList<>();
    for (Launcher pod : List.copyOf(pods.values())) {
      if (pod.node != null && deadNodes.contains(pod.node)) {
        continue;
      }
      if (pod.exitCode != null || pod.phase.equals("Failed")) {
        if (pod.deletedAtMs != null) {
          chances.add(
              () -> {
                pods.remove(pod.name);
                podsSeen();
              });
        }
        continue;
      }
      if (pod.node == null) {
        if (unschedulable == null) {
          if (bindTo != null) {
            chances.add(() -> bind(pod));
          }
        } else if (!unschedulable.equals(pod.unschedulable)) {
          chances.add(
              () -> {
                pod.unschedulable = unschedulable;
                podsSeen();
              });
        }
        continue;
      }
      Lane lane = lanes.computeIfAbsent(pod.epoch, epoch -> new Lane());
      if (pod.deletedAtMs != null) {
        chances.add(() -> terminate(pod, lane));
        continue;
      }
      String failure = launcherFails.apply(pod);
      if (failure != null) {
        chances.add(() -> fail(pod, failure));
        continue;
      }
      if (!pod.started) {
        chances.add(
            () -> {
              pod.started = true;
              pod.phase = "Running";
              podsSeen();
            });
      } else if (launchersDialIn && !pod.connected) {
        chances.add(
            () -> {
              pod.connected = true;
              if (closedEpoch < pod.epoch) {
                report(pod.epoch, "launcher-connected", null, false);
              }
            });
      }
      if (pod.connected && lane.start != null && !lane.running && !lane.ended) {
        chances.add(() -> run(pod, lane));
      }
    }
    return chances;
  }

  void bind(Launcher pod) {
    pod.node = bindTo;
    nodeOfEpoch.put(pod.epoch, bindTo);
    pod.unschedulable = null;
    podsSeen();
  }

  private void run(Launcher pod, Lane lane) {
    if (libvirtRefuses) {
      outcome(outcome(lane.start, Result.FAILED, "SyncFailed", null, null));
      endDomain(lane, "failed-to-start");
      return;
    }
    lane.running = true;
    domainsCreated.add(pod.epoch);
    report(pod.epoch, "running", "running", false);
    done(lane.start, null);
    lane.start = null;
  }

  private void terminate(Launcher pod, Lane lane) {
    if (lane.running) {
      endDomain(lane, "shutdown");
    } else {
      pod.exitCode = 0;
      pod.finishedAtMs = nowMs;
      pod.phase = "Succeeded";
      podsSeen();
    }
  }

  private void fail(Launcher pod, String reason) {
    pod.phase = "Failed";
    pod.reason = reason.isEmpty() ? null : reason;
    if (pod.started) {
      pod.exitCode = 1;
      pod.finishedAtMs = nowMs;
    }
    podsSeen();
  }

  // -- time

  /** Lets everything happen, in a fixed order, until nothing is left to happen. */
  World settle() {
    return settle(null, () -> false);
  }

  World settleUntil(java.util.function.BooleanSupplier stop) {
    return settle(null, stop);
  }

  /** Same, in an order that the random numbers choose. */
  World settle(Random random, java.util.function.BooleanSupplier stop) {
    for (int step = 0; step < STEPS_MAX; step++) {
      if (stop.getAsBoolean()) {
        return this;
      }
      List<Runnable> options = new ArrayList<>();
      if (!clusterCommands.isEmpty()) {
        options.add(this::executeCluster);
      }
      if (nodeCommands.stream().anyMatch(this::isHeard)) {
        options.add(this::executeNode);
      }
      for (Topic topic : Topic.values()) {
        if (has(topic)) {
          options.add(() -> deliver(topic));
        }
      }
      if (random != null || options.isEmpty()) {
        options.addAll(chances());
      }
      if (!options.isEmpty()) {
        nowMs += random == null ? 5 : random.nextInt(20);
        options.get(random == null ? 0 : random.nextInt(options.size())).run();
      } else if (wakeUp.isPresent() && wakeUp.getAsLong() <= nowMs + FAR_AHEAD_MS) {
        nowMs = Math.max(nowMs, wakeUp.getAsLong());
        decide(new Input.TimerFired());
      } else {
        return this;
      }
    }
    throw new AssertionError("The world does not come to rest; last commands: " + lastCommands());
  }

  private List<String> lastCommands() {
    return issued.subList(Math.max(0, issued.size() - 10), issued.size()).stream()
        .map(i -> i.commandId() + " " + i.command().type())
        .toList();
  }

  // -- what a test looks at

  List<String> commands() {
    return issued.stream().map(i -> i.command().type()).toList();
  }

  List<String> commandsWithoutEvents() {
    return commands().stream().filter(type -> !type.equals("EmitEvent")).toList();
  }

  List<String> kubernetesWrites() {
    return issued.stream()
        .filter(i -> i.command() instanceof Command.ToCluster)
        .map(i -> i.command().type())
        .filter(type -> !type.equals("EmitEvent"))
        .toList();
  }

  <C extends Command> List<C> commands(Class<C> type) {
    return issued.stream().map(Issued::command).filter(type::isInstance).map(type::cast).toList();
  }

  List<String> phases() {
    return events.stream()
        .filter(e -> e.type().equals("PhaseChanged"))
        .map(e -> e.attributes().get("to"))
        .toList();
  }

  String phase() {
    return vmi == null ? null : (String) vmi.status.get("phase");
  }

  @SuppressWarnings("unchecked")
  Optional<Map<String, Object>> condition(String type) {
    return ((List<Map<String, Object>>) vmi.status.getOrDefault("conditions", List.of()))
        .stream().filter(c -> c.get("type").equals(type)).findFirst();
  }

  boolean nothingIsLeftOfTheObject() {
    return vmi == null && pods.isEmpty() && state == null;
  }

  boolean nothingIsLeft() {
    return vmi == null && pods.isEmpty() && state == null && !anythingRuns();
  }

  // -- Surroundings

  @Override
  public boolean isListed() {
    return listed.contains("Vmi") && listed.contains("Pod");
  }

  @Override
  public Optional<Node> node(String name) {
    return Optional.ofNullable(known.get(name));
  }
}
