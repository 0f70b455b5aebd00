package io.vireo.dev.stack;

import java.nio.file.Path;

/**
 * What kind of stack to run.
 *
 * @param stateDir where its state lives
 * @param nodes number of nodes, 1 to 9
 * @param separate each part of Vireo in a process of its own
 */
public record StackOptions(Path stateDir, int nodes, boolean separate) {

  /** Most nodes that one machine is asked to stand in for. */
  public static final int NODES_MAX = 9;

  /** Checks the bounds. */
  public StackOptions {
    if (nodes < 1 || nodes > NODES_MAX) {
      throw new IllegalArgumentException(
          "Expected --nodes from 1 to " + NODES_MAX + ", but got " + nodes);
    }
  }

  /** The nodes' names. */
  public java.util.List<String> nodeNames() {
    return java.util.stream.IntStream.rangeClosed(1, nodes).mapToObj(i -> "node" + i).toList();
  }
}
