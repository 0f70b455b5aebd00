package io.vireo.spec;

/**
 * One reason why a VMI is refused.
 *
 * @param path where, like {@code spec.domain.devices.disks[0].lun}
 * @param message why, for people; never quotes a secret and is bounded in length
 */
public record Problem(Kind kind, String path, String message) {

  /** What is wrong; the names are those of Kubernetes' causes without their prefix. */
  public enum Kind {
    /** Valid for the API, but Vireo does not do it yet. */
    NOT_SUPPORTED("NotSupported"),
    /** Not a valid value. */
    INVALID("Invalid"),
    /** Missing. */
    REQUIRED("Required"),
    /** Names something that does not exist. */
    NOT_FOUND("NotFound");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** CamelCase name for conditions. */
    public String label() {
      return label;
    }
  }

  @Override
  public String toString() {
    return path + ": " + message;
  }
}
