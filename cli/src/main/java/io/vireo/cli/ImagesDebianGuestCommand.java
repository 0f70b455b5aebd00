package io.vireo.cli;

import io.vireo.cli.images.ImageRow;
import io.vireo.cli.images.ImageTable;
import io.vireo.dev.guest.DebianGuest;
import io.vireo.dev.images.Image;
import io.vireo.dev.images.ImageStore;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code vireo images debian-guest}. */
@Command(
    name = "debian-guest",
    mixinStandardHelpOptions = true,
    description =
        "Builds the container disk "
            + DebianGuest.REFERENCE
            + " of examples/debian.yaml, a Debian with cloud-init, from Debian packages.")
final class ImagesDebianGuestCommand implements Callable<Integer> {

  @ParentCommand private ImagesCommand images = new ImagesCommand();

  @Option(names = "--force", description = "Build anew, with Debian's packages of today.")
  private boolean force;

  @Override
  public Integer call() throws Exception {
    ImageStore store = images.store();
    Steps steps = Steps.onStandardError();
    try (StopOnExit _ = StopOnExit.arm(images.place(), steps)) {
      Image built =
          steps.run(
              "building " + DebianGuest.REFERENCE,
              (Consumer<String> detail) ->
                  force ? DebianGuest.rebuild(store, detail) : DebianGuest.build(store, detail));
      System.out.print(ImageTable.text(List.of(ImageRow.of(store, built))));
    }
    return 0;
  }
}
