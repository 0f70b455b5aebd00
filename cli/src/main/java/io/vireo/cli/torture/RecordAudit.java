package io.vireo.cli.torture;

import io.vireo.schemas.VmiEventType;
import io.vireo.schemas.avro.VmiEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What must hold of the record as an outside reader has it: ids are unique, a VMI's numbers have no
 * gap, and each command of a VMI that ended has one end. For one thread.
 */
final class RecordAudit {

  private static final Set<String> ENDS =
      Set.of(
          VmiEventType.COMMAND_DONE.wireName(),
          VmiEventType.COMMAND_REFUSED.wireName(),
          VmiEventType.COMMAND_FAILED.wireName(),
          VmiEventType.COMMAND_SUPERSEDED.wireName(),
          VmiEventType.COMMAND_EXPIRED.wireName(),
          VmiEventType.COMMAND_UNKNOWN.wireName());

  private final Set<String> ids = new HashSet<>();
  private final Map<String, Long> numbers = new HashMap<>();
  private final Map<String, String> issued = new LinkedHashMap<>();
  private final Map<String, Integer> ends = new HashMap<>();
  private final Map<String, List<VmiEvent>> stories = new LinkedHashMap<>();
  private final Set<String> ended = new HashSet<>();
  private final List<String> violations = new ArrayList<>();

  /** Takes the next record of its partition. */
  void take(VmiEvent event) {
    String uid = event.getVmiUid();
    stories.computeIfAbsent(uid, u -> new ArrayList<>()).add(event);
    if (!ids.add(event.getId())) {
      violations.add("event " + event.getId() + " of VMI " + uid + " is there twice");
    }
    // What is told of a node is of no VMI, and is not counted.
    Long before = uid.isEmpty() ? null : numbers.put(uid, event.getSequence());
    if (before != null && event.getSequence() != before + 1) {
      violations.add(
          "VMI %s has event %d after event %d".formatted(uid, event.getSequence(), before));
    }
    if (event.getType().equals(VmiEventType.VMI_ENDED.wireName())) {
      ended.add(uid);
    }
    String command = event.getCommandId();
    if (command == null) {
      return;
    }
    if (event.getType().equals(VmiEventType.COMMAND_ISSUED.wireName())) {
      if (issued.put(command, uid) != null) {
        violations.add("command " + command + " was issued twice");
      }
    } else if (ENDS.contains(event.getType()) && ends.merge(command, 1, Integer::sum) > 1) {
      violations.add("command " + command + " of VMI " + uid + " has more than one end");
    }
  }

  /** What is wrong for good, since the last time. */
  List<String> takeViolations() {
    List<String> taken = List.copyOf(violations);
    violations.clear();
    return taken;
  }

  /** Commands of VMIs that ended whose own end is not there, or not yet. */
  List<String> open() {
    return issued.entrySet().stream()
        .filter(command -> ended.contains(command.getValue()))
        .map(Map.Entry::getKey)
        .filter(command -> !ends.containsKey(command))
        .toList();
  }

  /** Whether the record says that this uid ended. */
  boolean hasEnded(String uid) {
    return ended.contains(uid);
  }

  int size() {
    return ids.size();
  }

  /** The last events of a VMI, a line each. */
  List<String> story(String uid, int max) {
    List<VmiEvent> events = stories.getOrDefault(uid, List.of());
    return events.subList(Math.max(0, events.size() - max), events.size()).stream()
        .map(RecordAudit::line)
        .toList();
  }

  private static String line(VmiEvent event) {
    return "%s %3d %-22s %s %s %s %s"
        .formatted(
            java.time.Instant.ofEpochMilli(event.getTime()),
            event.getSequence(),
            event.getType(),
            Objects.toString(event.getCommandId(), ""),
            Objects.toString(event.getReason(), ""),
            Objects.toString(event.getMessage(), ""),
            event.getAttributes())
        .stripTrailing();
  }
}
