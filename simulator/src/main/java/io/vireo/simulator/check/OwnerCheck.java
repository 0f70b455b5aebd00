package io.vireo.simulator.check;

import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.simulator.kafka.SimBroker;
import io.vireo.simulator.kafka.SimLog;
import io.vireo.simulator.kubernetes.SimApiServer;
import io.vireo.simulator.kubernetes.SimApiServer.Change;
import io.vireo.simulator.kubernetes.SimApiServer.Kind;
import io.vireo.simulator.kubernetes.Tree;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * VirtualMachines and ReplicaSets at each instant: a VirtualMachine's next VMI is made only when
 * the end of the one before is proven, and nothing of it runs (G2); a ReplicaSet never has more
 * than one VMI above what was wanted of it lately; no request to start is taken away without a VMI
 * (G4).
 */
public final class OwnerCheck implements SimBroker.Listener {

  /** How long a command may be on its way while a user wants less already. */
  private static final long LATELY_MS = 180_000;

  private static final String SET = "VirtualMachineInstanceReplicaSet";

  private record Owner(String kind, String uid) {}

  private record Wanted(long atMs, int replicas) {}

  /** A request to start, and the VMI that it is to follow; empty for none. */
  private record Asked(long atMs, String before) {}

  private final Truth truth;
  private final SimApiServer server;
  private final AuditRecord record;
  private final Set<String> proven = new HashSet<>();
  private final Map<String, Owner> owners = new HashMap<>();
  private final Map<String, Deque<Wanted>> wanted = new HashMap<>();
  private final Map<String, Asked> asked = new HashMap<>();

  /** VirtualMachines whose request needs no answer any more. */
  private final Set<String> answered = new HashSet<>();

  /**
   * Watches from the beginning; what it finds goes to the truth.
   *
   * @param record says what Vireo knows of a VMI
   */
  public OwnerCheck(Truth truth, SimApiServer server, AuditRecord record) {
    this.truth = truth;
    this.server = server;
    this.record = record;
    truth.watchStarts(this::started);
    server.observe(this::changed);
  }

  /**
   * A user asked to start a VirtualMachine.
   *
   * @param before uid of the VMI that is to make room; empty for none
   */
  public void startAsked(String vmUid, String before, long nowMs) {
    answered.remove(vmUid);
    asked.put(vmUid, new Asked(nowMs, before));
  }

  /** Kafka's disk is lost: what Kubernetes does not hold is not remembered by anybody. */
  public void lost() {
    Set<String> there = new HashSet<>();
    server
        .all(Kind.VMI)
        .values()
        .forEach(vmi -> there.add(String.valueOf(Tree.text(vmi, "metadata", "uid"))));
    owners.keySet().retainAll(there);
  }

  @Override
  public void appended(TopicPartition partition, SimLog.Entry entry) {
    if (partition.topic().equals(Topics.VMI_ENDED.name()) && entry.value() != null) {
      try {
        proven.add(Topics.VMI_ENDED.decode(entry.value()).getVmiUid());
      } catch (UndecodableRecordException e) {
        // Somebody put garbage there; whether that is right is another's to check.
      }
    }
  }

  private void changed(Change change) {
    Map<String, Object> object = change.object();
    String uid = String.valueOf(Tree.text(object, "metadata", "uid"));
    switch (String.valueOf(Tree.text(object, "kind"))) {
      case "VirtualMachineInstance" -> vmiChanged(change, uid);
      case "VirtualMachine" -> vmChanged(change, uid);
      case SET -> {
        int replicas =
            Tree.at(object, "spec", "replicas") instanceof Number number ? number.intValue() : 1;
        wanted
            .computeIfAbsent(uid, each -> new ArrayDeque<>())
            .add(new Wanted(truth.nowMs(), replicas));
      }
      default -> {}
    }
  }

  private void vmiChanged(Change change, String uid) {
    Owner owner = controller(change.object());
    if (owner == null) {
      owners.remove(uid);
      return;
    }
    owners.put(uid, owner);
    if (change.type().equals("ADDED")) {
      made(change.key() + " " + uid, uid, owner);
    }
  }

  private static @Nullable Owner controller(Map<String, Object> vmi) {
    for (Object reference : Tree.list(vmi, "metadata", "ownerReferences")) {
      if (Boolean.TRUE.equals(Tree.at(reference, "controller"))) {
        return new Owner(
            String.valueOf(Tree.text(reference, "kind")),
            String.valueOf(Tree.text(reference, "uid")));
      }
    }
    return null;
  }

  private void made(String vmi, String uid, Owner owner) {
    Asked request = asked.get(owner.uid());
    if (request != null && !uid.equals(request.before())) {
      answered.add(owner.uid());
    }
    if (owner.kind().equals(SET)) {
      long active =
          server.all(Kind.VMI).values().stream()
              .filter(each -> owner.equals(controller(each)) && isActive(each))
              .count();
      int most = mostWanted(owner.uid());
      if (active > most + 1) {
        violate("G4", vmi, "is one of " + active + " where at most " + most + " were wanted");
      }
      return;
    }
    otherAlive(uid, owner)
        .ifPresent(other -> violate("G2", vmi, "was made while the one before runs: " + other));
    owners.entrySet().stream()
        .filter(each -> owner.equals(each.getValue()) && !uid.equals(each.getKey()))
        .map(Map.Entry::getKey)
        .filter(other -> !proven.contains(other) && !record.of(other).isEmpty())
        .min(Comparator.naturalOrder())
        .ifPresent(
            other ->
                violate(
                    "G2", vmi, "was made before the end of the one before is proven: " + other));
  }

  private int mostWanted(String uid) {
    Deque<Wanted> all = wanted.getOrDefault(uid, new ArrayDeque<>());
    while (all.size() > 1 && second(all).atMs() < truth.nowMs() - LATELY_MS) {
      all.removeFirst();
    }
    return all.stream().mapToInt(Wanted::replicas).max().orElse(0);
  }

  private static Wanted second(Deque<Wanted> all) {
    return all.stream().skip(1).findFirst().orElseThrow();
  }

  private static boolean isActive(Map<String, Object> vmi) {
    String phase = Tree.text(vmi, "status", "phase");
    return Tree.at(vmi, "metadata", "deletionTimestamp") == null
        && !"Succeeded".equals(phase)
        && !"Failed".equals(phase);
  }

  private Optional<Truth.Place> otherAlive(String uid, Owner owner) {
    return truth.alive().stream()
        .filter(place -> !place.uid().equals(uid) && owner.equals(owners.get(place.uid())))
        .findFirst();
  }

  private void started(Truth.Place place) {
    Owner owner = owners.get(place.uid());
    if (owner != null && !owner.kind().equals(SET)) {
      otherAlive(place.uid(), owner)
          .ifPresent(
              other ->
                  violate(
                      "G2",
                      place.name() + " " + place.uid(),
                      "started while another VMI of its VirtualMachine runs: " + other));
    }
  }

  private void vmChanged(Change change, String uid) {
    Map<String, Object> vm = change.object();
    String strategy = Tree.text(vm, "spec", "runStrategy");
    boolean asksNothing =
        change.type().equals("DELETED")
            || Tree.at(vm, "metadata", "deletionTimestamp") != null
            || "Halted".equals(strategy)
            || "Once".equals(strategy);
    Asked request = asked.get(uid);
    if (request == null) {
      return;
    }
    if (asksNothing) {
      // Whoever wants it not to run takes back what was asked.
      answered.add(uid);
    }
    if (request.before().isEmpty() && hasActive(uid)) {
      answered.add(uid);
    }
    boolean stands =
        Tree.list(vm, "status", "stateChangeRequests").stream()
            .anyMatch(each -> "Start".equals(Tree.text(each, "action")));
    if (!stands && truth.nowMs() > request.atMs()) {
      asked.remove(uid);
      if (!answered.remove(uid)) {
        violate(
            "G4",
            change.key() + " " + uid,
            "a request to start was taken away, and no VMI was made for it");
      }
    }
  }

  private boolean hasActive(String ownerUid) {
    return server.all(Kind.VMI).values().stream()
        .filter(OwnerCheck::isActive)
        .map(OwnerCheck::controller)
        .anyMatch(owner -> owner != null && Objects.equals(ownerUid, owner.uid()));
  }

  private void violate(String guarantee, String vmi, String what) {
    truth.violate(new Violation(guarantee, vmi, what, truth.nowMs()));
  }
}
