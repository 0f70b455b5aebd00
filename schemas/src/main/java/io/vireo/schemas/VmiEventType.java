package io.vireo.schemas;

/**
 * The catalogue of facts on {@code vireo.vmi.events.v1}: one constant a kind of fact. The name goes
 * on the wire in the field {@code type}.
 */
public enum VmiEventType {
  VMI_OBSERVED("VmiObserved", "Kubernetes holds a new state of the VMI."),
  VMI_DELETION_REQUESTED("VmiDeletionRequested", "Kubernetes marked the VMI for deletion."),
  VMI_DELETED("VmiDeleted", "The VMI object is gone from Kubernetes."),
  PODS_OBSERVED("PodsObserved", "The launcher pods of the VMI changed."),
  DOMAINS_OBSERVED("DomainsObserved", "A node reported on the VMI's domain or launcher."),
  NODE_OBSERVED("NodeObserved", "The standing of the VMI's node changed."),
  OBSERVATION_GAP(
      "ObservationGap",
      "News was, or may have been, missed: a watch broke, or reports of a node are missing."),
  TIMER_FIRED("TimerFired", "A wake-up that an earlier decision asked for came due."),
  DECISION_FAILED(
      "DecisionFailed",
      "An input could not be decided upon, and what went wrong; it is among the dead letters."),
  SPEC_REFUSED("SpecRefused", "The spec asks for something that Vireo refuses, with the paths."),
  EPOCH_OPENED("EpochOpened", "A new epoch was assigned; its launcher pod is to be created."),
  EPOCH_BOUND("EpochBound", "Kubernetes bound the epoch's launcher pod to a node."),
  EPOCH_CLOSED("EpochClosed", "Nothing will start for this epoch any more, and how that is known."),
  PHASE_CHANGED("PhaseChanged", "The VMI's phase changed."),
  COMMAND_ISSUED("CommandIssued", "A command was decided and published."),
  COMMAND_DONE("CommandDone", "The command had its effect."),
  COMMAND_REFUSED("CommandRefused", "The executor would not do it, and why."),
  COMMAND_FAILED("CommandFailed", "The executor tried and failed, and why."),
  COMMAND_SUPERSEDED("CommandSuperseded", "A later command took its place before it was done."),
  COMMAND_EXPIRED("CommandExpired", "It was older than its topic keeps; decided anew."),
  COMMAND_UNKNOWN("CommandUnknown", "It timed out; the effect may have happened."),
  VMI_ENDED("VmiEnded", "The end of this uid is proven, and how.");

  private final String wireName;
  private final String meaning;

  VmiEventType(String wireName, String meaning) {
    this.wireName = wireName;
    this.meaning = meaning;
  }

  /** Name on the wire. */
  public String wireName() {
    return wireName;
  }

  /** One sentence for people. */
  public String meaning() {
    return meaning;
  }
}
