package io.vireo.simulator.check;

import io.vireo.simulator.kubernetes.SimApiServer;
import io.vireo.simulator.kubernetes.SimApiServer.Kind;
import io.vireo.simulator.kubernetes.Tree;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whether, some time after the last fault, each VirtualMachine and ReplicaSet has what is wanted of
 * it, or says why not, and shows what it has (G1, G4).
 */
public final class OwnersSettled {

  private final SimApiServer server;
  private final long nowMs;
  private final Predicate<String> neverStarts;
  private final boolean memoryWasLost;
  private final Consumer<Violation> found;

  /**
   * A look at the world as it is now.
   *
   * @param neverStarts whether the guests of the owner of this name fail to start, each time
   * @param memoryWasLost whether nobody may know any more what a guest was started with
   * @param found is told of each violation
   */
  public OwnersSettled(
      SimApiServer server,
      long nowMs,
      Predicate<String> neverStarts,
      boolean memoryWasLost,
      Consumer<Violation> found) {
    this.server = server;
    this.nowMs = nowMs;
    this.neverStarts = neverStarts;
    this.memoryWasLost = memoryWasLost;
    this.found = found;
  }

  /** Looks at all of them. */
  public void converged() {
    server.all(Kind.VM).forEach(this::vm);
    server.all(Kind.REPLICA_SET).forEach(this::set);
  }

  private void vm(String key, Map<String, Object> vm) {
    String id = key + " " + Tree.text(vm, "metadata", "uid");
    List<Map<String, Object>> vmis = vmisOf(vm);
    if (Tree.at(vm, "metadata", "deletionTimestamp") != null) {
      // Its VMI says why it is not gone.
      if (vmis.isEmpty()) {
        violate("G4", id, "has no VMI and is not gone");
      }
      return;
    }
    if (!Tree.list(vm, "status", "stateChangeRequests").isEmpty()) {
      violate("G4", id, "has a request that is not carried out");
    }
    if (vmis.size() > 1) {
      violate("G2", id, "has " + vmis.size() + " VMIs");
    }
    Optional<Map<String, Object>> vmi = vmis.stream().findFirst();
    boolean active = vmi.filter(OwnersSettled::isActive).isPresent();
    String strategy = String.valueOf(Tree.text(vm, "spec", "runStrategy"));
    if (strategy.equals("Always") && !active && !saysWhy(vm) && !isStopping(vmi)) {
      violate("G1", id, "is to run, has no VMI that may run and does not say why");
    }
    if (strategy.equals("Halted") && active) {
      violate("G4", id, "is not to run, but has a VMI");
    }
    shows(id, vm, vmi);
  }

  private void shows(String id, Map<String, Object> vm, Optional<Map<String, Object>> vmi) {
    boolean created = Boolean.TRUE.equals(Tree.at(vm, "status", "created"));
    if (created != vmi.isPresent() && !isStopping(vmi)) {
      violate("G4", id, "shows created " + created + ", which is not so");
    }
    boolean running =
        vmi.filter(OwnersSettled::isActive)
            .filter(each -> "Running".equals(Tree.text(each, "status", "phase")))
            .isPresent();
    String shown = String.valueOf(Tree.text(vm, "status", "printableStatus"));
    if (running != (shown.equals("Running") || shown.equals("Paused"))) {
      violate("G4", id, "shows " + shown + ", but that is not so");
    }
    Object generation = number(vm, "metadata", "generation");
    if (!Objects.equals(generation, number(vm, "status", "desiredGeneration"))) {
      violate("G4", id, "does not show that its newest generation was seen");
    }
    boolean older = !Objects.equals(generation, number(vm, "status", "observedGeneration"));
    if (older
        && running
        && !memoryWasLost
        && vmi.filter(each -> isMadeFor(vm, each)).isPresent()
        && !hasCondition(vm, "RestartRequired")) {
      violate("G4", id, "runs an older generation, but does not show that a restart is required");
    }
  }

  /** Of one that it adopted it does not know what that was made of. */
  private static boolean isMadeFor(Map<String, Object> vm, Map<String, Object> vmi) {
    String made = Objects.requireNonNull(Tree.text(vmi, "metadata", "creationTimestamp"));
    String since = Objects.requireNonNull(Tree.text(vm, "metadata", "creationTimestamp"));
    return !Instant.parse(made).isBefore(Instant.parse(since));
  }

  private static @Nullable Long number(Map<String, Object> object, String... path) {
    return Tree.at(object, path) instanceof Number number ? number.longValue() : null;
  }

  private void set(String key, Map<String, Object> set) {
    String id = key + " " + Tree.text(set, "metadata", "uid");
    if (Tree.at(set, "metadata", "deletionTimestamp") != null) {
      return;
    }
    long active = vmisOf(set).stream().filter(OwnersSettled::isActive).count();
    long wanted =
        Tree.at(set, "spec", "replicas") instanceof Number number ? number.longValue() : 1;
    boolean paused = Boolean.TRUE.equals(Tree.at(set, "spec", "paused"));
    if (!paused && active != wanted && !saysWhy(set) && !fails(set)) {
      violate("G1", id, "has " + active + " VMIs of " + wanted + " and does not say why");
    }
    Object shown = Tree.at(set, "status", "replicas");
    long replicas = shown instanceof Number number ? number.longValue() : 0;
    if (replicas != active && !fails(set)) {
      violate("G4", id, "shows " + replicas + " replicas, but has " + active);
    }
  }

  /** There is always one that goes and one that comes, or is waited for. */
  private boolean fails(Map<String, Object> set) {
    return neverStarts.test(String.valueOf(Tree.text(set, "metadata", "name")))
        || vmisOf(set).stream().anyMatch(each -> !isActive(each));
  }

  private List<Map<String, Object>> vmisOf(Map<String, Object> owner) {
    String uid = String.valueOf(Tree.text(owner, "metadata", "uid"));
    return server.all(Kind.VMI).values().stream()
        .filter(
            vmi ->
                Tree.list(vmi, "metadata", "ownerReferences").stream()
                    .anyMatch(each -> uid.equals(Tree.text(each, "uid"))))
        .toList();
  }

  private static boolean isActive(Map<String, Object> vmi) {
    String phase = Tree.text(vmi, "status", "phase");
    return Tree.at(vmi, "metadata", "deletionTimestamp") == null
        && !"Succeeded".equals(phase)
        && !"Failed".equals(phase);
  }

  /** One that is being deleted waits for something that it says itself. */
  private static boolean isStopping(Optional<Map<String, Object>> vmi) {
    return vmi.filter(each -> Tree.at(each, "metadata", "deletionTimestamp") != null).isPresent();
  }

  private boolean saysWhy(Map<String, Object> owner) {
    String retry = Tree.text(owner, "status", "startFailure", "retryAfterTimestamp");
    if (retry != null && Instant.parse(retry).toEpochMilli() >= nowMs - 30_000) {
      return true;
    }
    return hasCondition(owner, "Failure") || hasCondition(owner, "ReplicaFailure");
  }

  private static boolean hasCondition(Map<String, Object> owner, String type) {
    return Tree.list(owner, "status", "conditions").stream()
        .anyMatch(
            each ->
                type.equals(Tree.text(each, "type")) && "True".equals(Tree.text(each, "status")));
  }

  private void violate(String guarantee, String owner, String what) {
    found.accept(new Violation(guarantee, owner, what, nowMs));
  }
}
