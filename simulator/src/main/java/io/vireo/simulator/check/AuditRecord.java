package io.vireo.simulator.check;

import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.VmiEvent;
import io.vireo.simulator.kafka.SimBroker;
import io.vireo.simulator.kafka.SimLog;
import java.util.ArrayList;
import java.util.HashMap;
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
    ExactRecord exact = new ExactRecord(violations, settled, nowMs);
    events.forEach(
        (uid, list) ->
            exact.check(
                list.getLast().getNamespace() + "/" + list.getLast().getName() + " " + uid,
                list.stream()
                    .map(
                        event ->
                            new ExactRecord.Fact(
                                event.getId(),
                                event.getSequence(),
                                event.getType(),
                                event.getCommandId()))
                    .toList(),
                uid.isEmpty()));
  }
}
