package io.vireo.api.core;

import io.vireo.api.core.Violation.Cause;
import io.vireo.spec.SpecSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides on requests about VirtualMachineInstances, VirtualMachines and
 * VirtualMachineInstanceReplicaSets; others are allowed as they are, and so is every request about
 * a subresource. Immutable, so any number of threads may ask.
 */
public final class Admission {

  private static final Set<String> KINDS = Set.of(Mutation.VMI, Mutation.VM, Mutation.REPLICA_SET);

  private final Accounts ours;
  private final SpecSettings settings;

  /**
   * Admission of one installation.
   *
   * @param ours accounts of Vireo's own parts
   * @param settings what specs are read with; the network of VMIs without interfaces is the
   *     configuration's
   */
  public Admission(Accounts ours, SpecSettings settings) {
    this.ours = ours;
    this.settings = settings;
  }

  /**
   * The object with what its writer left open, and without what is not his to write. Never refuses
   * but what is too deep to be looked at; the same again changes nothing.
   */
  public AdmissionAnswer mutate(
      AdmissionRequest request, ClusterConfiguration configuration, Generated generated) {
    Map<String, Object> object = request.object();
    if (object == null || !concerns(request)) {
      return AdmissionAnswer.Allowed.unchanged();
    }
    if (!Trees.isShallow(object)) {
      return tooDeep(object);
    }
    Mutation mutation = new Mutation(ours, settings, configuration);
    Map<String, Object> old = request.oldObject();
    Map<String, Object> changed =
        switch (request.operation()) {
          case CREATE -> mutation.created(request, object, generated);
          case UPDATE ->
              old == null || !Trees.isShallow(old)
                  ? null
                  : mutation.updated(request, object, old, generated);
          case DELETE -> null;
        };
    return changed == null || changed.equals(object)
        ? AdmissionAnswer.Allowed.unchanged()
        : new AdmissionAnswer.Allowed(changed, List.of());
  }

  /** Whether the object, as {@link #mutate} left it, may be stored; if not, every reason. */
  public AdmissionAnswer validate(AdmissionRequest request, ClusterConfiguration configuration) {
    Map<String, Object> object = request.object();
    if (object == null || !concerns(request)) {
      return AdmissionAnswer.Allowed.unchanged();
    }
    if (!Trees.isShallow(object)) {
      return tooDeep(object);
    }
    Validation validation = new Validation(ours, settings, configuration);
    Map<String, Object> old = request.oldObject();
    List<Violation> found =
        switch (request.operation()) {
          case CREATE -> validation.created(request, object);
          case UPDATE ->
              old == null || !Trees.isShallow(old)
                  ? validation.created(request, object)
                  : validation.updated(request, object, old);
          case DELETE -> List.of();
        };
    return Verdict.of(found, warnings(request, object, configuration));
  }

  private static boolean concerns(AdmissionRequest request) {
    return KINDS.contains(request.kind()) && request.subResource() == null;
  }

  private static AdmissionAnswer tooDeep(Map<String, Object> object) {
    String part =
        object.keySet().stream()
            .filter(key -> !Trees.isShallow(object.get(key), Trees.DEPTH_MAX - 1))
            .findFirst()
            .orElse("spec");
    return Verdict.of(
        List.of(
            new Violation(
                Cause.INVALID,
                part,
                "must not be nested deeper than " + Trees.DEPTH_MAX + " levels")),
        List.of());
  }

  /** Rule 124, and a field that KubeVirt calls deprecated. */
  private static List<String> warnings(
      AdmissionRequest request, Map<String, Object> object, ClusterConfiguration configuration) {
    List<String> warnings = new ArrayList<>();
    for (String gate : configuration.featureGates().stream().sorted().toList()) {
      if (FeatureGates.isDeprecated(gate)) {
        warnings.add("feature gate " + gate + " is deprecated; remove it from the KubeVirt object");
      }
    }
    if (request.kind().equals(Mutation.VM) && new Node("", object).has("spec.running")) {
      warnings.add("spec.running is deprecated, please use spec.runStrategy instead.");
    }
    return warnings;
  }
}
