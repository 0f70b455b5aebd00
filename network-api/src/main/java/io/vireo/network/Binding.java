package io.vireo.network;

/** How a guest is bound to the network of its pod. */
public enum Binding {
  /** The guest has a private address behind the pod's. */
  MASQUERADE("masquerade"),
  /** The guest has the pod's own address and MAC. */
  BRIDGE("bridge");

  private final String word;

  Binding(String word) {
    this.word = word;
  }

  /** KubeVirt's name of it. */
  public String word() {
    return word;
  }

  /** The binding of this name. */
  public static Binding of(String word) {
    for (Binding binding : values()) {
      if (binding.word.equals(word)) {
        return binding;
      }
    }
    throw new IllegalArgumentException(
        "Expected the binding masquerade or bridge, but it is '" + word + "'");
  }
}
