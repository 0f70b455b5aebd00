package io.vireo.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code vireo bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Measures a stack that runs.",
    subcommands = BenchPodsCommand.class)
final class BenchCommand implements Callable<Integer> {

  @ParentCommand private VireoMain root = new VireoMain();
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    CommandSpec self = spec;
    if (self == null) {
      throw new IllegalStateException("Expected picocli to set the command");
    }
    throw new ParameterException(self.commandLine(), "Expected a command");
  }

  Place place() {
    return root.place();
  }
}
