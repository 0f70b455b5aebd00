package io.vireo.ingest.core;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An owner of VMIs as Kubernetes gave it: plain trees, secrets still inside. */
public record RawOwner(
    OwnerRef ref,
    long generation,
    long resourceVersion,
    long creationMs,
    @Nullable Long deletionMs,
    Map<String, String> labels,
    Map<String, String> annotations,
    List<String> finalizers,
    @Nullable Object spec,
    @Nullable Object status) {

  /** Never shows the object, which holds secrets. */
  @Override
  public String toString() {
    return "RawOwner[" + ref.subject() + "]";
  }
}
