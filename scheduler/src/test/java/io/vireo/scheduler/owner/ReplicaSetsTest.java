package io.vireo.scheduler.owner;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.scheduler.core.CommandOutcome.Result;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplicaSetsTest {

  @Test
  void shouldMakeAsManyAsAreWantedUnderNamesOfItsOwn() {
    OwnerWorld world = OwnerWorld.set(3);
    world.settle();

    assertThat(world.alive()).hasSize(3);
    assertThat(world.allMade)
        .extracting(vmi -> vmi.name)
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("tiny[bcdfghjkmnpqrstvwxz2456789]{5}"));
    assertThat(world.owner.status)
        .containsEntry("replicas", 3)
        .containsEntry("readyReplicas", 3)
        .containsEntry("labelSelector", "app=tiny")
        .doesNotContainKey("conditions");
  }

  @Test
  void shouldMakeTheSameNamesAgainFromTheSameInputs() {
    OwnerWorld one = OwnerWorld.set(3);
    OwnerWorld two = OwnerWorld.set(3);
    one.settle();
    two.settle();
    assertThat(one.allMade)
        .extracting(vmi -> vmi.name)
        .isEqualTo(two.allMade.stream().map(vmi -> vmi.name).toList());
  }

  @Test
  void shouldHaveAtMostTwentyInCreation() {
    OwnerWorld world = OwnerWorld.set(100);
    int[] most = {0};
    world.settle(
        null,
        () -> {
          most[0] = Math.max(most[0], world.state == null ? 0 : world.state.making().size());
          return false;
        });
    assertThat(world.alive()).hasSize(100);
    assertThat(most[0]).isEqualTo(20);
  }

  @Test
  void shouldDeleteThoseThatAreNotReadyFirstThenTheYoungest() {
    OwnerWorld world = OwnerWorld.set(4);
    world.settle();
    List<OwnerWorld.Vmi> made = List.copyOf(world.allMade);
    made.get(0).phase = "Scheduled";
    world.decide(new OwnerInput.VmiTold(world.view(made.get(0), false)));
    world.apply(OwnerWorld.setSpec(2, false));
    world.settle();

    assertThat(world.vmis.keySet()).containsExactly(made.get(1).uid, made.get(2).uid);
  }

  /** What is deleted already shows only later; until then no other is taken in its place. */
  @Test
  void shouldNotDeleteAnotherBeforeItIsSeenThatOneGoes() {
    OwnerWorld world = OwnerWorld.set(3);
    world.settle();
    world.apply(OwnerWorld.setSpec(2, false));
    world.settle(null, () -> world.count(OwnerCommand.DeleteVmi.class) == 1);
    world.settle(null, () -> world.vmis.values().stream().anyMatch(vmi -> vmi.deleting));
    world.wireOf(OwnerWorld.Topic.TOLD).clear();
    world.settle(
        null,
        () ->
            world.state.progress().pending().values().stream()
                .noneMatch(each -> each.type().equals("DeleteVmi")));
    OwnerWorld.Vmi other = world.allMade.getFirst();
    other.phase = "Scheduled";
    world.decide(new OwnerInput.VmiTold(world.view(other, false)));
    assertThat(world.count(OwnerCommand.DeleteVmi.class)).isEqualTo(1);
  }

  @Test
  void shouldReplaceAGuestThatHasEndedAndNeverRunMoreThanOneAbove() {
    OwnerWorld world = OwnerWorld.set(3);
    world.settle();
    List.copyOf(world.alive()).forEach(world::deleteVmi);
    world.vmis.values().forEach(vmi -> vmi.stuck = true);
    world.settle();
    assertThat(world.alive()).as("three are on their way out, one is above").hasSize(4);

    world.vmis.values().forEach(vmi -> vmi.stuck = false);
    world.settle();
    assertThat(world.alive()).hasSize(3);
    assertThat(world.vmis).hasSize(3);
    assertThat(world.problems).isEmpty();
  }

  @Test
  void shouldDoNothingWhilePausedAndSaySo() {
    OwnerWorld world = OwnerWorld.set(3);
    world.settle();
    world.apply(OwnerWorld.setSpec(5, true));
    world.guestEnds(world.only(), "Failed");
    world.settle();
    assertThat(world.allMade).hasSize(3);
    assertThat(world.vmis).hasSize(3);
    assertThat(world.owner.status.get("conditions").toString()).contains("ReplicaPaused");
    assertThat(events(world)).containsOnlyOnce("SuccessfulPaused");

    world.apply(OwnerWorld.setSpec(5, false));
    world.settle();
    assertThat(world.alive()).hasSize(5);
    assertThat(world.owner.status).doesNotContainKey("conditions");
    assertThat(events(world)).containsOnlyOnce("SuccessfulResumed");
  }

  private static List<String> events(OwnerWorld world) {
    return world.issued.stream()
        .map(OwnerDecision.Issued::command)
        .filter(OwnerCommand.EmitEvent.class::isInstance)
        .map(command -> ((OwnerCommand.EmitEvent) command).reason())
        .toList();
  }

  @Test
  void shouldWaitLongerEachTimeBetweenGuestsThatEndBeforeTheyRun() {
    OwnerWorld world = OwnerWorld.set(1);
    world.failing = 8;
    long began = world.nowMs;
    world.settle();

    assertThat(world.alive()).hasSize(1);
    assertThat(world.allMade).hasSize(9);
    assertThat(world.nowMs - began)
        .as("pauses of 0.5 s and twice as long each time, up to a minute")
        .isGreaterThan(123_000);
  }

  @Test
  void shouldSayWhyNothingIsMadeAndGoOn() {
    OwnerWorld world = OwnerWorld.set(2);
    world.instead = each -> each instanceof OwnerCommand.CreateVmi ? Result.REFUSED : null;
    world.settle(null, () -> world.count(OwnerCommand.CreateVmi.class) > 9);
    assertThat(events(world)).containsOnlyOnce("FailedCreate");
    assertThat(world.owner.status.get("conditions").toString()).contains("ReplicaFailure");

    world.instead = each -> null;
    world.settle();
    assertThat(world.alive()).hasSize(2);
    assertThat(world.owner.status).doesNotContainKey("conditions");
  }

  /** The answer is lost; the same name is asked for again, so that none is made twice. */
  @Test
  void shouldNotMakeOneTwiceWhenTheAnswerIsLost() {
    for (long seed = 0; seed < 50; seed++) {
      OwnerWorld world = OwnerWorld.set(3);
      world.settle(null, () -> world.count(OwnerCommand.CreateVmi.class) == 3);
      for (int i = 0; i < 4; i++) {
        world.answers.add(Result.UNKNOWN);
      }
      world.settle(new Random(seed), () -> false);
      assertThat(world.alive()).as("seed %d", seed).hasSize(3);
      assertThat(world.allMade).as("seed %d", seed).hasSize(3);
    }
  }

  @Test
  void shouldLeaveItsVmisToKubernetesWhenItIsDeleted() {
    OwnerWorld world = OwnerWorld.set(2);
    world.settle();
    world.owner.finalizers.clear();
    world.delete(false);
    world.settle();

    assertThat(world.count(OwnerCommand.DeleteVmi.class)).isZero();
    assertThat(world.state).isNull();
    assertThat(world.ended).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"matchLabels":{"b":"2","a":"1"}}                                             | a=1,b=2
          {"matchExpressions":[{"key":"a","operator":"In","values":["y","x"]}]}         | a in (x,y)
          {"matchExpressions":[{"key":"a","operator":"In","values":["x"]}]}             | a=x
          {"matchExpressions":[{"key":"a","operator":"NotIn","values":["y","x"]}]}      | a notin (x,y)
          {"matchExpressions":[{"key":"a","operator":"NotIn","values":["x"]}]}          | a!=x
          {"matchExpressions":[{"key":"a","operator":"Exists"}]}                        | a
          {"matchExpressions":[{"key":"a","operator":"DoesNotExist"}]}                  | !a
          {"matchLabels":{"c":"3"},"matchExpressions":[{"key":"a","operator":"Exists"}]} | a,c=3
          """)
  void shouldWriteASelectorAsKubernetesDoes(String selector, String text) {
    OwnerWorld world = OwnerWorld.set(1);
    Object tree = world.json.read("{\"selector\":" + selector + ",\"template\":{}}");
    assertThat(SetSpec.read(tree).selectorText()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"key":"a","operator":"In","values":["x"]}    | true  | false | false
          {"key":"a","operator":"NotIn","values":["x"]} | false | true  | true
          {"key":"a","operator":"Exists"}               | true  | true  | false
          {"key":"a","operator":"DoesNotExist"}         | false | false | true
          """)
  void shouldMatchLabels(String expression, boolean x, boolean y, boolean none) {
    OwnerWorld world = OwnerWorld.set(1);
    SetSpec spec =
        SetSpec.read(world.json.read("{\"selector\":{\"matchExpressions\":[" + expression + "]}}"));
    assertThat(spec.matches(Map.of("a", "x"))).isEqualTo(x);
    assertThat(spec.matches(Map.of("a", "y"))).isEqualTo(y);
    assertThat(spec.matches(Map.of("b", "x"))).isEqualTo(none);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"selector":{},"template":{}}                                        | spec.selector is empty
          {"selector":{"matchLabels":{"a":"1"}},"template":{}}                 | spec.selector does not match spec.template.metadata.labels
          {"selector":{"matchLabels":{"a":"1"}}}                               | spec.template is missing
          {"selector":{"matchExpressions":[{"key":"a","operator":"Like"}]},"template":{}} | spec.selector.matchExpressions has one that is no requirement
          """)
  void shouldRefuseInWordsWhatCannotBe(String spec, String message) {
    OwnerWorld world = new OwnerWorld(OwnerRef.REPLICA_SET);
    @SuppressWarnings("unchecked")
    Map<String, Object> tree = (Map<String, Object>) world.json.read(spec);
    world.apply(tree);
    world.settle();

    assertThat(world.allMade).isEmpty();
    assertThat(world.owner.status.get("conditions").toString())
        .contains("ReplicaFailure", "NotSupported", message);
    world.apply(OwnerWorld.setSpec(1, false));
    world.settle();
    assertThat(world.alive()).hasSize(1);
    assertThat(world.owner.status).doesNotContainKey("conditions");
  }
}
