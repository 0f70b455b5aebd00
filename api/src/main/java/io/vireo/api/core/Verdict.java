package io.vireo.api.core;

import io.vireo.api.core.Violation.Cause;
import java.util.ArrayList;
import java.util.List;

/** Turns what was found into an answer. */
final class Verdict {

  /** More than these are counted, not listed. */
  static final int LISTED_MAX = 64;

  private static final int UNPROCESSABLE = 422;

  private Verdict() {}

  static AdmissionAnswer of(List<Violation> found, List<String> warnings) {
    if (found.isEmpty()) {
      return new AdmissionAnswer.Allowed(null, warnings);
    }
    List<Violation> listed = new ArrayList<>(found.subList(0, Math.min(found.size(), LISTED_MAX)));
    if (found.size() > LISTED_MAX) {
      listed.add(new Violation(Cause.INVALID, "spec", "has more problems, which are not listed"));
    }
    return new AdmissionAnswer.Denied(UNPROCESSABLE, "Invalid", listed, warnings);
  }
}
