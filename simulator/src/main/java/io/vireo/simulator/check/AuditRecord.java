package io.vireo.simulator.check;

import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.VmiEvent;
import io.vireo.simulator.kafka.SimBroker;
import io.vireo.simulator.kafka.SimLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * {@code vireo.vmi.events.v1} as an auditor reads it. Checks that it is exact and complete (G6):
 * ids are unique, each VMI's sequence has no gap, every command has one end.
 */
public final class AuditRecord implements SimBroker.Listener {

  private static final Set<String> ENDS =
      Set.of(
          "CommandDone",
          "CommandRefused",
          "CommandFailed",
          "CommandSuperseded",
          "CommandExpired",
          "CommandUnknown");

  private final Map<String, List<VmiEvent>> events = new LinkedHashMap<>();
  private final Map<String, Long> closedEpochs = new HashMap<>();
  private final List<Violation> violations;

  /** Reads on; what it finds goes to this list. */
  public AuditRecord(List<Violation> violations) {
    this.violations = violations;
  }

  @Override
  public void appended(TopicPartition partition, SimLog.Entry entry) {
    if (!partition.topic().equals(Topics.VMI_EVENTS.name()) || entry.value() == null) {
      return;
    }
    try {
      VmiEvent event = Topics.VMI_EVENTS.decode(entry.value());
      events.computeIfAbsent(event.getVmiUid(), uid -> new ArrayList<>()).add(event);
      if (event.getType().equals("EpochClosed") && event.getEpoch() != null) {
        closedEpochs.merge(event.getVmiUid(), event.getEpoch(), Math::max);
      }
    } catch (UndecodableRecordException e) {
      violations.add(new Violation("G6", "", "an event does not decode", entry.timestampMs()));
    }
  }

  /** Whether the record says that an epoch is closed. */
  public boolean isClosed(Truth.Place place) {
    return closedEpochs.getOrDefault(place.uid(), 0L) >= place.epoch();
  }

  /** The log is lost: what is checked begins anew. */
  public void lost() {
    events.clear();
    closedEpochs.clear();
  }

  /** Events of a VMI, in order. */
  public List<VmiEvent> of(String uid) {
    return events.getOrDefault(uid, List.of());
  }

  /** All uids that it tells of. */
  public Set<String> uids() {
    return events.keySet();
  }

  /** Whether all is exact, and, once everything has settled, complete. */
  public void check(boolean settled, long nowMs) {
    Set<String> ids = new HashSet<>();
    events.forEach(
        (uid, list) -> {
          String vmi = list.getLast().getNamespace() + "/" + list.getLast().getName() + " " + uid;
          for (VmiEvent event : list) {
            if (!ids.add(event.getId())) {
              violations.add(new Violation("G6", vmi, "event id twice: " + event.getId(), nowMs));
            }
          }
          if (uid.isEmpty()) {
            return;
          }
          Map<String, Integer> open = new LinkedHashMap<>();
          long sequence = 0;
          for (VmiEvent event : list) {
            if (event.getSequence() != sequence + 1) {
              violations.add(
                  new Violation(
                      "G6", vmi, "sequence " + event.getSequence() + " after " + sequence, nowMs));
            }
            sequence = event.getSequence();
            if (event.getType().equals("CommandIssued")) {
              open.merge(String.valueOf(event.getCommandId()), 1, Integer::sum);
            } else if (ENDS.contains(event.getType())
                && open.merge(String.valueOf(event.getCommandId()), -1, Integer::sum) < 0) {
              violations.add(
                  new Violation("G6", vmi, "two ends of command " + event.getCommandId(), nowMs));
            }
          }
          if (settled) {
            open.forEach(
                (command, count) -> {
                  if (count > 0) {
                    violations.add(new Violation("G6", vmi, "no end of command " + command, nowMs));
                  }
                });
          }
        });
  }
}
