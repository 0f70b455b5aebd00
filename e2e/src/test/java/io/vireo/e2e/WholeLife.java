package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.schemas.VmiEventType;
import io.vireo.schemas.avro.VmiEvent;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the record must say of a VMI from its first moment to its last. */
final class WholeLife {

  private WholeLife() {}

  /** Each event names its cause and none is missing; each command has one end. */
  static void check(List<VmiEvent> events) {
    Set<String> catalogue =
        Arrays.stream(VmiEventType.values())
            .map(VmiEventType::wireName)
            .collect(Collectors.toSet());
    long before = 0;
    Set<String> issued = new HashSet<>();
    Set<String> ended = new HashSet<>();
    for (VmiEvent event : events) {
      assertThat(catalogue).contains(event.getType());
      assertThat(event.getCause().getTopic()).isNotBlank();
      assertThat(event.getSequence()).isEqualTo(before + 1);
      before = event.getSequence();
      if (event.getType().equals("CommandIssued")) {
        issued.add(event.getCommandId());
      } else if (event.getType().startsWith("Command")) {
        assertThat(ended.add(event.getCommandId())).as("one end of each command").isTrue();
      }
    }
    assertThat(issued).containsAll(ended);
    assertThat(events.stream().map(VmiEvent::getType))
        .contains("VmiObserved", "EpochOpened", "EpochBound", "DomainsObserved", "PhaseChanged")
        .contains("VmiDeletionRequested", "EpochClosed", "VmiDeleted", "VmiEnded");
  }
}
