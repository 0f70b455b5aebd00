package io.vireo.dev.stack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What this machine offers. */
final class Machine {

  private Machine() {}

  /** Whether this user may use KVM. */
  static boolean hasKvm() {
    try (FileChannel kvm =
        FileChannel.open(Path.of("/dev/kvm"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return kvm.isOpen();
    } catch (IOException e) {
      return false;
    }
  }

  /** Container images of this user, shared by all stacks. */
  static Path imageStore() {
    return Path.of(System.getProperty("user.home", "/tmp"), ".cache", "vireo", "images");
  }
}
