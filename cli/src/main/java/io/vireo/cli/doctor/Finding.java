package io.vireo.cli.doctor;

/**
 * The outcome of one check.
 *
 * @param check what was looked for
 * @param state how it is
 * @param found what was found, for people
 * @param fix what to do, for people; empty when there is nothing to do
 */
public record Finding(String check, State state, String found, String fix) {

  /** How it is. */
  public enum State {
    /** As it should be. */
    OK("ok"),
    /** Vireo runs, but not as well as it could. */
    WARNING("warning"),
    /** Vireo does not run without it. */
    MISSING("missing");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** As it is printed. */
    public String word() {
      return word;
    }
  }

  /** Whether Vireo cannot run. */
  public boolean isMissing() {
    return state == State.MISSING;
  }

  static Finding ok(String check, String found) {
    return new Finding(check, State.OK, found, "");
  }

  static Finding warning(String check, String found, String fix) {
    return new Finding(check, State.WARNING, found, fix);
  }

  static Finding missing(String check, String found, String fix) {
    return new Finding(check, State.MISSING, found, fix);
  }
}
