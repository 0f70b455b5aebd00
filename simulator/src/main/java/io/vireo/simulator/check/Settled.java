package io.vireo.simulator.check;

import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.NodeTransition;
import io.vireo.simulator.kafka.SimBroker;
import io.vireo.simulator.kafka.SimLog;
import io.vireo.simulator.kubernetes.SimApiServer;
import io.vireo.simulator.kubernetes.SimApiServer.Kind;
import io.vireo.simulator.kubernetes.Tree;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Whether, some time after the last fault, what is there is what is wanted, or the VMI says why not
 * (G1, G4); and whether nothing is left of what nobody wants.
 */
public final class Settled {

  /** Keys of records that somebody else put there; they are nobody's to remove. */
  public static final String POISON = "poison-";

  /** What was made within this time may still be on its way. */
  private static final long NEW_MS = 30_000;

  private final SimApiServer server;
  private final Truth truth;
  private final long nowMs;
  private final Consumer<Violation> found;

  /**
   * A look at the world as it is now.
   *
   * @param found is told of each violation
   */
  public Settled(SimApiServer server, Truth truth, long nowMs, Consumer<Violation> found) {
    this.server = server;
    this.truth = truth;
    this.nowMs = nowMs;
    this.found = found;
  }

  /** Every VMI runs, has ended, or says why not; every guest belongs to one. */
  public void converged() {
    Map<String, Truth.Place> running = new HashMap<>();
    truth.alive().forEach(place -> running.put(place.uid(), place));
    Set<String> known = new HashSet<>();
    server
        .all(Kind.VMI)
        .forEach(
            (key, vmi) -> {
              String uid = String.valueOf(Tree.text(vmi, "metadata", "uid"));
              known.add(uid);
              one(key, uid, vmi, running.get(uid));
            });
    running.forEach(
        (uid, place) -> {
          if (!known.contains(uid)) {
            violate("G4", place.name() + " " + uid, "a guest runs of which no object is left");
          }
        });
  }

  private void one(String key, String uid, Map<String, Object> vmi, Truth.@Nullable Place place) {
    String phase = String.valueOf(Tree.text(vmi, "status", "phase"));
    boolean deleting = Tree.at(vmi, "metadata", "deletionTimestamp") != null;
    String why = why(vmi);
    String id = key + " " + uid;
    if (deleting) {
      if (why.isEmpty()) {
        violate("G4", id, "is not gone and does not say why; phase " + phase);
      }
      return;
    }
    switch (phase) {
      case "Running" -> {
        if (place == null) {
          violate("G4", id, "is Running, but no guest runs");
        } else if (!place.node().equals(Tree.text(vmi, "status", "nodeName"))) {
          violate("G4", id, "runs on " + place.node() + ", but says another node");
        }
      }
      case "Succeeded", "Failed" -> {
        if (place != null) {
          violate("G4", id, "is " + phase + ", but its guest runs");
        }
      }
      default -> {
        // An owner makes another whenever one has ended.
        if (why.isEmpty() && !isNew(vmi)) {
          violate("G1", id, "stays " + phase + " and does not say why");
        }
      }
    }
  }

  private boolean isNew(Map<String, Object> vmi) {
    String created = Tree.text(vmi, "metadata", "creationTimestamp");
    return created != null && Instant.parse(created).toEpochMilli() > nowMs - NEW_MS;
  }

  /** Reasons in its conditions that tell a person why it does not go on. */
  private static String why(Map<String, Object> vmi) {
    StringBuilder reasons = new StringBuilder();
    for (Object condition : Tree.list(vmi, "status", "conditions")) {
      String type = Tree.text(condition, "type");
      boolean tells = "Synchronized".equals(type) || "PodScheduled".equals(type);
      String reason = Tree.text(condition, "reason");
      if (tells && "False".equals(Tree.text(condition, "status")) && reason != null) {
        reasons.append(reason).append(' ');
      }
    }
    return reasons.toString();
  }

  /**
   * Every Node is labelled as ingest said last of it, and shows a heartbeat if its executor is
   * heard.
   */
  public void nodesAreLabelled(SimBroker broker) {
    SimLog log = broker.log(new TopicPartition(Topics.NODE_TRANSITIONS.name(), 0));
    if (log == null) {
      return;
    }
    newest(log)
        .forEach(
            (node, entry) -> {
              NodeTransition said = decoded(entry);
              if (said != null) {
                server.find(Kind.NODE, node).ifPresent(object -> labelled(said, object));
              }
            });
  }

  private void labelled(NodeTransition said, Map<String, Object> node) {
    if (!said.getNodeUid().equals(Tree.text(node, "metadata", "uid"))) {
      return;
    }
    String label = Tree.text(node, "metadata", "labels", "kubevirt.io/schedulable");
    String expected =
        switch (said.getState()) {
          case Eligible, Back -> "true";
          case Lost, Fenced -> "false";
          default -> label;
        };
    if (!Objects.equals(label, expected)) {
      violate("G4", said.getNode(), "is " + said.getState() + ", but labelled " + label);
    }
    boolean isHeard = "true".equals(expected);
    if (isHeard && Tree.text(node, "metadata", "annotations", "kubevirt.io/heartbeat") == null) {
      violate("G4", said.getNode(), "is " + said.getState() + ", but has no heartbeat");
    }
  }

  private static @Nullable NodeTransition decoded(SimLog.Entry entry) {
    try {
      return entry.value() == null ? null : Topics.NODE_TRANSITIONS.decode(entry.value());
    } catch (UndecodableRecordException e) {
      // Put there by a fault; nobody can use it.
      return null;
    }
  }

  /** After everything was deleted: no object, no pod, no guest, no record in a compacted topic. */
  public void nothingIsLeft(SimBroker broker, int partitions) {
    server.all(Kind.VMI).forEach((key, vmi) -> leftVmi(key, vmi));
    server
        .all(Kind.POD)
        .forEach(
            (key, pod) ->
                violate("G4", key, "a launcher pod is left, " + Tree.text(pod, "status", "phase")));
    truth.alive().forEach(place -> violate("G4", place.name(), "a guest is left: " + place));
    for (Kind kind : List.of(Kind.VM, Kind.REPLICA_SET)) {
      server
          .all(kind)
          .forEach(
              (key, owner) ->
                  violate(
                      "G4",
                      key + " " + Tree.text(owner, "metadata", "uid"),
                      "is left, finalizers " + Tree.list(owner, "metadata", "finalizers")));
    }
    for (var topic :
        List.of(
            Topics.VMI_DESIRED, Topics.VM_DESIRED, Topics.POD_OBSERVED, Topics.DOMAIN_OBSERVED)) {
      for (int i = 0; i < partitions; i++) {
        SimLog log = broker.log(new TopicPartition(topic.name(), i));
        if (log != null) {
          newest(log)
              .forEach(
                  (key, entry) -> {
                    if (entry.value() != null
                        && !key.startsWith("control/")
                        && !key.startsWith(POISON)) {
                      violate("G4", key, topic.name() + " keeps a record of it");
                    }
                  });
        }
      }
    }
  }

  private void leftVmi(String key, Map<String, Object> vmi) {
    violate(
        "G4",
        key + " " + Tree.text(vmi, "metadata", "uid"),
        "is left, phase " + Tree.text(vmi, "status", "phase") + " " + why(vmi));
  }

  private static Map<String, SimLog.Entry> newest(SimLog log) {
    Map<String, SimLog.Entry> newest = new HashMap<>();
    log.entries().forEach(entry -> newest.put(String.valueOf(entry.key()), entry));
    return newest;
  }

  private void violate(String guarantee, String vmi, String what) {
    found.accept(new Violation(guarantee, vmi, what, nowMs));
  }
}
