package io.vireo.cli;

import io.vireo.dev.images.ImageStore;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code vireo images}. */
@Command(
    name = "images",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Container images of Vireo: made here, without a registry.",
    subcommands = {
      ImagesBuildCommand.class,
      ImagesListCommand.class,
      ImagesLoadCommand.class,
      ImagesDebianGuestCommand.class,
      ImagesTestKafkaCommand.class
    })
final class ImagesCommand extends CommandGroup {

  @ParentCommand private VireoMain root = new VireoMain();

  Place place() {
    return root.place();
  }

  ImageStore store() throws IOException {
    return ImageStore.open(place().images());
  }
}
