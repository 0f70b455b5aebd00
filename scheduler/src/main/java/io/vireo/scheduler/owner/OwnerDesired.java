package io.vireo.scheduler.owner;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An owner of VMIs as Kubernetes holds it.
 *
 * @param specJson its spec, inline secrets replaced
 * @param requests what users asked of a VirtualMachine and what is not done yet, oldest first
 * @param statusHash hash over its status, as seen
 * @param lastVmiUid the newest VMI that was made for a VirtualMachine, where that is noted
 * @param actor user of the newest change, if admission saw it
 */
public record OwnerDesired(
    long generation,
    long resourceVersion,
    long createdAtMs,
    @Nullable Long deletedAtMs,
    Map<String, String> labels,
    Map<String, String> annotations,
    List<String> finalizers,
    String specJson,
    List<StateChange> requests,
    String statusHash,
    @Nullable String lastVmiUid,
    @Nullable String actor) {

  public OwnerDesired {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
    finalizers = List.copyOf(finalizers);
    requests = List.copyOf(requests);
  }

  /**
   * What a user asked of a VirtualMachine.
   *
   * @param action Start or Stop
   * @param vmiUid the VMI that a Stop means
   */
  public record StateChange(String action, @Nullable String vmiUid, Map<String, String> data) {

    public StateChange {
      data = Collections.unmodifiableSortedMap(new TreeMap<>(data));
    }

    boolean isStart() {
      return action.equals("Start");
    }

    boolean isStop() {
      return action.equals("Stop");
    }

    boolean asksForPaused() {
      return "true".equals(data.get("paused"));
    }
  }
}
