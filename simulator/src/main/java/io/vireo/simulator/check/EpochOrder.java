package io.vireo.simulator.check;

import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.CommandReport;
import io.vireo.schemas.avro.NodeReport;
import io.vireo.schemas.avro.VmiEvent;
import io.vireo.simulator.kafka.SimBroker;
import io.vireo.simulator.kafka.SimLog;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import org.apache.kafka.common.TopicPartition;

/**
 * The order of a VMI's epochs and commands, at each record (G3): an epoch is closed on record
 * before the next is opened, none is closed while its guest runs, and what a node has accepted of a
 * VMI never goes back.
 */
public final class EpochOrder implements SimBroker.Listener {

  private record Held(long epoch, long seq) {
    boolean isBelow(Held other) {
      return epoch < other.epoch || (epoch == other.epoch && seq < other.seq);
    }
  }

  private final Truth truth;
  private final BiPredicate<String, Long> isAlive;
  private final Map<String, String> nodeByTopic = new HashMap<>();
  private final Map<String, Long> open = new HashMap<>();
  private final Map<String, Map<String, Held>> heldByNode = new HashMap<>();
  private final Set<String> ended = new HashSet<>();

  /** Reads on; what it finds of these nodes goes to the truth. */
  public EpochOrder(Truth truth, List<String> nodes) {
    this.truth = truth;
    nodes.forEach(node -> nodeByTopic.put(Topics.nodeReports(node).name(), node));
    this.isAlive =
        (uid, epoch) ->
            truth.alive().stream()
                .anyMatch(place -> place.uid().equals(uid) && place.epoch() == epoch);
  }

  /** The record is lost: what was open is not known any more. */
  public void lost() {
    open.clear();
  }

  /** The disk of a node's executor is lost, and with it what was accepted. */
  public void rosterLost(String node) {
    heldByNode.remove(node);
  }

  /** Whether a node has told that it holds this epoch of a VMI. */
  public boolean holds(String node, String uid, long epoch) {
    Held held = heldByNode.getOrDefault(node, Map.of()).get(uid);
    return held != null && held.epoch == epoch && held.seq > 0;
  }

  @Override
  public void appended(TopicPartition partition, SimLog.Entry entry) {
    if (entry.value() == null) {
      return;
    }
    String topic = partition.topic();
    try {
      if (topic.equals(Topics.VMI_EVENTS.name())) {
        told(Topics.VMI_EVENTS.decode(entry.value()), entry.timestampMs());
      } else if (topic.equals(Topics.VMI_ENDED.name())) {
        // Nodes forget it, so what comes after may be anything.
        ended.add(String.valueOf(entry.key()));
      } else if (nodeByTopic.containsKey(topic)) {
        String node = Objects.requireNonNull(nodeByTopic.get(topic));
        reported(node, Topics.nodeReports(node).decode(entry.value()), entry.timestampMs());
      }
    } catch (UndecodableRecordException e) {
      // Somebody put garbage there; whether that is right is another's to check.
    }
  }

  private void told(VmiEvent event, long nowMs) {
    if (event.getEpoch() == null) {
      return;
    }
    String uid = event.getVmiUid();
    String vmi = event.getNamespace() + "/" + event.getName() + " " + uid;
    long epoch = event.getEpoch();
    if (event.getType().equals("EpochOpened")) {
      Long before = open.put(uid, epoch);
      if (before != null) {
        violate(vmi, "opened epoch " + epoch + " before epoch " + before + " was closed", nowMs);
      }
    } else if (event.getType().equals("EpochClosed")) {
      open.remove(uid, epoch);
      if (isAlive.test(uid, epoch)) {
        violate(vmi, "closed epoch " + epoch + " on record while its guest runs", nowMs);
      }
    }
  }

  private void reported(String node, NodeReport report, long nowMs) {
    if (!(report.getBody() instanceof CommandReport command)
        || !report.getNode().equals(node)
        // An impostor's session is ahead of time.
        || report.getSession() > nowMs
        // Meant for the node of another uid: this one has held nothing of it.
        || "WrongNode".equals(command.getReason())) {
      return;
    }
    String uid = command.getVmiUid();
    Held held = new Held(command.getHeldEpoch(), command.getHeldSeq());
    refused(node, command, held, nowMs);
    Held before = heldByNode.computeIfAbsent(node, each -> new HashMap<>()).put(uid, held);
    if (before != null && held.isBelow(before) && !ended.contains(uid)) {
      violate(
          uid,
          node
              + " went back from "
              + before.epoch
              + "/"
              + before.seq
              + " to "
              + held.epoch
              + "/"
              + held.seq,
          nowMs);
    }
  }

  /** A later epoch is never stale, however far its predecessor's numbers had come. */
  private void refused(String node, CommandReport command, Held held, long nowMs) {
    String[] id = command.getCommandId().split("/", -1);
    if (!"StaleCommand".equals(command.getReason()) || id.length != 3) {
      return;
    }
    Held meant = new Held(Long.parseLong(id[1]), Long.parseLong(id[2]));
    if (held.isBelow(meant) && meant.seq <= held.seq) {
      violate(
          command.getVmiUid(),
          node + " refused epoch " + meant.epoch + " as older than epoch " + held.epoch,
          nowMs);
    }
  }

  private void violate(String vmi, String what, long nowMs) {
    truth.violate(new Violation("G3", vmi, what, nowMs));
  }
}
