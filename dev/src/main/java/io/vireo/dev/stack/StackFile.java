package io.vireo.dev.stack;

import io.vireo.dev.process.ProcessStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a running stack says of itself, in {@code .vireo/stack.json}. It names no secret, only files
 * that hold one.
 *
 * @param supervisorPid process of the supervisor
 * @param supervisorStart its start as the kernel counts it, so that a reused pid is not taken for
 *     it
 * @param separate whether each part has a process of its own
 * @param kafkaBootstrap Kafka's address
 * @param registryUrl the schema registry
 * @param apiServerUrl the Kubernetes API server
 * @param nodes the nodes
 * @param components every part with a process or a health address
 */
public record StackFile(
    long supervisorPid,
    long supervisorStart,
    boolean separate,
    String kafkaBootstrap,
    String registryUrl,
    String apiServerUrl,
    List<Node> nodes,
    List<Component> components) {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** One node: where its executor serves consoles. */
  public record Node(String name, String consoleAddress, String consoleTokenFile) {}

  /**
   * One part.
   *
   * @param name its name
   * @param pid its process; the supervisor's for a part that runs within it
   * @param healthAddress {@code host:port} of its health endpoint, if it has one
   * @param address what clients use, if anything
   * @param log its log file
   */
  public record Component(
      String name,
      long pid,
      @Nullable String healthAddress,
      @Nullable String address,
      String log) {}

  /** The file of this state, if there is one. */
  public static Optional<StackFile> read(StateDir state) {
    try {
      return Optional.of(MAPPER.readValue(Files.readString(state.stackFile()), StackFile.class));
    } catch (java.nio.file.NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | JacksonException e) {
      throw new IllegalStateException(
          "Expected " + state.stackFile() + " to describe a stack, but it is unreadable; remove it",
          e);
    }
  }

  void write(StateDir state) throws IOException {
    Path file = state.stackFile();
    Path fresh = file.resolveSibling("stack.json.tmp");
    Files.writeString(fresh, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(this));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Whether the supervisor lives. */
  public boolean isRunning() {
    return ProcessStart.isAlive(supervisorPid, supervisorStart);
  }

  /** The component of this name. */
  public Optional<Component> component(String name) {
    return components.stream().filter(component -> component.name().equals(name)).findFirst();
  }
}
