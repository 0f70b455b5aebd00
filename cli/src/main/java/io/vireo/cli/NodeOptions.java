package io.vireo.cli;

import io.vireo.schemas.avro.NodeAction;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What {@code vireo fence} and {@code vireo forget} have in common. */
final class NodeOptions {

  private static final int TIMEOUT_SECONDS_MAX = 3600;

  @Parameters(paramLabel = "NODE", description = "Name of the node.")
  private String node = "";

  @Option(
      names = "--confirm",
      description = "Say it. Without this, what it means is explained and nothing is done.")
  private boolean confirm;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record.")
  private String reason = "";

  @Option(
      names = "--uid",
      paramLabel = "UID",
      description = "uid of the Node that is meant (default: the one that bears the name now).")
  private @Nullable String uid;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "How long to wait for the record of it (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds = 30;

  @Option(
      names = {"-o", "--output"},
      description = "table or json (default: ${DEFAULT-VALUE}).")
  private OutputFormat output = OutputFormat.TABLE;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  /** As the command's words say; force where the command has such a word. */
  NodeWord.Wish wish(NodeAction action, boolean force) {
    CommandSpec self = command;
    if (self != null && (timeoutSeconds < 1 || timeoutSeconds > TIMEOUT_SECONDS_MAX)) {
      throw new ParameterException(
          self.commandLine(),
          "Expected --timeout from 1 to " + TIMEOUT_SECONDS_MAX + ", but got " + timeoutSeconds);
    }
    return new NodeWord.Wish(
        action, node, uid, reason, confirm, force, Duration.ofSeconds(timeoutSeconds));
  }

  OutputFormat output() {
    return output;
  }
}
