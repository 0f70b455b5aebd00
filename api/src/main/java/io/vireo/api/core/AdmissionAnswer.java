package io.vireo.api.core;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is answered to a request. */
public sealed interface AdmissionAnswer {

  /** What people should know, whatever the answer. */
  List<String> warnings();

  /**
   * The request may go on.
   *
   * @param changed the object as it is to be stored; null if it is right as it came
   */
  record Allowed(@Nullable Map<String, Object> changed, List<String> warnings)
      implements AdmissionAnswer {
    public Allowed {
      warnings = List.copyOf(warnings);
    }

    /** As it came, without a word. */
    public static Allowed unchanged() {
      return new Allowed(null, List.of());
    }
  }

  /**
   * It may not.
   *
   * @param code of HTTP
   * @param reason of Kubernetes' Status, such as {@code Invalid}
   * @param violations every one that was found, in the order of the object; at least one
   */
  record Denied(int code, String reason, List<Violation> violations, List<String> warnings)
      implements AdmissionAnswer {
    public Denied {
      violations = List.copyOf(violations);
      warnings = List.copyOf(warnings);
    }
  }
}
