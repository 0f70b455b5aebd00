package io.vireo.cli;

import io.vireo.cli.demo.Demo;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code vireo demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Sets this machine up, starts the stack, boots a small Linux from examples/tiny.yaml until"
            + " it asks for a login, deletes it, and stops the stack.")
final class DemoCommand implements Callable<Integer> {

  private static final int COUNT_MAX = 1000;

  @ParentCommand private VireoMain root = new VireoMain();
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Virtual machines, one after another (default: ${DEFAULT-VALUE}).")
  private int count = 1;

  @Option(names = "--keep", description = "Leave the stack up.")
  private boolean keep;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write the times and sizes there, as JSON.")
  private @Nullable Path report;

  @Option(names = "--yes", description = "Do not ask before packages are installed.")
  private boolean yes;

  @Option(names = "--separate", description = "Give each part a process of its own.")
  private boolean separate;

  @Option(
      names = "--idle-seconds",
      paramLabel = "S",
      description =
          "Measure for so long what the idle stack uses, if its parts have processes of their own"
              + " (default: ${DEFAULT-VALUE}).")
  private int idleSeconds;

  /** What is wrong with the options; told before minutes are spent. */
  private @Nullable String problem() {
    if (count < 1 || count > COUNT_MAX || idleSeconds < 0) {
      return "Expected --count from 1 to " + COUNT_MAX + " and --idle-seconds of at least 0";
    }
    if (idleSeconds > 0 && !separate) {
      return "Expected --separate with --idle-seconds, since only processes of their own can be"
          + " measured";
    }
    return ReportFile.problem(report).orElse(null);
  }

  @Override
  public Integer call() throws Exception {
    CommandSpec self = spec;
    String problem = problem();
    if (self != null && problem != null) {
      throw new ParameterException(self.commandLine(), problem);
    }
    new Demo(
            root.place(),
            new Demo.Options(count, keep, report, yes, separate, idleSeconds),
            Steps.onStandardError())
        .run();
    return 0;
  }
}
