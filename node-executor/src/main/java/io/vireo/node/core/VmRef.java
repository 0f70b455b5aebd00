package io.vireo.node.core;

/** Which VMI. */
public record VmRef(String uid, String namespace, String name) {

  private static final int UID_MAX = 64;

  /** Refuses a uid that could not be part of a file's name. */
  public VmRef {
    if (uid.length() > UID_MAX || !uid.matches("[A-Za-z0-9-]+")) {
      throw new IllegalArgumentException("Expected a uid of letters, digits and dashes");
    }
  }

  /** libvirt's name of its domain. */
  public String domainName() {
    return namespace + "_" + name;
  }
}
