package io.vireo.ingest.core;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An owner of VMIs without secrets, as it goes on the topic. Each version of it is news: its status
 * is written on the very version that was seen, so that no request of a user is written over.
 *
 * @param requests of users, oldest first
 * @param lastVmiUid the newest VMI that was made for a VirtualMachine, if that is noted
 * @param actor user of the newest change, if admission saw it
 */
public record OwnerSnapshot(
    OwnerRef ref,
    long generation,
    long resourceVersion,
    long creationMs,
    @Nullable Long deletionMs,
    Map<String, String> labels,
    Map<String, String> annotations,
    List<String> finalizers,
    String specJson,
    List<StateChange> requests,
    String statusHash,
    @Nullable String lastVmiUid,
    @Nullable String actor) {

  public OwnerSnapshot {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
    finalizers = List.copyOf(finalizers);
    requests = List.copyOf(requests);
  }

  /**
   * An element of {@code status.stateChangeRequests}.
   *
   * @param vmiUid the VMI that a Stop means
   */
  public record StateChange(String action, @Nullable String vmiUid, Map<String, String> data) {

    public StateChange {
      data = Map.copyOf(data);
    }
  }
}
