package io.vireo.dev.stack;

import java.nio.file.Path;

/** What this machine offers. */
final class Machine {

  private Machine() {}

  /** Container images of this user, shared by all stacks. */
  static Path imageStore() {
    return Path.of(System.getProperty("user.home", "/tmp"), ".cache", "vireo", "images");
  }
}
