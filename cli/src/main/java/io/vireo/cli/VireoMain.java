package io.vireo.cli;

import io.vireo.dev.stack.StateDir;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line: 0 when it worked, 1 when not, 2 when it was not understood. */
@Command(
    name = "vireo",
    mixinStandardHelpOptions = true,
    versionProvider = VireoMain.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Virtual machines on Kubernetes, driven by Kafka events.",
    footer = {
      "",
      "Also: vireo test [--yes]   sets the machine up, then runs every check and test",
      "Begin with: vireo demo"
    },
    subcommands = {
      DoctorCommand.class,
      UpCommand.class,
      StatusCommand.class,
      DownCommand.class,
      KubectlCommand.class,
      ConsoleCommand.class,
      EventsCommand.class,
      FenceCommand.class,
      ForgetCommand.class,
      ImagesCommand.class,
      DemoCommand.class,
      BenchCommand.class,
      DocsCommand.class,
      SimulateCommand.class,
      TortureCommand.class
    })
public final class VireoMain extends CommandGroup {

  @Option(
      names = "--state",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "Folder of the stack's state (default: .vireo in the repository).")
  private @Nullable Path state;

  VireoMain() {}

  /** Runs one command and ends the process with its status. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new VireoMain());
    line.setExpandAtFiles(false);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          if (failure instanceof InterruptedException) {
            // Ctrl-C: the shutdown hooks are at work, and there is nothing to say.
            return 1;
          }
          command.getErr().println("vireo: " + Failure.describe(failure));
          command.getErr().flush();
          return 1;
        });
    // All of kubectl's words are kubectl's, "--" and "-h" included.
    Objects.requireNonNull(line.getSubcommands().get("kubectl"))
        .setUnmatchedOptionsArePositionalParams(true)
        .setStopAtPositional(true)
        .setEndOfOptionsDelimiter("\0");
    return line;
  }

  /** The folders of this run. */
  Place place() {
    return Place.of(System.getenv("VIREO_HOME"), state);
  }

  /** A folder for a stack that is there for a fault test only. */
  StateDir tortureState() throws IOException {
    Path given = state;
    return new StateDir(
        given == null ? Files.createTempDirectory("vireo-torture-") : given.resolve("torture"));
  }

  /** Version of the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      Properties properties = new Properties();
      try (InputStream in =
          VireoMain.class.getResourceAsStream(
              "/META-INF/maven/io.vireo/vireo-cli/pom.properties")) {
        if (in != null) {
          properties.load(in);
        }
      }
      return new String[] {"vireo " + properties.getProperty("version", "(not packaged)")};
    }
  }
}
