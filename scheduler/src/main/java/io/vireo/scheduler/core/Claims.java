package io.vireo.scheduler.core;

import io.vireo.scheduler.core.VmiState.Failure;
import io.vireo.spec.Claim;
import io.vireo.spec.SpecReader;
import io.vireo.spec.VmiSpec;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a VMI needs of the claims that it names before it can go on. */
final class Claims {

  /** KubeVirt's reason for a claim that is not there. */
  static final String NOT_FOUND = "FailedPvcNotFound";

  private Claims() {}

  /** The volumes that the status shows; known once, since a spec does not change. */
  static void rememberVolumes(Draft draft, SpecReader specs, Decider.Json json) {
    Desired desired = draft.observed.desired();
    if (desired != null
        && draft.shown.volumes().isEmpty()
        && specs.read(json.read(desired.specJson()))
            instanceof SpecReader.Result.Accepted accepted) {
      draft.shown = draft.shown.withVolumes(VolumeStatus.of(accepted.spec()));
    }
  }

  /**
   * The spec with what is known of its claims; empty while one is not there, which the VMI says. A
   * claim that no volume is bound to yet is enough: the pod is what its volume is chosen for.
   */
  static Optional<VmiSpec> resolve(Draft draft, VmiSpec spec) {
    List<Claim> claims = Objects.requireNonNull(draft.observed.desired()).claims();
    List<String> found = claims.stream().map(Claim::name).toList();
    List<String> missing =
        spec.claimNames().stream().filter(name -> !found.contains(name)).toList();
    Failure problem = draft.shown.problem();
    if (missing.isEmpty()) {
      if (problem != null && problem.reason().equals(NOT_FOUND)) {
        draft.problem(null);
      }
      return Optional.of(spec.withClaims(claims));
    }
    String message =
        missing.stream()
            .map(
                name ->
                    "PVC "
                        + draft.ref.namespace()
                        + "/"
                        + name
                        + " does not exist, waiting for it to appear")
            .collect(Collectors.joining("; "));
    draft.problem(new Failure(NOT_FOUND, message));
    draft.emitOnce("claims/" + String.join(",", missing), "Warning", NOT_FOUND, message);
    return Optional.empty();
  }
}
