package io.vireo.cli.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.schemas.VmiEventType;
import io.vireo.schemas.avro.EventCause;
import io.vireo.schemas.avro.VmiEvent;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordAuditTest {

  private final RecordAudit audit = new RecordAudit();

  private void take(
      String id, String uid, long number, VmiEventType type, @Nullable String command) {
    audit.take(
        VmiEvent.newBuilder()
            .setId(id)
            .setType(type.wireName())
            .setVmiUid(uid)
            .setNamespace("default")
            .setName("one")
            .setSequence(number)
            .setTime(0)
            .setCause(new EventCause("timer", -1, 0L))
            .setActor("vireo")
            .setCommandId(command)
            .setAttributes(Map.of())
            .build());
  }

  @Test
  void shouldFindNothingInAWholeLife() {
    take("a", "u", 1, VmiEventType.COMMAND_ISSUED, "c");
    take("b", "u", 2, VmiEventType.COMMAND_DONE, "c");
    take("c", "u", 3, VmiEventType.VMI_ENDED, null);

    assertThat(audit.takeViolations()).isEmpty();
    assertThat(audit.open()).isEmpty();
    assertThat(audit.hasEnded("u")).isTrue();
  }

  @Test
  void shouldFindAnEventThatIsThereTwice() {
    take("a", "u", 1, VmiEventType.VMI_OBSERVED, null);
    take("a", "v", 1, VmiEventType.VMI_OBSERVED, null);

    assertThat(audit.takeViolations()).containsExactly("event a of VMI v is there twice");
  }

  @Test
  void shouldFindAGap() {
    take("a", "u", 1, VmiEventType.VMI_OBSERVED, null);
    take("b", "u", 3, VmiEventType.VMI_OBSERVED, null);

    assertThat(audit.takeViolations()).containsExactly("VMI u has event 3 after event 1");
    assertThat(audit.takeViolations()).as("told once").isEmpty();
  }

  @Test
  void shouldNotCountWhatIsOfNoVmi() {
    take("a", "", 0, VmiEventType.COMMAND_ISSUED, "c");
    take("b", "", 0, VmiEventType.COMMAND_DONE, "c");

    assertThat(audit.takeViolations()).isEmpty();
  }

  @Test
  void shouldFindACommandWithTwoEnds() {
    take("a", "u", 1, VmiEventType.COMMAND_ISSUED, "c");
    take("b", "u", 2, VmiEventType.COMMAND_DONE, "c");
    take("c", "u", 3, VmiEventType.COMMAND_FAILED, "c");

    assertThat(audit.takeViolations()).containsExactly("command c of VMI u has more than one end");
  }

  @Test
  void shouldFindACommandWithoutAnEndOnceItsVmiEnded() {
    take("a", "u", 1, VmiEventType.COMMAND_ISSUED, "c");
    assertThat(audit.open()).isEmpty();

    take("b", "u", 2, VmiEventType.VMI_ENDED, null);

    assertThat(audit.open()).containsExactly("c");
  }
}
