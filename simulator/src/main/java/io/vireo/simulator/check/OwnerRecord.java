package io.vireo.simulator.check;

import io.vireo.schemas.Topics;
import io.vireo.schemas.UndecodableRecordException;
import io.vireo.schemas.avro.VmEvent;
import io.vireo.simulator.kafka.SimBroker;
import io.vireo.simulator.kafka.SimLog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * {@code vireo.vm.events.v1} as an auditor reads it; as exact and complete as that of VMIs (G6).
 */
public final class OwnerRecord implements SimBroker.Listener {

  private final Map<String, List<VmEvent>> events = new LinkedHashMap<>();
  private final List<Violation> violations;

  /** Reads on; what it finds goes to this list. */
  public OwnerRecord(List<Violation> violations) {
    this.violations = violations;
  }

  @Override
  public void appended(TopicPartition partition, SimLog.Entry entry) {
    if (!partition.topic().equals(Topics.VM_EVENTS.name()) || entry.value() == null) {
      return;
    }
    try {
      VmEvent event = Topics.VM_EVENTS.decode(entry.value());
      events.computeIfAbsent(event.getUid(), uid -> new ArrayList<>()).add(event);
    } catch (UndecodableRecordException e) {
      violations.add(new Violation("G6", "", "an event does not decode", entry.timestampMs()));
    }
  }

  /** The log is lost: what is checked begins anew. */
  public void lost() {
    events.clear();
  }

  /** Events of an owner, in order. */
  public List<VmEvent> of(String uid) {
    return events.getOrDefault(uid, List.of());
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
