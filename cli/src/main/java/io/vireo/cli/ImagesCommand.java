package io.vireo.cli;

import io.vireo.dev.images.ImageStore;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

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
      ImagesTestKafkaCommand.class
    })
final class ImagesCommand implements Callable<Integer> {

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

  ImageStore store() throws IOException {
    return ImageStore.open(place().images());
  }
}
