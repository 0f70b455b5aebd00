package io.vireo.cli;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.vireo.cli.nodes.Answer;
import io.vireo.cli.nodes.NodeRequests;
import io.vireo.cli.nodes.NodeStanding;
import io.vireo.cli.nodes.NodeStandings;
import io.vireo.dev.stack.StackFile;
import io.vireo.schemas.KafkaAccess;
import io.vireo.schemas.KafkaConnection;
import io.vireo.schemas.avro.NodeAction;
import io.vireo.schemas.avro.NodeRequest;
import io.vireo.schemas.avro.NodeState;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An administrator's word about a node: what it means, whether it may be said, and saying it. */
final class NodeWord {

  private static final int OK = 0;
  private static final int NOT_CONFIRMED = 2;

  private final Surroundings surroundings;
  private final Steps steps;
  private final PrintStream out;
  private final OutputFormat output;

  NodeWord(Surroundings surroundings, Steps steps, PrintStream out, OutputFormat output) {
    this.surroundings = surroundings;
    this.steps = steps;
    this.out = out;
    this.output = output;
  }

  /** What the word is about, and who takes it. */
  interface Surroundings {
    /** By name. */
    SortedMap<String, NodeStanding> standings() throws Exception;

    /** Those whose status names the node. */
    List<StackStatus.VmiStatus> vmisOn(String node) throws Exception;

    /** How a person says this command for this stack. */
    String command(String words);

    /** Writes it and waits. */
    Answer say(NodeRequest request, Duration max) throws Exception;
  }

  /**
   * What is to be said.
   *
   * @param uid of the Node that is meant; null for the one that bears the name now
   * @param confirm whether the administrator vouches for it
   * @param force also against what the node says itself, or where nothing is known of it
   * @param max how long to wait for it to show
   */
  record Wish(
      NodeAction action,
      String node,
      @Nullable String uid,
      String reason,
      boolean confirm,
      boolean force,
      Duration max) {}

  /** On the stack that runs at this place. */
  static NodeWord onStack(Place place, OutputFormat output) throws Exception {
    StackFile stack = place.running();
    KafkaConnection operator = place.kafka(stack, KafkaAccess.OPERATOR);
    Surroundings surroundings =
        new Surroundings() {
          @Override
          public SortedMap<String, NodeStanding> standings() throws Exception {
            return NodeStandings.read(operator);
          }

          @Override
          public List<StackStatus.VmiStatus> vmisOn(String node) {
            try (KubernetesClient client = Cluster.connect(place.state().kubeconfig())) {
              return StackStatus.vmis(client).stream()
                  .filter(vmi -> vmi.node().equals(node))
                  .toList();
            }
          }

          @Override
          public String command(String words) {
            return place.command(words);
          }

          @Override
          public Answer say(NodeRequest request, Duration max) throws Exception {
            return new NodeRequests(operator).say(request, max);
          }
        };
    return new NodeWord(surroundings, Steps.onStandardError(), System.out, output);
  }

  /** Says it, or says why not; gives the exit status. */
  int say(Wish wish) throws Exception {
    NodeStanding standing = standing(wish);
    List<StackStatus.VmiStatus> vmis = surroundings.vmisOn(wish.node());
    if (!wish.confirm()) {
      print(
          wish,
          standing,
          vmis,
          NodeWordText.explanation(wish, standing, vmis, surroundings::command),
          false);
      return NOT_CONFIRMED;
    }
    if (wish.action() == NodeAction.Fence && standing.isAlive() && !wish.force()) {
      throw new Failure(NodeWordText.alive(standing));
    }
    boolean fenced = standing.state() == NodeState.Fenced;
    if (wish.action() == NodeAction.Fence && fenced) {
      print(wish, standing, vmis, wish.node() + " is fenced already.\n", true);
      return OK;
    }
    if (wish.action() == NodeAction.Forget && !fenced) {
      throw new Failure(
          "%s is not fenced but %s: there is nothing to forget"
              .formatted(wish.node(), standing.state()));
    }
    NodeRequest request = request(wish, standing);
    Answer answer =
        steps.run(
            "waiting until the record shows it",
            (Consumer<String> detail) -> surroundings.say(request, wish.max()));
    switch (answer) {
      case Answer.Taken taken -> {
        print(
            wish,
            taken.standing(),
            vmis,
            NodeWordText.follows(wish, vmis, surroundings::command),
            true);
        return OK;
      }
      case Answer.Refused refused ->
          throw new Failure("refused (%s): %s".formatted(refused.reason(), refused.message()));
      case Answer.Silent silent ->
          throw new Failure(
              "written as request %s, but nothing shows it after %d s: it may still be taken;"
                      .formatted(request.getId(), wish.max().toSeconds())
                  + " see whether ingest is ready, and what became of the node: "
                  + surroundings.command("status"));
    }
  }

  private NodeStanding standing(Wish wish) throws Exception {
    SortedMap<String, NodeStanding> standings = surroundings.standings();
    NodeStanding standing = standings.get(wish.node());
    if (standing == null) {
      if (wish.action() == NodeAction.Fence && wish.force() && wish.uid() == null) {
        // VMIs may hang on it all the same; ingest knows whether any was ever given to it.
        return new NodeStanding(
            wish.node(), "", NodeState.Removed, "NotOnRecord", null, null, null, 0);
      }
      throw new Failure(
          "no node %s is known; known: %s%s"
              .formatted(
                  wish.node(),
                  standings.isEmpty() ? "none" : String.join(", ", standings.keySet()),
                  wish.action() == NodeAction.Fence
                      ? "; --force asks all the same, for a machine that only its VMIs name"
                      : ""));
    }
    if (wish.uid() != null && !wish.uid().equals(standing.uid())) {
      throw new Failure(
          "the node %s that is known has the uid %s, not %s"
              .formatted(wish.node(), standing.uid(), wish.uid()));
    }
    return standing;
  }

  /** Names the uid that was shown: a node of the same name that comes meanwhile is not meant. */
  private static NodeRequest request(Wish wish, NodeStanding standing) {
    return NodeRequest.newBuilder()
        .setId(UUID.randomUUID().toString())
        .setNode(wish.node())
        .setNodeUid(standing.uid().isEmpty() ? null : standing.uid())
        .setAction(wish.action())
        .setActor(System.getProperty("user.name", "unknown"))
        .setReason(wish.reason())
        .setRequestedAt(System.currentTimeMillis())
        .build();
  }

  private void print(
      Wish wish,
      NodeStanding standing,
      List<StackStatus.VmiStatus> vmis,
      String text,
      boolean done) {
    if (output == OutputFormat.JSON) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("node", wish.node());
      result.put("action", wish.action().name());
      result.put("done", done);
      result.put("standing", standing);
      result.put("vmis", vmis);
      out.println(Json.pretty(result));
    } else {
      out.print(text);
    }
  }
}
