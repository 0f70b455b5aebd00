package io.vireo.cli;

import io.vireo.schemas.avro.NodeAction;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code vireo forget}. */
@Command(
    name = "forget",
    mixinStandardHelpOptions = true,
    description =
        "Takes back, on the record and in your name, that a node is fenced: its machine is in order"
            + " again, runs no guest of before, and is judged by what it says.")
final class ForgetCommand implements Callable<Integer> {

  @ParentCommand private VireoMain root = new VireoMain();
  @Mixin private NodeOptions options = new NodeOptions();

  @Override
  public Integer call() throws Exception {
    NodeWord.Wish wish = options.wish(NodeAction.Forget, false);
    return NodeWord.onStack(root.place(), options.output()).say(wish);
  }
}
