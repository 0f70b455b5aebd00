package io.vireo.dev.nodeagent;

import java.nio.file.Path;

/**
 * The folder of one attempt at a container, and the files in it by which the attempt's processes
 * and the agent tell each other what happened. They outlive both.
 */
record Attempt(Path folder) {

  /** Exists until either the shim has begun or the agent has given the attempt up. */
  Path armedFile() {
    return folder.resolve("armed");
  }

  Path runScript() {
    return folder.resolve("run.sh");
  }

  Path shimScript() {
    return folder.resolve("shim.sh");
  }

  /** Number and start of the shim; there before {@link #armedFile()} goes. */
  Path shimFile() {
    return folder.resolve("shim");
  }

  /** Number and start of the container's first process, as the machine sees it. */
  Path initFile() {
    return folder.resolve("init");
  }

  /** Exists when the root file system was built and the container's program took over. */
  Path readyFile() {
    return folder.resolve("ready");
  }

  /** Exit code; appears whole, when no process of the container is left. */
  Path exitFile() {
    return folder.resolve("exit");
  }

  /** What went wrong before the program took over. */
  Path problemFile() {
    return folder.resolve("problem");
  }

  Path root() {
    return folder.resolve("root");
  }

  Path scratch() {
    return folder.resolve("scratch");
  }
}
