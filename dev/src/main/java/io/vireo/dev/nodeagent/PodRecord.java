package io.vireo.dev.nodeagent;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the agent has to know again about a pod after it was killed itself. Written as JSON. */
final class PodRecord {

  /** The pod as it was last seen. */
  public Pod pod = new Pod();

  /** The pod's address on this machine. */
  public String podIp = "";

  /** When the agent took the pod on, RFC 3339. */
  public String startTime = "";

  /** Whether volumes and devices were found to be possible. */
  public boolean admitted;

  /** Why the pod as a whole failed, whatever its containers did. */
  public @Nullable Verdict verdict;

  /** Set from when its processes were told to end. */
  public boolean terminating;

  /** Nothing of the pod runs any more, and nothing will. */
  public boolean finished;

  public List<Allocation> allocations = new ArrayList<>();

  /** By name; init containers too. */
  public Map<String, ContainerRecord> containers = new HashMap<>();

  /**
   * Why a pod failed.
   *
   * @param reason one word
   * @param message sentence
   */
  record Verdict(String reason, String message) {}

  /** How far a container got. */
  static final class ContainerRecord {

    /** Number of the newest attempt, or -1; its folder carries it. */
    public int attempt = -1;

    /** How often it ended before and was started again. */
    public int restarts;

    public String imageId = "";
  }

  ContainerRecord container(String name) {
    return containers.computeIfAbsent(name, n -> new ContainerRecord());
  }

  @JsonIgnore
  Optional<Verdict> verdictIfAny() {
    return Optional.ofNullable(verdict);
  }
}
