package io.vireo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.cli.nodes.Answer;
import io.vireo.cli.nodes.NodeStanding;
import io.vireo.schemas.avro.NodeAction;
import io.vireo.schemas.avro.NodeRequest;
import io.vireo.schemas.avro.NodeState;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class NodeWordTest {

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final FakeSurroundings surroundings = new FakeSurroundings();

  @Test
  void shouldExplainAndDoNothingWithoutConfirmation() throws Exception {
    surroundings.stands("node1", NodeState.Lost);

    assertThat(word(OutputFormat.TABLE).say(wish(NodeAction.Fence, false, false))).isEqualTo(2);

    assertThat(surroundings.said).isEmpty();
    assertThat(text())
        .contains("runs twice", "destroy", "Lost", "uid-node1", "default", "tiny", "Running")
        .contains("Nothing was done", "vireo --state /s fence node1 --confirm");
  }

  @Test
  void shouldSayItInTheNameOfTheUserAboutTheUidThatWasShown() throws Exception {
    surroundings.stands("node1", NodeState.Lost);

    assertThat(word(OutputFormat.TABLE).say(wish(NodeAction.Fence, true, false))).isZero();

    assertThat(surroundings.said).hasSize(1);
    NodeRequest request = surroundings.said.getFirst();
    assertThat(request.getNode()).hasToString("node1");
    assertThat(request.getNodeUid()).hasToString("uid-node1");
    assertThat(request.getAction()).isEqualTo(NodeAction.Fence);
    assertThat(request.getActor()).hasToString(System.getProperty("user.name"));
    assertThat(request.getReason()).hasToString("fire");
    assertThat(request.getId().toString()).hasSize(36);
    assertThat(text()).contains("node1 is fenced", "tiny", "vireo --state /s forget node1");
  }

  @ParameterizedTest
  @EnumSource(
      value = NodeState.class,
      names = {"Eligible", "Back"})
  void shouldAskForForceAgainstANodeThatSpeaks(NodeState state) throws Exception {
    surroundings.stands("node1", state);

    assertThatThrownBy(() -> word(OutputFormat.TABLE).say(wish(NodeAction.Fence, true, false)))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("its executor speaks")
        .hasMessageContaining("--force");
    assertThat(surroundings.said).isEmpty();

    assertThat(word(OutputFormat.TABLE).say(wish(NodeAction.Fence, true, true))).isZero();
    assertThat(surroundings.said).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = NodeState.class,
      names = {"Known", "Suspect", "Lost", "Removed"})
  void shouldNotAskForForceAgainstANodeThatIsSilent(NodeState state) throws Exception {
    surroundings.stands("node1", state);

    assertThat(word(OutputFormat.TABLE).say(wish(NodeAction.Fence, true, false))).isZero();

    assertThat(surroundings.said).hasSize(1);
  }

  @Test
  void shouldNameTheKnownNodesForAnUnknownOne() {
    surroundings.stands("node2", NodeState.Lost);
    surroundings.stands("node3", NodeState.Lost);

    assertThatThrownBy(() -> word(OutputFormat.TABLE).say(wish(NodeAction.Fence, true, false)))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("no node node1")
        .hasMessageContaining("node2, node3")
        .hasMessageContaining("--force");
    assertThatThrownBy(() -> word(OutputFormat.TABLE).say(wish(NodeAction.Forget, true, true)))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("no node node1");
    assertThat(surroundings.said).isEmpty();
  }

  @Test
  void shouldFenceAMachineThatOnlyItsVmisName() throws Exception {
    assertThat(word(OutputFormat.TABLE).say(wish(NodeAction.Fence, true, true))).isZero();

    assertThat(surroundings.said)
        .singleElement()
        .satisfies(request -> assertThat(request.getNodeUid()).isNull());
  }

  @Test
  void shouldRefuseAnotherUidThanTheKnownOne() {
    surroundings.stands("node1", NodeState.Lost);
    NodeWord.Wish wish =
        new NodeWord.Wish(
            NodeAction.Fence, "node1", "another", "", true, true, Duration.ofSeconds(1));

    assertThatThrownBy(() -> word(OutputFormat.TABLE).say(wish))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("uid-node1")
        .hasMessageContaining("another");
    assertThat(surroundings.said).isEmpty();
  }

  @Test
  void shouldPrintWhyItWasRefused() {
    surroundings.stands("node1", NodeState.Lost);
    surroundings.answer = new Answer.Refused("UnknownNode", "Expected a node, but there is none");

    assertThatThrownBy(() -> word(OutputFormat.TABLE).say(wish(NodeAction.Fence, true, false)))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("UnknownNode")
        .hasMessageContaining("but there is none");
  }

  @Test
  void shouldSayThatItMayStillBeTakenWhenNothingShows() {
    surroundings.stands("node1", NodeState.Lost);
    surroundings.answer = new Answer.Silent();

    assertThatThrownBy(() -> word(OutputFormat.TABLE).say(wish(NodeAction.Fence, true, false)))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("may still be taken");
  }

  @Test
  void shouldNotFenceTwice() throws Exception {
    surroundings.stands("node1", NodeState.Fenced);

    assertThat(word(OutputFormat.TABLE).say(wish(NodeAction.Fence, true, false))).isZero();

    assertThat(surroundings.said).isEmpty();
    assertThat(text()).contains("fenced already");
  }

  @Test
  void shouldForgetOnlyWhatIsFenced() throws Exception {
    surroundings.stands("node1", NodeState.Lost);
    assertThatThrownBy(() -> word(OutputFormat.TABLE).say(wish(NodeAction.Forget, true, false)))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("not fenced but Lost");

    surroundings.stands("node1", NodeState.Fenced);
    assertThat(word(OutputFormat.TABLE).say(wish(NodeAction.Forget, true, false))).isZero();
    assertThat(surroundings.said).hasSize(1);
    assertThat(surroundings.said.getFirst().getAction()).isEqualTo(NodeAction.Forget);
  }

  @Test
  void shouldTellProgramsWhetherItWasDone() throws Exception {
    surroundings.stands("node1", NodeState.Lost);

    word(OutputFormat.JSON).say(wish(NodeAction.Fence, false, false));

    JsonNode result = JsonMapper.builder().build().readTree(text());
    assertThat(result.path("done").asBoolean(true)).isFalse();
    assertThat(result.path("standing").path("state").asString("")).isEqualTo("Lost");
    assertThat(result.path("vmis").get(0).path("name").asString("")).isEqualTo("tiny");
  }

  private NodeWord word(OutputFormat format) {
    PrintStream nowhere = new PrintStream(java.io.OutputStream.nullOutputStream());
    return new NodeWord(
        surroundings,
        new Steps(nowhere, false),
        new PrintStream(output, true, StandardCharsets.UTF_8),
        format);
  }

  private static NodeWord.Wish wish(NodeAction action, boolean confirm, boolean force) {
    return new NodeWord.Wish(action, "node1", null, "fire", confirm, force, Duration.ofSeconds(30));
  }

  private String text() {
    return output.toString(StandardCharsets.UTF_8);
  }

  private static final class FakeSurroundings implements NodeWord.Surroundings {
    private final SortedMap<String, NodeStanding> standings = new TreeMap<>();
    private final List<NodeRequest> said = new ArrayList<>();
    private Answer answer;

    @Override
    public String command(String words) {
      return "vireo --state /s " + words;
    }

    void stands(String node, NodeState state) {
      standings.put(
          node, new NodeStanding(node, "uid-" + node, state, "Because", null, 7L, null, 1_000));
    }

    @Override
    public SortedMap<String, NodeStanding> standings() {
      return standings;
    }

    @Override
    public List<StackStatus.VmiStatus> vmisOn(String node) {
      return List.of(new StackStatus.VmiStatus("default", "tiny", "Running", node, ""));
    }

    @Override
    public Answer say(NodeRequest request, Duration max) {
      said.add(request);
      return answer == null
          ? new Answer.Taken(standings.get(request.getNode().toString()))
          : answer;
    }
  }
}
