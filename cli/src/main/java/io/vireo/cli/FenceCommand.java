package io.vireo.cli;

import io.vireo.schemas.avro.NodeAction;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code vireo fence}. */
@Command(
    name = "fence",
    mixinStandardHelpOptions = true,
    description =
        "Says, on the record and in your name, that a node's machine is off and its guests are"
            + " dead, so that they count as ended. A wrong word can run a VM twice and destroy its"
            + " disk.")
final class FenceCommand implements Callable<Integer> {

  @ParentCommand private VireoMain root = new VireoMain();
  @Mixin private NodeOptions options = new NodeOptions();

  @Option(
      names = "--force",
      description = "Also for a node whose executor speaks, or that only VMIs name.")
  private boolean force;

  @Override
  public Integer call() throws Exception {
    NodeWord.Wish wish = options.wish(NodeAction.Fence, force);
    return NodeWord.onStack(root.place(), options.output()).say(wish);
  }
}
