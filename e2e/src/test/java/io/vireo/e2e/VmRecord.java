package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.schemas.Topics;
import io.vireo.schemas.VmEventType;
import io.vireo.schemas.avro.VmEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What the record must say of a VirtualMachine from its first moment to its last. */
final class VmRecord {

  private static final Duration MAX = Duration.ofSeconds(30);

  private VmRecord() {}

  /** Each event names its cause and none is missing; each command has one end. */
  static void check(Records records, String uid) throws Exception {
    List<VmEvent> events =
        Await.until(
            "the end of the VM on record",
            MAX,
            () -> events(records, uid),
            all -> all.stream().anyMatch(each -> each.getType().equals("VmEnded")));
    Set<String> catalogue =
        Arrays.stream(VmEventType.values()).map(VmEventType::wireName).collect(Collectors.toSet());
    long before = 0;
    Set<String> issued = new HashSet<>();
    Set<String> ended = new HashSet<>();
    for (VmEvent event : events) {
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
    assertThat(issued).isEqualTo(ended);
  }

  private static List<VmEvent> events(Records records, String uid) throws Exception {
    List<VmEvent> events = new ArrayList<>();
    for (ConsumerRecord<String, byte[]> record : records.all(Topics.VM_EVENTS.name())) {
      if (uid.equals(record.key())) {
        events.add(Topics.VM_EVENTS.decode(record.value()));
      }
    }
    return events;
  }
}
