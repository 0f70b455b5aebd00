package io.vireo.dev.stack;

import io.vireo.dev.controlplane.Binaries;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What runs the pods of a stack. */
public enum PodRuntime {

  /** Vireo's node agent: local processes; needs neither root nor a container runtime. */
  PROCESS,

  /** A real kubelet and containerd; needs root. */
  KUBELET;

  /**
   * Reads the name as people write it.
   *
   * @throws IllegalArgumentException for any other
   */
  public static PodRuntime of(String text) {
    return switch (text) {
      case "process" -> PROCESS;
      case "kubelet" -> KUBELET;
      default ->
          throw new IllegalArgumentException(
              "Expected --runtime process or kubelet, but got " + text);
    };
  }

  /** The one that asks for most of what this user can run. */
  public static PodRuntime usable() {
    return "root".equals(System.getProperty("user.name")) ? KUBELET : PROCESS;
  }

  /** Which of Kubernetes' programs it takes. */
  public List<String> programs() {
    return this == KUBELET
        ? Stream.concat(Binaries.NAMES.stream(), Binaries.NODE_NAMES.stream()).toList()
        : Binaries.NAMES;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
