package io.vireo.cli;

import io.vireo.cli.images.ImageRow;
import io.vireo.cli.images.ImageTable;
import io.vireo.dev.images.ImageStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code vireo images list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Shows the images of this user's store.")
final class ImagesListCommand implements Callable<Integer> {

  @ParentCommand private ImagesCommand images = new ImagesCommand();

  @Option(
      names = {"-o", "--output"},
      description = "table or json (default: ${DEFAULT-VALUE}).")
  private OutputFormat output = OutputFormat.TABLE;

  @Override
  public Integer call() throws Exception {
    ImageStore store = images.store();
    List<ImageRow> rows = new ArrayList<>();
    for (String reference : store.references().stream().sorted().toList()) {
      rows.add(ImageRow.of(store, store.resolve(reference).orElseThrow()));
    }
    System.out.print(
        output == OutputFormat.JSON ? Json.pretty(rows) + "\n" : ImageTable.text(rows));
    return 0;
  }
}
