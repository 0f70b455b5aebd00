package io.vireo.dev.images;

import java.util.List;
import java.util.Map;

/**
 * What an image says about running it. Each list may be empty.
 *
 * @param entrypoint program and first arguments
 * @param command arguments, or the program when there is no entrypoint
 * @param environment variables as {@code NAME=value}
 * @param workingDir absolute folder, or empty for the root
 * @param user {@code uid[:gid]}, or empty for root
 * @param labels free text by name
 */
public record ImageConfig(
    List<String> entrypoint,
    List<String> command,
    List<String> environment,
    String workingDir,
    String user,
    Map<String, String> labels) {

  /** Label that tells what an image was made from; the same recipe gives the same image. */
  public static final String LABEL_RECIPE = "io.vireo.recipe";

  /** Label whose value {@link #BASE_HOST} asks for the machine's own programs beneath the image. */
  public static final String LABEL_BASE = "io.vireo.base";

  /** See {@link #LABEL_BASE}. */
  public static final String BASE_HOST = "host";

  /** An image that says nothing: data only. */
  public static final ImageConfig EMPTY =
      new ImageConfig(List.of(), List.of(), List.of(), "", "", Map.of());

  /** Copies what may change. */
  public ImageConfig {
    entrypoint = List.copyOf(entrypoint);
    command = List.copyOf(command);
    environment = List.copyOf(environment);
    labels = Map.copyOf(labels);
  }

  /** The same with this entrypoint. */
  public ImageConfig withEntrypoint(String... values) {
    return new ImageConfig(List.of(values), command, environment, workingDir, user, labels);
  }

  /** The same with this command. */
  public ImageConfig withCommand(String... values) {
    return new ImageConfig(entrypoint, List.of(values), environment, workingDir, user, labels);
  }

  /** The same with these variables, each {@code NAME=value}. */
  public ImageConfig withEnvironment(String... values) {
    return new ImageConfig(entrypoint, command, List.of(values), workingDir, user, labels);
  }

  /** The same, run as this user, {@code uid[:gid]}. */
  public ImageConfig withUser(String value) {
    return new ImageConfig(entrypoint, command, environment, workingDir, value, labels);
  }

  /** The same with these labels. */
  public ImageConfig withLabels(Map<String, String> values) {
    return new ImageConfig(entrypoint, command, environment, workingDir, user, values);
  }

  /** Whether the machine's own programs lie beneath the image's files. */
  public boolean isOnHostBase() {
    return BASE_HOST.equals(labels.get(LABEL_BASE));
  }
}
