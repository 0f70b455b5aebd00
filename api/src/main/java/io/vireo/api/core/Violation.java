package io.vireo.api.core;

/**
 * One reason why an object is refused.
 *
 * @param field where, like {@code spec.domain.devices.disks[0].lun}
 * @param message why, for people; shows no secret, and is bounded in length
 */
public record Violation(Cause cause, String field, String message) {

  /** What is wrong, by the names of Kubernetes' causes. */
  public enum Cause {
    /** Missing. */
    REQUIRED("FieldValueRequired"),
    /** Not a valid value. */
    INVALID("FieldValueInvalid"),
    /** Valid elsewhere, but not here. */
    NOT_SUPPORTED("FieldValueNotSupported"),
    /** Names something that does not exist. */
    NOT_FOUND("FieldValueNotFound"),
    /** There twice. */
    DUPLICATE("FieldValueDuplicate");

    private final String label;

    Cause(String label) {
      this.label = label;
    }

    /** The name on the wire. */
    public String label() {
      return label;
    }
  }

  @Override
  public String toString() {
    return field + ": " + message;
  }
}
