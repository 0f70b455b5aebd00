package io.vireo.cli;

import io.vireo.cli.events.EventReader;
import io.vireo.cli.events.EventRow;
import io.vireo.dev.stack.StackFile;
import io.vireo.schemas.KafkaAccess;
import io.vireo.schemas.Topic;
import io.vireo.schemas.Topics;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code vireo events}. */
@Command(
    name = "events",
    mixinStandardHelpOptions = true,
    description =
        "Prints vireo.vmi.events.v1 and vireo.vm.events.v1 as any outside consumer would read them, by"
            + " the registered schemas.")
final class EventsCommand implements Callable<Integer> {

  @ParentCommand private VireoMain root = new VireoMain();

  @Option(names = "--follow", description = "Go on with new events until Ctrl-C.")
  private boolean follow;

  @Option(names = "--vmi", paramLabel = "NAME", description = "Only those of this VMI.")
  private String vmi = "";

  @Option(
      names = "--vm",
      paramLabel = "NAME",
      description = "Only those of this VirtualMachine, or ReplicaSet, and of a VMI of its name.")
  private String vm = "";

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
    if (!vm.isEmpty() && !vmi.isEmpty()) {
      System.err.println("--vm tells of the VMI as well: expected one of --vm and --vmi.");
      return CommandLine.ExitCode.USAGE;
    }
    StackFile stack = root.place().running();
    List<Topic<?>> topics =
        vmi.isEmpty() ? List.of(Topics.VMI_EVENTS, Topics.VM_EVENTS) : List.of(Topics.VMI_EVENTS);
    try (EventReader reader =
        EventReader.open(
            stack,
            root.place().kafka(stack, KafkaAccess.AUDITOR),
            topics,
            namespace,
            vmi.isEmpty() ? vm : vmi)) {
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
