package io.vireo.ingest.core;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A VirtualMachineInstance without secrets, as it goes on the topic.
 *
 * @param claims those that the spec names, as far as they are there
 * @param actor user of the newest change, if admission saw it
 */
public record VmiSnapshot(
    VmiRef ref,
    long generation,
    long resourceVersion,
    long creationMs,
    @Nullable Long deletionMs,
    Map<String, String> labels,
    Map<String, String> annotations,
    List<String> finalizers,
    String ownerReferences,
    String specJson,
    @Nullable String phase,
    String statusHash,
    @Nullable Long epoch,
    @Nullable String nodeName,
    List<ClaimSnapshot> claims,
    @Nullable String actor) {

  public VmiSnapshot {
    claims = List.copyOf(claims);
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
    finalizers = List.copyOf(finalizers);
  }

  /**
   * Whether both say the same. The two versions do not count: without a status subresource every
   * write moves them, also one that changes nothing anybody asked about.
   */
  boolean saysTheSameAs(VmiSnapshot other) {
    return withoutVersions().equals(other.withoutVersions());
  }

  private VmiSnapshot withoutVersions() {
    return new VmiSnapshot(
        ref,
        0,
        0,
        creationMs,
        deletionMs,
        labels,
        annotations,
        finalizers,
        ownerReferences,
        specJson,
        phase,
        statusHash,
        epoch,
        nodeName,
        claims,
        actor);
  }

  VmiSnapshot withClaims(List<ClaimSnapshot> found) {
    return new VmiSnapshot(
        ref,
        generation,
        resourceVersion,
        creationMs,
        deletionMs,
        labels,
        annotations,
        finalizers,
        ownerReferences,
        specJson,
        phase,
        statusHash,
        epoch,
        nodeName,
        found,
        actor);
  }
}
