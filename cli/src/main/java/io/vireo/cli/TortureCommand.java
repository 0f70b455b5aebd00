package io.vireo.cli;

import io.vireo.cli.doctor.Repair;
import io.vireo.cli.torture.TakeOver;
import io.vireo.cli.torture.TakeOverReport;
import io.vireo.cli.torture.Torture;
import io.vireo.cli.torture.TortureReport;
import io.vireo.dev.stack.StackClient;
import io.vireo.dev.stack.StateDir;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code vireo torture}. */
@Command(
    name = "torture",
    mixinStandardHelpOptions = true,
    description = {
      "Kills, pauses and robs the parts of a stack of its own, at named places, and checks after"
          + " each fault that no guest noticed, nothing was lost and nothing done twice.",
      "Exit status 1 if a guarantee did not hold or, in a full run, if a fault never struck."
    })
final class TortureCommand implements Callable<Integer> {

  private static final int REPEATS_MAX = 1000;

  @ParentCommand private VireoMain root = new VireoMain();
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "take-over",
      description =
          "Measures instead how soon one of two schedulers goes on when the other is killed.")
  private @Nullable String what;

  @Option(
      names = "--kills",
      paramLabel = "N",
      description = "For take-over: how often one is killed (default: ${DEFAULT-VALUE}).")
  private int kills = 20;

  @Option(
      names = "--restarts",
      paramLabel = "N",
      description =
          "For take-over: how often one is killed and started again at once, and how often it is"
              + " stopped first (default: ${DEFAULT-VALUE}).")
  private int restarts = 5;

  @Option(
      names = "--load-seconds",
      paramLabel = "S",
      description =
          "For take-over: how long the processors are kept busy, to count who is taken for dead"
              + " (default: ${DEFAULT-VALUE}).")
  private int loadSeconds = 60;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      description = "How often each fault strikes (default: ${DEFAULT-VALUE}).")
  private int repeats = 1;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description = "Only these faults; 'list' shows them all.")
  private List<String> only = List.of();

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Gives the order, the moments and the pauses (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "No fault begins after this time (default: until all have struck).")
  private @Nullable Integer minutes;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private OutputFormat format = OutputFormat.TABLE;

  @Option(names = "--yes", description = "Do not ask before packages are installed.")
  private boolean yes;

  @Override
  public Integer call() throws Exception {
    if (only.equals(List.of("list"))) {
      Torture.names().forEach(System.out::println);
      return 0;
    }
    if (what != null) {
      return takeOver();
    }
    Torture.Options options = options();
    Steps steps = Steps.onStandardError();
    new Repair(root.place(), steps, yes).run();
    StateDir state = root.tortureState();
    steps.line("state: " + state.root());
    TortureReport report = new Torture(state, options, steps::line).run();
    System.out.print(format == OutputFormat.JSON ? report.json() + "\n" : report.table());
    if (report.isGood()) {
      new StackClient(state).purge();
    } else {
      steps.line("the logs are in " + state.logs());
    }
    return report.isGood() ? 0 : 1;
  }

  private int takeOver() throws Exception {
    if (!"take-over".equals(what)) {
      throw wrong("Expected take-over or nothing, but got " + what);
    }
    if (kills < 0 || restarts < 0 || loadSeconds < 0 || kills + restarts == 0) {
      throw wrong("Expected --kills, --restarts and --load-seconds of at least 0, and some work");
    }
    Steps steps = Steps.onStandardError();
    new Repair(root.place(), steps, yes).run();
    StateDir state = root.tortureState();
    steps.line("state: " + state.root());
    TakeOverReport report =
        new TakeOver(state, new TakeOver.Options(kills, restarts, loadSeconds), steps::line).run();
    System.out.print(format == OutputFormat.JSON ? report.json() + "\n" : report.table());
    new StackClient(state).purge();
    return report.isGood() ? 0 : 1;
  }

  private Torture.Options options() {
    if (repeats < 1 || repeats > REPEATS_MAX) {
      throw wrong("Expected --repeats from 1 to " + REPEATS_MAX + ", but got " + repeats);
    }
    if (minutes != null && minutes < 1) {
      throw wrong("Expected --minutes of at least 1, but got " + minutes);
    }
    Set<String> unknown = new HashSet<>(only);
    unknown.removeAll(Torture.names());
    if (!unknown.isEmpty()) {
      throw wrong("Expected names of faults, but got " + unknown + "; --only list shows them");
    }
    return new Torture.Options(
        repeats,
        Set.copyOf(only),
        seed,
        Optional.ofNullable(minutes).map(Duration::ofMinutes),
        Torture.PAUSE_MAX_SECONDS);
  }

  private ParameterException wrong(String message) {
    CommandSpec self = spec;
    if (self == null) {
      throw new IllegalStateException("Expected picocli to set the command");
    }
    return new ParameterException(self.commandLine(), message);
  }
}
