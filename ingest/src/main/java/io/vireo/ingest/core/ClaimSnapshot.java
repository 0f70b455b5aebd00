package io.vireo.ingest.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A PersistentVolumeClaim, as far as anybody asks.
 *
 * @param requested the storage asked for, as Kubernetes writes it
 * @param capacity the storage that there is, once bound
 */
public record ClaimSnapshot(
    String namespace,
    String name,
    String uid,
    String phase,
    String volumeMode,
    List<String> accessModes,
    String requested,
    @Nullable String capacity) {

  public ClaimSnapshot {
    accessModes = List.copyOf(accessModes);
  }
}
