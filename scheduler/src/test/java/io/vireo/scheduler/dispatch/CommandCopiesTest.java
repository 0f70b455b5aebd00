package io.vireo.scheduler.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.CommandResult;
import io.vireo.schemas.avro.DeadLetter;
import io.vireo.schemas.avro.NodeCommand;
import io.vireo.schemas.avro.Outcome;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandCopiesTest {

  private final DispatchRig rig = new DispatchRig();

  @Test
  void shouldCopyInOrderAndCommitOnlyWhatIsAcknowledged() {
    rig.eligible("node-a");
    rig.command("node-a", 1);
    rig.command("node-a", 2);
    CompletableFuture<?> turn = rig.copy();

    assertThat(rig.sent(Topics.nodeCommands("node-a")))
        .extracting(NodeCommand::getSeq)
        .containsExactly(1L, 2L);
    rig.producer.completeNext();
    assertThat(turn).isNotDone();
    assertThat(rig.committed()).isZero();

    rig.producer.completeNext();
    assertThat(turn).isCompleted();
    rig.copy();
    assertThat(rig.committed()).isEqualTo(2);
  }

  @Test
  void shouldCommitPastTheMarksOfTransactions() {
    rig.passed.put(DispatchRig.COMMANDS, new OffsetAndMetadata(3));
    rig.copy();
    rig.copy();

    assertThat(rig.committed()).isEqualTo(3);
  }

  @Test
  void shouldRefuseWhatIsForANodeWithoutTopics() {
    rig.command("node-a", 1);
    CompletableFuture<?> turn = rig.copy();

    assertThat(rig.sent(Topics.OUTCOMES))
        .singleElement()
        .satisfies(
            outcome -> {
              assertThat(outcome.getResult()).isEqualTo(CommandResult.Refused);
              assertThat(outcome.getReason()).isEqualTo("NodeNotEligible");
              assertThat(outcome.getCommandId()).isEqualTo("vmi/1/1");
            });
    assertThat(turn).isNotDone();
    rig.producer.completeNext();
    assertThat(turn).isCompleted();
  }

  @Test
  void shouldRefuseWhenTheTopicIsGoneAndGoOnWithTheOthers() {
    rig.eligible("node-a");
    rig.eligible("node-b");
    rig.command("node-a", 1);
    rig.command("node-b", 2);
    CompletableFuture<?> turn = rig.copy();
    rig.producer.errorNext(new UnknownTopicOrPartitionException("gone"));
    rig.producer.completeNext();
    assertThat(turn).isCompleted();
    assertThat(rig.sent(Topics.nodeCommands("node-b"))).hasSize(1);

    CompletableFuture<?> refusal = rig.copy();
    assertThat(rig.committed()).isZero();
    assertThat(rig.sent(Topics.OUTCOMES))
        .singleElement()
        .satisfies(
            outcome -> {
              assertThat(outcome.getNode()).isEqualTo("node-a");
              assertThat(outcome.getResult()).isEqualTo(CommandResult.Refused);
            });
    rig.producer.completeNext();
    assertThat(refusal).isCompleted();
    rig.copy();
    assertThat(rig.committed()).isEqualTo(2);

    // Its topics are made anew before it is sent anything.
    rig.follow();
    assertThat(rig.asked).hasSize(1);
    rig.command("node-a", 3);
    rig.copy();
    assertThat(rig.sent(Topics.OUTCOMES))
        .last()
        .extracting(Outcome::getReason)
        .isEqualTo("NodeNotEligible");
  }

  @Test
  void shouldNotSayRefusedWhereTheCopyMayBeThere() {
    rig.eligible("node-a");
    rig.command("node-a", 1);
    rig.copy();
    rig.producer.errorNext(new TimeoutException("expired"));
    rig.copy();

    assertThat(rig.sent(Topics.OUTCOMES))
        .singleElement()
        .extracting(Outcome::getResult)
        .isEqualTo(CommandResult.Unknown);
  }

  @Test
  void shouldFailTheTurnWhenARefusalIsNotWritten() {
    rig.command("node-a", 1);
    CompletableFuture<?> turn = rig.copy();
    rig.producer.errorNext(new TimeoutException("expired"));

    assertThat(turn).isCompletedExceptionally();
    assertThat(rig.committed()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 6, 60})
  void shouldSendWhatItCannotReadToTheDeadLetters(int length) {
    rig.eligible("node-a");
    rig.value(length < 0 ? null : new byte[length]);
    rig.command("node-a", 1);
    CompletableFuture<?> turn = rig.copy();
    while (rig.producer.completeNext()) {}

    assertThat(turn).isCompleted();
    assertThat(rig.sent(Topics.DEAD_LETTERS))
        .singleElement()
        .extracting(DeadLetter::getComponent)
        .isEqualTo("dispatcher");
    assertThat(rig.sent(Topics.nodeCommands("node-a"))).hasSize(1);
    rig.copy();
    assertThat(rig.committed()).isEqualTo(2);
  }

  @Test
  void shouldRefuseWhenTheQueueOfANodeIsFull() {
    rig.eligible("node-a");
    for (int seq = 0; seq <= CommandCopies.IN_FLIGHT_PER_NODE_MAX; seq++) {
      rig.command("node-a", seq);
    }
    rig.copy();

    assertThat(rig.sent(Topics.OUTCOMES))
        .singleElement()
        .extracting(Outcome::getReason)
        .isEqualTo("QueueFull");
  }
}
