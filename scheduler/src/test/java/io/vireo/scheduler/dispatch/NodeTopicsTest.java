package io.vireo.scheduler.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.schemas.Topics;
import io.vireo.schemas.avro.NodeEligible;
import io.vireo.schemas.avro.NodeState;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class NodeTopicsTest {

  private final DispatchRig rig = new DispatchRig();

  @Test
  void shouldAnnounceANodeOnceItsTopicsExist() {
    rig.node("node-a", NodeState.Known);
    assertThat(rig.follow()).isCompleted();
    assertThat(rig.topicsAsked)
        .containsExactly("vireo.node.node-a.commands.v1", "vireo.node.node-a.reports.v1");
    rig.follow();
    assertThat(rig.asked).hasSize(1);
    assertThat(rig.sentTo()).isEmpty();

    rig.asked.remove().complete(null);
    CompletableFuture<?> announced = rig.follow();
    assertThat(rig.sent(Topics.NODE_ELIGIBLE))
        .singleElement()
        .satisfies(
            e -> {
              assertThat(e.getNode()).isEqualTo("node-a");
              assertThat(e.getNodeUid()).isEqualTo("uid-of-node-a");
            });
    assertThat(announced).isNotDone();
    rig.producer.completeNext();
    assertThat(announced).isCompleted();

    rig.node("node-a", NodeState.Suspect);
    rig.follow();
    assertThat(rig.asked).isEmpty();
    assertThat(rig.sent(Topics.NODE_ELIGIBLE)).hasSize(1);
  }

  @Test
  void shouldNotLetOneNodeWaitForAnother() {
    rig.node("node-a", NodeState.Known);
    rig.follow();
    rig.node("node-b", NodeState.Known);
    rig.follow();
    rig.asked.removeLast().complete(null);
    rig.follow();

    assertThat(rig.sent(Topics.NODE_ELIGIBLE))
        .extracting(NodeEligible::getNode)
        .containsExactly("node-b");
  }

  @Test
  void shouldTryAgainAfterAWhile() {
    rig.node("node-a", NodeState.Known);
    rig.follow();
    rig.asked.remove().completeExceptionally(new TimeoutException("no controller"));
    rig.follow();
    assertThat(rig.asked).isEmpty();

    rig.nowMs += 1_000;
    rig.follow();
    assertThat(rig.asked).hasSize(1);
  }

  @Test
  void shouldAnnounceAgainWhenTheAnnouncementWasNotWritten() {
    rig.node("node-a", NodeState.Known);
    rig.follow();
    rig.asked.remove().complete(null);
    CompletableFuture<?> announced = rig.follow();
    rig.producer.errorNext(new TimeoutException("expired"));
    assertThat(announced).isCompleted();

    rig.follow();
    rig.asked.remove().complete(null);
    rig.follow();
    assertThat(rig.sent(Topics.NODE_ELIGIBLE)).hasSize(2);
  }

  @Test
  void shouldLookForTheTopicsOfANodeThatIsKnownAnew() {
    rig.eligible("node-a");
    rig.node("node-a", NodeState.Known);
    rig.follow();
    rig.command("node-a", 1);
    rig.copy();
    assertThat(rig.sent(Topics.nodeCommands("node-a"))).as("meanwhile").hasSize(1);

    rig.asked.remove().complete(null);
    rig.follow();
    assertThat(rig.sent(Topics.NODE_ELIGIBLE)).hasSize(1);
  }

  @Test
  void shouldMakeTheTopicsAnewOfABrokerThatLostThem() {
    rig.eligible("node-a");
    rig.followAnew();
    rig.node("node-a", NodeState.Known);
    rig.follow();

    rig.asked.remove().complete(null);
    rig.follow();
    assertThat(rig.sent(Topics.NODE_ELIGIBLE)).hasSize(1);
  }

  @Test
  void shouldForgetANodeThatIsRemoved() {
    rig.eligible("node-a");
    rig.node("node-a", NodeState.Removed);
    rig.follow();
    rig.command("node-a", 1);
    rig.copy();

    assertThat(rig.sent(Topics.nodeCommands("node-a"))).isEmpty();
  }

  @Test
  void shouldGoOnAfterNamesAndBytesThatAreNone() {
    rig.node("Not A Node", NodeState.Known);
    rig.nodeConsumer.addRecord(
        new ConsumerRecord<>(Topics.NODE_TRANSITIONS.name(), 0, 7, "node-x", new byte[] {1, 2}));
    assertThat(rig.follow()).isCompleted();
    assertThat(rig.asked).isEmpty();
  }
}
