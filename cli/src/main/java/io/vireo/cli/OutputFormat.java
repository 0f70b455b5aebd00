package io.vireo.cli;

/** For whom to print. */
public enum OutputFormat {
  /** People. */
  TABLE,
  /** Programs. */
  JSON;

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
