package io.vireo.cli;

import io.vireo.dev.kafka.KafkaUsers;
import io.vireo.dev.stack.StackClient;
import io.vireo.dev.stack.StackFile;
import io.vireo.dev.stack.StateDir;
import io.vireo.schemas.KafkaConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folders that the commands work on.
 *
 * @param home the repository
 * @param state of the stack
 */
public record Place(Path home, StateDir state) {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./+:@-]+");

  static Place of(@Nullable String home, @Nullable Path state) {
    Path root = Path.of(home == null ? "." : home).toAbsolutePath().normalize();
    return new Place(root, new StateDir(state == null ? root.resolve(".vireo") : state));
  }

  /** The same with the state that commands work on which name none. */
  Place ofRepository() {
    return of(home.toString(), null);
  }

  /** Container images of this user. */
  public Path images() {
    return cache().resolve("images");
  }

  /** What the guest image is made of. */
  public Path guestWork() {
    return cache().resolve("guest");
  }

  private static Path cache() {
    return Path.of(System.getProperty("user.home", "/tmp"), ".cache", "vireo");
  }

  /** An example that comes with Vireo. */
  public Path example(String name) {
    return home.resolve("examples").resolve(name);
  }

  /** The launcher's jar, which goes into its image. */
  public Path launcherJar() throws IOException {
    Path folder = home.resolve("cli/target/lib");
    if (Files.isDirectory(folder)) {
      try (Stream<Path> jars = Files.list(folder)) {
        List<Path> found =
            jars.filter(jar -> jar.getFileName().toString().startsWith("vireo-launcher-")).toList();
        if (found.size() == 1) {
          return found.getFirst();
        }
      }
    }
    throw new IOException("Expected one vireo-launcher-*.jar in " + folder + "; build with ./mvnw");
  }

  /** Client of the stack. */
  public StackClient client() {
    return new StackClient(state);
  }

  /** Who to be on the stack's Kafka, by a name of {@code KafkaAccess}. */
  public KafkaConnection kafka(StackFile stack, String user) throws IOException {
    return new KafkaUsers(state.kafkaUsers()).connection(stack.kafkaBootstrap(), user);
  }

  /** How a person says this command for this very stack. */
  public String command(String words) {
    Path root = state.root();
    if (root.equals(home.resolve(".vireo"))) {
      return "vireo " + words;
    }
    String text = root.toString();
    String quoted = PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    return "vireo --state " + quoted + " " + words;
  }

  /** The log to read when something went wrong. */
  public Path log() {
    return state.logs().resolve("supervisor.log");
  }

  /** The stack, which has to run. */
  public StackFile running() throws IOException, Failure {
    StackClient client = client();
    Optional<StackFile> stack = client.status();
    if (stack.isEmpty() || !client.isRunning()) {
      throw noStack();
    }
    return stack.get();
  }

  /** Says that there is no stack, and how to get one. */
  Failure noStack() {
    return new Failure(
        "no stack runs on " + state.root() + "; start one with: " + command("up --detach"));
  }
}
