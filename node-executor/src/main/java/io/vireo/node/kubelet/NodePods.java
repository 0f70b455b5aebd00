package io.vireo.node.kubelet;

import io.vireo.node.launcher.PodName;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The pods of this node. */
@FunctionalInterface
public interface NodePods {

  /**
   * Pods that hold a launcher's device, by the word of the kubelet. Fails if it does not answer, or
   * if its answer is known to leave out a pod.
   */
  CompletableFuture<Set<PodName>> launcherPods();
}
