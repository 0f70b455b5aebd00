package io.vireo.schemas;

/**
 * The catalogue of facts on {@code vireo.vm.events.v1}: one constant a kind of fact. The name goes
 * on the wire in the field {@code type}.
 */
public enum VmEventType {
  VM_OBSERVED("VmObserved", "Kubernetes holds a new state of the object."),
  VM_DELETION_REQUESTED("VmDeletionRequested", "Kubernetes marked the object for deletion."),
  VM_DELETED("VmDeleted", "The object is gone from Kubernetes."),
  VMI_OBSERVED("VmiObserved", "A VMI of the object is in a new state."),
  VMI_RELEASED("VmiReleased", "A VMI has another controller now, or none."),
  OBSERVATION_GAP("ObservationGap", "News may have been missed: a watch broke."),
  TIMER_FIRED("TimerFired", "A wake-up that an earlier decision asked for came due."),
  DECISION_FAILED(
      "DecisionFailed",
      "An input could not be decided upon, and what went wrong; it is among the dead letters."),
  SPEC_REFUSED("SpecRefused", "The spec asks for something that Vireo refuses, with the paths."),
  START_FAILED("StartFailed", "A VMI failed before its guest ran."),
  STATUS_CHANGED("StatusChanged", "The summary of the status changed."),
  COMMAND_ISSUED("CommandIssued", "A command was decided and published."),
  COMMAND_DONE("CommandDone", "The command had its effect."),
  COMMAND_REFUSED("CommandRefused", "The executor would not do it, and why."),
  COMMAND_FAILED("CommandFailed", "The executor tried and failed, and why."),
  COMMAND_SUPERSEDED("CommandSuperseded", "A later state of the object took its place."),
  COMMAND_EXPIRED("CommandExpired", "It was older than its topic keeps; decided anew."),
  COMMAND_UNKNOWN("CommandUnknown", "It timed out; the effect may have happened."),
  VM_ENDED("VmEnded", "Nothing of the object is left, and how that is known.");

  private final String wireName;
  private final String meaning;

  VmEventType(String wireName, String meaning) {
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
