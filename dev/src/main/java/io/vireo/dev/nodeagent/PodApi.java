package io.vireo.dev.nodeagent;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Optional;

/**
 * What a pod's worker needs of Kubernetes. Every call may throw a runtime exception and be
 * repeated.
 */
interface PodApi {

  /**
   * A secret's content by key.
   *
   * @return empty if there is none
   */
  Optional<Map<String, byte[]>> secret(String namespace, String name);

  /**
   * A config map's content by key.
   *
   * @return empty if there is none
   */
  Optional<Map<String, byte[]>> configMap(String namespace, String name);

  /**
   * The volume that a claim is bound to.
   *
   * @return empty if there is no such claim
   */
  Optional<BoundVolume> claimed(String namespace, String claim);

  /**
   * A claim's volume.
   *
   * @param path folder on this node; empty while the claim is not bound, or if it is of a kind that
   *     is no folder of a node
   * @param kind what it is, for people
   */
  record BoundVolume(Optional<String> path, String kind) {}

  /** A token of the pod's service account, for as long as the pod exists. */
  String token(Pod pod, String audience, long seconds);

  /**
   * Merges into the pod's status.
   *
   * @return false if there is no such pod any more
   */
  boolean patchStatus(Pod pod, Map<String, Object> status);

  /** Removes the pod at once; nothing to remove is fine. */
  void delete(Pod pod);

  /** Tells whoever looks at the pod. */
  void warn(Pod pod, String reason, String message);
}
