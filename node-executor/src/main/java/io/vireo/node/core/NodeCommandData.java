package io.vireo.node.core;

import org.jspecify.annotations.Nullable;

/** A command for this node as data. */
public sealed interface NodeCommandData {

  /** Whom it is for and its place in the order. */
  Header header();

  /** Name of its record on the wire. */
  default String type() {
    return getClass().getSimpleName();
  }

  /**
   * What every command carries.
   *
   * @param pod {@code namespace/name} of the epoch's launcher pod, when known
   */
  record Header(
      String commandId,
      VmRef vm,
      String node,
      String nodeUid,
      long issuedAtMs,
      long epoch,
      long seq,
      @Nullable String pod) {

    /** A header that names no pod. */
    public Header(
        String commandId,
        VmRef vm,
        String node,
        String nodeUid,
        long issuedAtMs,
        long epoch,
        long seq) {
      this(commandId, vm, node, nodeUid, issuedAtMs, epoch, seq, null);
    }
  }

  /** Form the domain once the launcher in this pod has dialled in. */
  record StartDomain(Header header, String podNamespace, String podName, DomainSpec domain)
      implements NodeCommandData {}

  /** ACPI shutdown, then destroy from the deadline on. */
  record StopDomain(Header header, long gracePeriodSeconds, long deadlineMs)
      implements NodeCommandData {}

  /** Destroy at once. */
  record DestroyDomain(Header header) implements NodeCommandData {}

  /** Acknowledge that nothing will be started for this epoch any more. */
  record CloseEpoch(Header header) implements NodeCommandData {}
}
