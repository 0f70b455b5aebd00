package io.vireo.dev.nodeagent;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * All that is needed to run one container once.
 *
 * @param files of the image, shared and never written to
 * @param hostBase whether the machine's own programs lie beneath them
 * @param mounts in any order
 * @param environment complete
 * @param command program and arguments, at least one word
 * @param workingDir absolute
 * @param hostname of the UTS namespace
 * @param user whom to run as
 * @param readOnlyRoot whether the root file system is read-only
 * @param log file that standard output and error are appended to
 */
record ContainerPlan(
    Path files,
    boolean hostBase,
    List<Bind> mounts,
    Map<String, String> environment,
    List<String> command,
    String workingDir,
    String hostname,
    User user,
    boolean readOnlyRoot,
    Path log) {

  ContainerPlan {
    mounts = List.copyOf(mounts);
    environment = Map.copyOf(environment);
    command = List.copyOf(command);
    if (command.isEmpty()) {
      throw new IllegalArgumentException("Expected a command with at least one word");
    }
  }

  /**
   * Something of the machine's shown in the container.
   *
   * @param source on the machine: a folder, file, socket or device
   * @param target absolute path in the container
   * @param readOnly whether it cannot be written through this mount
   */
  record Bind(Path source, String target, boolean readOnly) {

    Bind {
      if (!target.startsWith("/")) {
        throw new IllegalArgumentException("Expected an absolute mount path, but got " + target);
      }
    }
  }

  /**
   * Numbers of the container's first process.
   *
   * @param groups supplementary groups
   */
  record User(long uid, long gid, List<Long> groups) {

    User {
      groups = List.copyOf(groups);
    }
  }
}
