package io.vireo.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code vireo docs}. */
@Command(
    name = "docs",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Works on Vireo's pages for users.",
    subcommands = DocsTestCommand.class)
final class DocsCommand extends CommandGroup {

  @ParentCommand private VireoMain root = new VireoMain();

  Place place() {
    return root.place();
  }
}
