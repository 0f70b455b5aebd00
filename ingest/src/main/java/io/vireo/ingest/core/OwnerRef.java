package io.vireo.ingest.core;

/**
 * Which owner of VMIs.
 *
 * @param kind of Kubernetes, which is that of {@link ListKind#owners()}
 */
public record OwnerRef(ListKind kind, String uid, String namespace, String name) {

  /** {@code namespace/name}. */
  public String subject() {
    return namespace + "/" + name;
  }
}
