package io.vireo.ingest.core;

/** A kind of object that is listed as a whole and then watched. */
public enum ListKind {
  /** PersistentVolumeClaims; told with the VMIs that name them, so no topic has their list. */
  CLAIM("PersistentVolumeClaim"),
  VMI("Vmi"),
  POD("Pod"),
  NODE("Node");

  private final String wireName;

  ListKind(String wireName) {
    this.wireName = wireName;
  }

  /** Name in control records. */
  public String wireName() {
    return wireName;
  }
}
