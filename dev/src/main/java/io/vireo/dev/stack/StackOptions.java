package io.vireo.dev.stack;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What kind of stack to run.
 *
 * @param stateDir where its state lives
 * @param runtime what runs the pods
 * @param hostControlPlane Vireo's control plane as processes of this machine, and not as pods; it
 *     always is where the runtime is {@link PodRuntime#PROCESS}
 * @param nodes number of nodes, 1 to 9
 * @param schedulers number of schedulers that share the work, 1 to 3
 * @param separate each part of Vireo in a process of its own
 * @param failpoints folder through which a fault test ends parts at a named place; needs {@code
 *     separate}, since a whole process dies
 */
public record StackOptions(
    Path stateDir,
    PodRuntime runtime,
    boolean hostControlPlane,
    int nodes,
    int schedulers,
    boolean separate,
    Optional<Path> failpoints) {

  /** Most nodes that one machine is asked to stand in for. */
  public static final int NODES_MAX = 9;

  /** Most schedulers. */
  public static final int SCHEDULERS_MAX = 3;

  /** Checks the bounds. */
  public StackOptions {
    if (nodes < 1 || nodes > NODES_MAX) {
      throw new IllegalArgumentException(
          "Expected --nodes from 1 to " + NODES_MAX + ", but got " + nodes);
    }
    if (schedulers < 1 || schedulers > SCHEDULERS_MAX) {
      throw new IllegalArgumentException(
          "Expected --schedulers from 1 to " + SCHEDULERS_MAX + ", but got " + schedulers);
    }
    if (!hostControlPlane && runtime == PodRuntime.PROCESS) {
      throw new IllegalArgumentException(
          "Expected --control-plane host with --runtime process, but got pods; leave --control-plane"
              + " out, or add --runtime kubelet");
    }
    if (failpoints.isPresent() && !separate) {
      throw new IllegalArgumentException("Expected --separate with a folder for failpoints");
    }
    failpoints = failpoints.map(folder -> folder.toAbsolutePath().normalize());
  }

  /** Pods as processes, one scheduler, no failpoints. */
  public StackOptions(Path stateDir, int nodes, boolean separate) {
    this(stateDir, nodes, 1, separate, Optional.empty());
  }

  /** Pods as processes. */
  public StackOptions(
      Path stateDir, int nodes, int schedulers, boolean separate, Optional<Path> failpoints) {
    this(stateDir, PodRuntime.PROCESS, true, nodes, schedulers, separate, failpoints);
  }

  /** The nodes' names. */
  public List<String> nodeNames() {
    return IntStream.rangeClosed(1, nodes).mapToObj(i -> "node" + i).toList();
  }
}
