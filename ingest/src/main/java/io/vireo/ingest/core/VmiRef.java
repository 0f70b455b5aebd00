package io.vireo.ingest.core;

/** Which VirtualMachineInstance. */
public record VmiRef(String uid, String namespace, String name) {

  /** {@code namespace/name}. */
  public String subject() {
    return namespace + "/" + name;
  }
}
