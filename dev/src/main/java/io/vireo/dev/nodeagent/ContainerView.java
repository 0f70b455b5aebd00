package io.vireo.dev.nodeagent;

import io.fabric8.kubernetes.api.model.Container;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known about a container at one moment.
 *
 * @param container of the spec
 * @param isInit whether it has to end, or as a sidecar to start, before the ordinary ones begin
 * @param state of its newest attempt
 * @param last how the attempt before ended
 * @param restarts how many attempts ended before
 * @param id of the newest attempt, empty before the first
 * @param imageId digest, empty when unknown
 */
record ContainerView(
    Container container,
    boolean isInit,
    State state,
    Optional<Exit> last,
    int restarts,
    String id,
    String imageId) {

  /** Of one attempt. */
  sealed interface State {}

  /** Not started, or not ready. */
  record Waiting(String reason, String message) implements State {}

  /** Its program runs. */
  record Running(Instant since) implements State {}

  /** No process is left. */
  record Ended(Exit exit) implements State {}

  boolean succeeded() {
    return state instanceof Ended ended && ended.exit().code() == 0;
  }

  boolean isSidecar() {
    return isInit && isSidecar(container);
  }

  /** An init container that goes on while the ordinary ones run. */
  static boolean isSidecar(Container container) {
    return "Always".equals(container.getRestartPolicy());
  }

  /** Whether what comes after this init container may begin. */
  boolean initialized() {
    return isSidecar() ? isRunning() || hasEnded() || last.isPresent() : succeeded();
  }

  boolean hasEnded() {
    return state instanceof Ended;
  }

  boolean isRunning() {
    return state instanceof Running;
  }
}
