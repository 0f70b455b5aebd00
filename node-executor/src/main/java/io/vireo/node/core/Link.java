package io.vireo.node.core;

import io.vireo.node.core.LaneState.DomainView;
import io.vireo.node.core.LaneState.Failure;
import io.vireo.node.core.NodeCommandData.StartDomain;
import org.jspecify.annotations.Nullable;

/**
 * A connected launcher.
 *
 * @param session number of the connection; a higher one is newer
 * @param epoch the epoch that it says it belongs to
 * @param pod {@code namespace/name} by the word of the kubelet
 * @param prepared disks and libvirtd are ready
 * @param failure why it could not prepare, said before its epoch was held
 * @param retry of a domain that is paused on an I/O error
 * @param agent of the guest
 */
public record Link(
    long session,
    long epoch,
    String pod,
    boolean prepared,
    boolean marked,
    @Nullable DomainView domain,
    @Nullable Failure failure,
    @Nullable Retry retry,
    GuestAgent agent) {

  boolean isOf(StartDomain start) {
    return epoch == start.header().epoch()
        && pod.equals(start.podNamespace() + "/" + start.podName());
  }

  Link withPrepared() {
    return new Link(session, epoch, pod, true, marked, domain, failure, retry, agent);
  }

  Link withMarked() {
    return new Link(session, epoch, pod, prepared, true, domain, failure, retry, agent);
  }

  Link withDomain(DomainView view) {
    return new Link(session, epoch, pod, prepared, marked, view, failure, retry, agent);
  }

  Link withFailure(Failure why) {
    return new Link(session, epoch, pod, prepared, marked, domain, why, retry, agent);
  }

  Link withRetry(@Nullable Retry next) {
    return new Link(session, epoch, pod, prepared, marked, domain, failure, next, agent);
  }

  Link withAgent(GuestAgent next) {
    return new Link(session, epoch, pod, prepared, marked, domain, failure, retry, next);
  }
}
