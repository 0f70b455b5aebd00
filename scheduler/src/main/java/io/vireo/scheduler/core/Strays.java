package io.vireo.scheduler.core;

import io.vireo.scheduler.core.VmiState.Failure;

/**
 * What must not be there any more: a live domain of an epoch whose end was taken for proven, and
 * launcher pods that came to life after it.
 */
final class Strays {

  private static final String DELETE = "DeleteLauncherPod";
  private static final String DESTROY = "DestroyDomain";

  /** How long the pod of an epoch that ended may take to end as well. */
  static final long LINGER_MS = 60_000;

  private final Draft draft;
  private final Surroundings around;

  Strays(Draft draft, Surroundings around) {
    this.draft = draft;
    this.around = around;
  }

  /** Destroys domains that are not of the newest epoch, or of a closed one. */
  void destroyOthers() {
    Epoch newest = draft.epoch;
    if (newest == null || !around.isListed()) {
      return;
    }
    for (Domain domain : draft.observed.domains()) {
      boolean isOther = newest.isClosed() || domain.epoch() != newest.number();
      if (isOther && domain.isAlive()) {
        destroy(domain, "EpochClosed");
      } else if (isOther) {
        draft.succeeded(draft.attemptKey(DESTROY, domain.epoch()));
      }
    }
  }

  /**
   * Destroys everything reported of a uid that nobody wants. Only after the lists, which would have
   * named the object: what was never heard of is not unwanted.
   */
  void destroyAll() {
    if (!around.isListed()) {
      return;
    }
    for (Domain domain : draft.observed.domains()) {
      if (!domain.isProvenEnded()) {
        destroy(domain, "VmiEnded");
      }
    }
  }

  /**
   * Deletes, of a uid that nobody wants, the pods that nobody else will: the garbage collector asks
   * for the deletion of what lost its owner, but nobody is left on a fenced node to confirm it.
   */
  void deletePodsOnFencedNodes() {
    if (!around.isListed()) {
      return;
    }
    for (Pod pod : draft.observed.pods()) {
      if (isOnFencedNode(pod) && !draft.isPending(DELETE, pod.name()) && draft.mayTry(DELETE)) {
        draft.issue(
            new Command.DeleteLauncherPod(pod.name(), pod.uid(), 0L), pod.name(), null, null);
      }
    }
  }

  /** Whether nobody is left to confirm the end of a pod. */
  boolean isOnFencedNode(Pod pod) {
    return pod.nodeName() != null
        && around.node(pod.nodeName()).filter(Surroundings.Node::isFenced).isPresent();
  }

  private void destroy(Domain domain, String reason) {
    around
        .node(domain.node())
        .filter(Surroundings.Node::takesCommands)
        .filter(node -> !draft.isPending(DESTROY, domain.epoch(), node.name()))
        .filter(node -> draft.mayTry(draft.attemptKey(DESTROY, domain.epoch())))
        .ifPresent(
            node ->
                draft.issue(
                    new Command.DestroyDomain(node.name(), node.uid(), reason),
                    domain.epoch(),
                    node.name(),
                    null,
                    null));
  }

  /**
   * Whether a node that is there reports a live domain of another epoch than this one: nothing is
   * opened or started beside it.
   *
   * @param number the epoch that may be alive; 0 for none
   */
  boolean isAnotherAlive(long number) {
    for (Domain domain : draft.observed.domains()) {
      if (domain.isAlive()
          && domain.epoch() != number
          && around.node(domain.node()).filter(Surroundings.Node::takesCommands).isPresent()) {
        draft.problem(
            new Failure(
                "StrayDomain",
                "Node "
                    + domain.node()
                    + " reports a live domain of epoch "
                    + domain.epoch()
                    + ", which is closed; it is being destroyed."));
        return true;
      }
    }
    return false;
  }

  /** Deletes pods of closed epochs that are there again, or still. */
  void deletePods() {
    Epoch newest = draft.epoch;
    if (newest == null) {
      return;
    }
    boolean any = false;
    for (Pod pod : draft.observed.pods()) {
      boolean ofNewest = pod.epoch() >= newest.number();
      if (pod.isTerminal() || pod.deletedAtMs() != null || (ofNewest && !newest.isClosed())) {
        continue;
      }
      any = true;
      boolean isTheSame = newest.podUid() == null || newest.podUid().equals(pod.uid());
      long dueMs = ofNewest && isTheSame ? newest.closedAtMs() + LINGER_MS : draft.nowMs;
      if (draft.nowMs < dueMs) {
        draft.wakeAt(dueMs);
      } else if (!draft.isPending(DELETE, pod.name()) && draft.mayTry(DELETE)) {
        draft.issue(
            new Command.DeleteLauncherPod(pod.name(), pod.uid(), null), pod.name(), null, null);
      }
    }
    if (!any) {
      draft.succeeded(DELETE);
    }
  }
}
