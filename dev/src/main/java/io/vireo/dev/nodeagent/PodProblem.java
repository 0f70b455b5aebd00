package io.vireo.dev.nodeagent;

/** Why a pod or container cannot go on now; in the words of its status. */
final class PodProblem extends Exception {

  private static final long serialVersionUID = 1;

  private final String reason;
  private final boolean lasting;

  private PodProblem(String reason, String message, boolean lasting) {
    super(message, null, false, false);
    this.reason = reason;
    this.lasting = lasting;
  }

  /** One that may go away by itself. */
  static PodProblem passing(String reason, String message) {
    return new PodProblem(reason, message, false);
  }

  /** One that makes the pod fail for good. */
  static PodProblem lasting(String message) {
    return new PodProblem("UnexpectedAdmissionError", message, true);
  }

  String reason() {
    return reason;
  }

  String text() {
    return String.valueOf(getMessage());
  }

  boolean isLasting() {
    return lasting;
  }
}
