package io.vireo.scheduler.core;

import io.vireo.spec.Claim;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The VMI object as Kubernetes holds it.
 *
 * @param statusHash hash over what Vireo owns in it, as seen
 * @param epoch the epoch annotation as seen
 * @param claims those that the spec names, as far as they are there
 * @param controller the VirtualMachine or VirtualMachineInstanceReplicaSet that controls it
 * @param actor user of the newest change, if admission saw it
 */
public record Desired(
    long generation,
    long resourceVersion,
    long createdAtMs,
    @Nullable Long deletedAtMs,
    Map<String, String> labels,
    Map<String, String> annotations,
    List<String> finalizers,
    String specJson,
    @Nullable String phase,
    String statusHash,
    @Nullable Long epoch,
    @Nullable String nodeName,
    List<Claim> claims,
    @Nullable Controller controller,
    @Nullable String actor) {

  /** The owner of a VMI that has the say over it. */
  public record Controller(String kind, String uid) {
    static final String VIRTUAL_MACHINE = "VirtualMachine";
  }

  public Desired {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
    finalizers = List.copyOf(finalizers);
    // A state of an earlier release has none.
    claims = claims == null ? List.of() : List.copyOf(claims);
  }
}
