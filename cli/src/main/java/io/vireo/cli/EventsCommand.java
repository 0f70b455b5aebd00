package io.vireo.cli;

import io.vireo.cli.events.EventReader;
import io.vireo.cli.events.EventRow;
import io.vireo.dev.stack.StackFile;
import io.vireo.schemas.KafkaAccess;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code vireo events}. */
@Command(
    name = "events",
    mixinStandardHelpOptions = true,
    description =
        "Prints vireo.vmi.events.v1 as any outside consumer would read it, by the registered"
            + " schema.")
final class EventsCommand implements Callable<Integer> {

  @ParentCommand private VireoMain root = new VireoMain();

  @Option(names = "--follow", description = "Go on with new events until Ctrl-C.")
  private boolean follow;

  @Option(names = "--vmi", paramLabel = "NAME", description = "Only those of this VMI.")
  private String vmi = "";

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NS",
      description = "Only those of this namespace.")
  private String namespace = "";

  @Option(
      names = {"-o", "--output"},
      description = "table or json, one object a line (default: ${DEFAULT-VALUE}).")
  private OutputFormat output = OutputFormat.TABLE;

  @Override
  public Integer call() throws Exception {
    StackFile stack = root.place().running();
    try (EventReader reader =
        EventReader.open(stack, root.place().kafka(stack, KafkaAccess.AUDITOR), namespace, vmi)) {
      print(reader.readToEnd());
      while (follow) {
        for (EventRow row : reader.next()) {
          System.out.println(output == OutputFormat.JSON ? row.json() : row.line());
        }
      }
    }
    return 0;
  }

  private void print(List<EventRow> rows) {
    if (output == OutputFormat.JSON) {
      rows.forEach(row -> System.out.println(row.json()));
    } else if (follow) {
      rows.forEach(row -> System.out.println(row.line()));
    } else {
      TextTable table = EventRow.table();
      rows.forEach(row -> row.addTo(table));
      System.out.print(table.render());
    }
  }
}
