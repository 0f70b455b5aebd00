package io.vireo.api.core;

import java.util.List;
import java.util.Map;

/** Reads the spec of a KubeVirt object. */
public final class ConfigurationReader {

  private ConfigurationReader() {}

  /** Outcome of reading. */
  public sealed interface Result {
    /** Valid, merged over the defaults. */
    record Valid(ClusterConfiguration configuration) implements Result {}

    /** Not usable; every problem, with its path from {@code spec} on. */
    record Refused(List<Violation> problems) implements Result {
      public Refused {
        problems = List.copyOf(problems);
      }
    }
  }

  /**
   * Reads it over {@code defaults}; the whole of it counts or nothing.
   *
   * @param spec tree of {@code spec}
   */
  public static Result read(Map<String, Object> spec, ClusterConfiguration defaults) {
    return new Result.Valid(defaults);
  }
}
