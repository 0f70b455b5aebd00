package io.vireo.scheduler.owner;

import io.vireo.scheduler.core.CommandOutcome;
import io.vireo.scheduler.core.CommandOutcome.Result;
import io.vireo.scheduler.core.OwnedVmi;
import io.vireo.scheduler.core.VmiState.Condition;
import io.vireo.scheduler.owner.OwnerDecision.Issued;
import io.vireo.scheduler.owner.OwnerDesired.StateChange;
import io.vireo.scheduler.topology.CoreJson;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * A tiny world around one {@link OwnerDecider}: an API server with one owner and its VMIs, the loop
 * of VMIs that lets each live and die, an executor, and the topics between them. Records wait on
 * their topic until they are delivered, so a test, or a random number, chooses who is late.
 */
final class OwnerWorld implements OwnerSurroundings {

  enum Topic {
    OWNERS,
    TOLD,
    OUTCOMES
  }

  static final long START_MS = 1_700_000_000_000L;
  static final String UID = "0b1c0bb0-0000-4000-8000-00000000000a";
  private static final int STEPS_MAX = 20_000;
  private static final long FAR_AHEAD_MS = Duration.ofHours(2).toMillis();
  private static final List<String> UP =
      List.of("", "Pending", "Scheduling", "Scheduled", "Running");

  /** An object in the API server. */
  static final class Owner {
    Map<String, Object> spec;
    long generation = 1;
    long version;
    Long deletedAtMs;
    final Set<String> finalizers = new TreeSet<>();
    final Map<String, String> annotations = new TreeMap<>();
    Map<String, Object> status = new TreeMap<>();
  }

  /** A VMI, in the API server and on its node. */
  static final class Vmi {
    final String uid;
    final String name;
    final long generation;
    final boolean paused;
    final long createdAtMs;
    boolean owned = true;
    String phase = "";
    boolean ran;
    boolean deleting;

    /** Its end is not to be proven for now. */
    boolean stuck;

    final Map<String, Condition> conditions = new TreeMap<>();

    Vmi(String uid, String name, long generation, boolean paused, long createdAtMs) {
      this.uid = uid;
      this.name = name;
      this.generation = generation;
      this.paused = paused;
      this.createdAtMs = createdAtMs;
    }

    boolean isFinal() {
      return phase.equals("Succeeded") || phase.equals("Failed");
    }
  }

  final CoreJson json = new CoreJson();
  final OwnerDecider decider = new OwnerDecider(json, Duration.ofDays(7));
  final OwnerRef ref;
  long nowMs = START_MS;
  OwnerState state;
  String ended;
  OptionalLong wakeUp = OptionalLong.empty();

  /** Lists that are not complete yet. */
  int barriersAhead;

  Owner owner;
  final Map<String, Vmi> vmis = new LinkedHashMap<>();
  final List<Vmi> allMade = new ArrayList<>();
  final List<Issued> issued = new ArrayList<>();
  final List<OwnerDecision.Event> events = new ArrayList<>();
  final List<String> problems = new ArrayList<>();
  private final Map<Topic, Deque<OwnerInput>> wire = new EnumMap<>(Topic.class);
  private final Deque<Issued> commands = new ArrayDeque<>();
  private long version = 100;
  private int uids;

  /** How the next commands end instead; such as Unknown, with their effect. */
  final Deque<Result> answers = new ArrayDeque<>();

  /** How a command ends in place of its effect; null for the effect. */
  Function<OwnerCommand, Result> instead = command -> null;

  boolean duplicateOutcomes;

  /** Guests that end before they run: that many of those made next. */
  int failing;

  OwnerWorld(String kind) {
    this.ref = new OwnerRef(kind, UID, "default", "tiny");
    for (Topic topic : Topic.values()) {
      wire.put(topic, new ArrayDeque<>());
    }
  }

  static OwnerWorld vm(String strategy) {
    OwnerWorld world = new OwnerWorld(OwnerRef.VIRTUAL_MACHINE);
    world.apply(vmSpec(strategy, "64Mi"));
    return world;
  }

  static OwnerWorld set(int replicas) {
    OwnerWorld world = new OwnerWorld(OwnerRef.REPLICA_SET);
    world.apply(setSpec(replicas, false));
    return world;
  }

  static Map<String, Object> vmSpec(String strategy, String memory) {
    return Map.of(
        "runStrategy",
        strategy,
        "template",
        Map.of("spec", Map.of("domain", Map.of("memory", Map.of("guest", memory)))));
  }

  static Map<String, Object> setSpec(int replicas, boolean paused) {
    return Map.of(
        "replicas",
        replicas,
        "paused",
        paused,
        "selector",
        Map.of("matchLabels", Map.of("app", "tiny")),
        "template",
        Map.of("metadata", Map.of("labels", Map.of("app", "tiny")), "spec", Map.of()));
  }

  @Override
  public boolean isListed(String kind) {
    return barriersAhead == 0;
  }

  // -- what people do

  void apply(Map<String, Object> spec) {
    if (owner == null) {
      owner = new Owner();
      owner.finalizers.add(VirtualMachines.FINALIZER);
    } else {
      owner.generation++;
    }
    owner.spec = spec;
    seen();
  }

  void request(StateChange... requests) {
    List<Object> list = new ArrayList<>(requests(owner.status));
    for (StateChange request : requests) {
      Map<String, Object> item = new HashMap<>();
      item.put("action", request.action());
      if (request.vmiUid() != null) {
        item.put("uid", request.vmiUid());
      }
      if (!request.data().isEmpty()) {
        item.put("data", request.data());
      }
      list.add(item);
    }
    owner.status.put("stateChangeRequests", list);
    seen();
  }

  static StateChange start() {
    return new StateChange("Start", null, Map.of());
  }

  static StateChange stop(String uid) {
    return new StateChange("Stop", uid, Map.of());
  }

  private static List<?> requests(Map<String, Object> status) {
    return status.get("stateChangeRequests") instanceof List<?> list ? list : List.of();
  }

  int openRequests() {
    return requests(owner.status).size();
  }

  void delete(boolean orphan) {
    if (owner == null || owner.deletedAtMs != null) {
      return;
    }
    owner.deletedAtMs = nowMs;
    if (orphan) {
      owner.finalizers.add("orphan");
    }
    seen();
    if (orphan) {
      vmis.values().forEach(this::orphan);
      owner.finalizers.remove("orphan");
      seen();
    }
    finalised();
  }

  private void orphan(Vmi vmi) {
    vmi.owned = false;
    wire.get(Topic.TOLD).add(new OwnerInput.VmiReleased(view(vmi, false)));
  }

  void deleteVmi(Vmi vmi) {
    if (!vmi.deleting) {
      vmi.deleting = true;
      told(vmi);
    }
  }

  /** The guest of a VMI ends. */
  void guestEnds(Vmi vmi, String phase) {
    if (!vmi.isFinal()) {
      vmi.phase = phase;
      told(vmi);
    }
  }

  /** All memory is lost but what Kubernetes holds. */
  void loseMemory() {
    wire.values().forEach(Deque::clear);
    commands.clear();
    state = null;
    wakeUp = OptionalLong.empty();
    if (owner != null) {
      seen();
    }
    vmis.values().forEach(this::told);
    barriersAhead = 2;
    wire.get(Topic.OWNERS).add(new OwnerInput.BarrierPassed());
    wire.get(Topic.TOLD).add(new OwnerInput.BarrierPassed());
  }

  List<Vmi> alive() {
    return vmis.values().stream().filter(vmi -> !vmi.isFinal()).toList();
  }

  Vmi only() {
    return vmis.values().iterator().next();
  }

  String summary() {
    return String.valueOf(owner.status.get("printableStatus"));
  }

  Deque<OwnerInput> wireOf(Topic topic) {
    return wire.get(topic);
  }

  // -- what is told

  void seen() {
    owner.version = ++version;
    wire.get(Topic.OWNERS).add(new OwnerInput.OwnerSeen(ref, desired(), 1));
  }

  OwnerDesired desired() {
    List<StateChange> requests = new ArrayList<>();
    for (Object each : requests(owner.status)) {
      Map<?, ?> item = (Map<?, ?>) each;
      Map<String, String> data = new TreeMap<>();
      if (item.get("data") instanceof Map<?, ?> map) {
        map.forEach((key, value) -> data.put((String) key, (String) value));
      }
      requests.add(new StateChange((String) item.get("action"), (String) item.get("uid"), data));
    }
    return new OwnerDesired(
        owner.generation,
        owner.version,
        START_MS,
        owner.deletedAtMs,
        Map.of(),
        Map.of(),
        List.copyOf(owner.finalizers),
        json.write(owner.spec),
        requests,
        json.ownerStatusHash(ref.kind(), owner.status),
        owner.annotations.get(VirtualMachines.LAST_VMI_UID),
        null);
  }

  void told(Vmi vmi) {
    if (vmi.owned) {
      wire.get(Topic.TOLD).add(new OwnerInput.VmiTold(view(vmi, false)));
    }
  }

  OwnedVmi view(Vmi vmi, boolean end) {
    boolean ready = vmi.phase.equals("Running") && !vmi.deleting;
    Map<String, Condition> conditions = new TreeMap<>(vmi.conditions);
    conditions.put("Ready", new Condition(ready ? "True" : "False", null, null, vmi.createdAtMs));
    return new OwnedVmi(
        vmi.uid,
        "default",
        vmi.name,
        vmi.owned ? ref.kind() : "",
        vmi.owned ? UID : "",
        vmi.createdAtMs,
        vmi.phase.isEmpty() ? null : vmi.phase,
        vmi.ran,
        vmi.deleting || end,
        end,
        conditions,
        vmi.generation,
        Map.of("app", "tiny"),
        null);
  }

  // -- steps

  /** Lets everything happen, in an order of chance, until nothing is left to do. */
  void settle(Random random, BooleanSupplier until) {
    for (int i = 0; i < STEPS_MAX && !until.getAsBoolean(); i++) {
      if (!step(random)) {
        return;
      }
    }
    if (!until.getAsBoolean()) {
      throw new AssertionError("Expected rest, but there is always more to do");
    }
  }

  void settle() {
    settle(null, () -> false);
  }

  private boolean step(Random random) {
    List<Runnable> possible = new ArrayList<>();
    wire.forEach(
        (topic, queue) -> {
          if (!queue.isEmpty()) {
            possible.add(() -> decide(queue.poll()));
          }
        });
    if (!commands.isEmpty()) {
      possible.add(() -> execute(commands.poll()));
    }
    for (Vmi vmi : vmis.values()) {
      if (canLive(vmi)) {
        possible.add(() -> live(vmi));
      }
    }
    if (!possible.isEmpty()) {
      possible.get(random == null ? 0 : random.nextInt(possible.size())).run();
      nowMs++;
      return true;
    }
    if (wakeUp.isPresent() && wakeUp.getAsLong() - nowMs < FAR_AHEAD_MS) {
      nowMs = Math.max(nowMs, wakeUp.getAsLong());
      decide(new OwnerInput.TimerFired());
      return true;
    }
    return false;
  }

  private static boolean canLive(Vmi vmi) {
    boolean goesUp = !vmi.isFinal() && !vmi.deleting && !vmi.phase.equals("Running");
    return goesUp || (vmi.deleting && !vmi.stuck);
  }

  private void live(Vmi vmi) {
    if (vmi.deleting && vmi.isFinal()) {
      vmis.remove(vmi.uid);
      if (vmi.owned) {
        wire.get(Topic.TOLD).add(new OwnerInput.VmiTold(view(vmi, true)));
      }
      return;
    }
    if (vmi.deleting) {
      vmi.phase = "Succeeded";
    } else if (vmi.phase.equals("Scheduled") && failing > 0) {
      failing--;
      vmi.phase = "Failed";
    } else {
      vmi.phase = UP.get(UP.indexOf(vmi.phase) + 1);
      vmi.ran = vmi.phase.equals("Running");
    }
    told(vmi);
  }

  void decide(OwnerInput input) {
    if (input instanceof OwnerInput.BarrierPassed && barriersAhead > 0) {
      barriersAhead--;
    }
    OwnerState before = state == null ? OwnerState.fresh(ref) : state;
    boolean saysWhich =
        input instanceof OwnerInput.OwnerSeen
            || input instanceof OwnerInput.OwnerGone
            || input instanceof OwnerInput.VmiTold;
    if (state == null && (ended != null || !saysWhich)) {
      return;
    }
    OwnerDecision decision = decider.decide(before, input, this, nowMs);
    state = decision.state();
    ended = decision.ended() == null ? ended : decision.ended();
    wakeUp = decision.wakeUpAtMs();
    events.addAll(decision.events());
    issued.addAll(decision.commands());
    commands.addAll(decision.commands());
    if (state != null
        && state.progress().pending().values().stream()
                .filter(each -> each.type().equals(OwnerOutcomes.STATUS))
                .count()
            > 1) {
      problems.add("two writes of a status at a time");
    }
    for (Issued command : decision.commands()) {
      if (command.command() instanceof OwnerCommand.CreateVmi create) {
        checkCreation(create);
      }
    }
  }

  /** What must hold when a VMI is asked for. */
  private void checkCreation(OwnerCommand.CreateVmi create) {
    boolean isVm = ref.kind().equals(OwnerRef.VIRTUAL_MACHINE);
    vmis.values().stream()
        .filter(vmi -> isVm && vmi.owned && vmi.name.equals(create.vmiName()) && answers.isEmpty())
        .filter(vmi -> allMade.indexOf(vmi) < allMade.size() - unknown)
        .forEach(vmi -> problems.add("asked for another while " + vmi.uid + " has not ended"));
  }

  /** VMIs made last of which the answer was lost. */
  private int unknown;

  private void execute(Issued command) {
    Result answer = answers.isEmpty() ? instead.apply(command.command()) : answers.poll();
    CommandOutcome end;
    if (answer == null || answer == Result.UNKNOWN) {
      int before = allMade.size();
      end = effect(command);
      if (answer == Result.UNKNOWN) {
        unknown = allMade.size() > before ? 1 : unknown;
        end = outcome(command, Result.UNKNOWN, "Timeout", null, null);
      } else {
        unknown = 0;
      }
    } else {
      end = outcome(command, answer, "Injected", null, null);
    }
    wire.get(Topic.OUTCOMES).add(new OwnerInput.OutcomeSeen(end));
    if (duplicateOutcomes) {
      wire.get(Topic.OUTCOMES).add(new OwnerInput.OutcomeSeen(end));
    }
  }

  private CommandOutcome effect(Issued command) {
    if (owner == null) {
      return outcome(command, Result.REFUSED, "OwnerGone", null, null);
    }
    return switch (command.command()) {
      case OwnerCommand.CreateVmi create -> create(command, create);
      case OwnerCommand.DeleteVmi delete -> {
        Vmi vmi = vmis.get(delete.vmiUid());
        if (vmi != null && !vmi.owned) {
          yield outcome(command, Result.REFUSED, "NotControlled", null, null);
        }
        if (vmi != null) {
          deleteVmi(vmi);
        }
        yield outcome(command, Result.DONE, null, null, delete.vmiUid());
      }
      case OwnerCommand.WriteOwnerStatus write -> {
        if (owner.version != write.basedOn()) {
          yield outcome(command, Result.SUPERSEDED, "Conflict", owner.version, null);
        }
        owner.status = tree(write.statusJson());
        seen();
        yield outcome(command, Result.DONE, null, owner.version, null);
      }
      case OwnerCommand.WriteOwnerMetadata write -> {
        owner.finalizers.addAll(write.addFinalizers());
        owner.finalizers.removeAll(write.removeFinalizers());
        write
            .annotations()
            .forEach(
                (key, value) -> {
                  if (value == null) {
                    owner.annotations.remove(key);
                  } else {
                    owner.annotations.put(key, value);
                  }
                });
        seen();
        finalised();
        yield outcome(command, Result.DONE, null, version, null);
      }
      case OwnerCommand.EmitEvent emit -> outcome(command, Result.DONE, null, null, null);
    };
  }

  private CommandOutcome create(Issued command, OwnerCommand.CreateVmi create) {
    if (owner.deletedAtMs != null) {
      return outcome(command, Result.REFUSED, "OwnerDeleting", null, null);
    }
    Vmi there =
        vmis.values().stream()
            .filter(vmi -> vmi.name.equals(create.vmiName()))
            .findFirst()
            .orElse(null);
    if (there != null) {
      return there.owned
          ? outcome(command, Result.DONE, null, null, there.uid)
          : outcome(command, Result.REFUSED, "NameTaken", null, null);
    }
    if (owner.generation != create.generation()) {
      return outcome(command, Result.REFUSED, "GenerationChanged", null, null);
    }
    String uid = "6d1c0bb0-0000-4000-8000-%012d".formatted(++uids);
    Vmi vmi = new Vmi(uid, create.vmiName(), create.generation(), create.paused(), nowMs);
    vmis.put(uid, vmi);
    allMade.add(vmi);
    if (ref.kind().equals(OwnerRef.REPLICA_SET)) {
      long wanted = ((Number) owner.spec.get("replicas")).longValue();
      if (alive().size() > wanted + 1) {
        problems.add(alive().size() + " run where " + wanted + " are wanted");
      }
    }
    told(vmi);
    return outcome(command, Result.DONE, null, null, uid);
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> tree(String text) {
    return new TreeMap<>((Map<String, Object>) json.read(text));
  }

  /** An object without finalizers that was deleted is gone, and Kubernetes deletes what it owns. */
  private void finalised() {
    if (owner.deletedAtMs != null && owner.finalizers.isEmpty()) {
      owner = null;
      wire.get(Topic.OWNERS).add(new OwnerInput.OwnerGone(ref, 1));
      List.copyOf(vmis.values()).stream().filter(vmi -> vmi.owned).forEach(this::deleteVmi);
    }
  }

  private static CommandOutcome outcome(
      Issued command, Result result, String reason, Long version, String objectUid) {
    return new CommandOutcome(
        command.commandId(),
        command.command().type(),
        result,
        reason,
        null,
        "cluster-executor",
        null,
        null,
        version,
        objectUid);
  }

  long count(Class<? extends OwnerCommand> type) {
    return issued.stream().filter(each -> type.isInstance(each.command())).count();
  }
}
