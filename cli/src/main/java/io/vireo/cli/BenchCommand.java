package io.vireo.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code vireo bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Measures a stack that runs, or parts of Vireo without one; compares and keeps what was"
            + " measured.",
    subcommands = {
      BenchAdmissionCommand.class,
      BenchCompareCommand.class,
      BenchCoreCommand.class,
      BenchDensityCommand.class,
      BenchDiskCommand.class,
      BenchKeepCommand.class,
      BenchPodsCommand.class,
      BenchReactionCommand.class,
      BenchRealCommand.class,
      BenchRestCommand.class,
      BenchStreamCommand.class,
      BenchVmsCommand.class
    })
final class BenchCommand extends CommandGroup {

  @ParentCommand private VireoMain root = new VireoMain();

  Place place() {
    return root.place();
  }
}
