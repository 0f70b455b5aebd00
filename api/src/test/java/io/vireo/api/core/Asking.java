package io.vireo.api.core;

import io.vireo.spec.ContainerDisks;
import io.vireo.spec.SpecSettings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Requests as the API server makes them: first mutated, then validated. */
final class Asking {

  static final String OURS = "system:serviceaccount:vireo:cluster-executor";
  static final String USER = "alice";
  static final Generated GENERATED =
      new Generated(Instant.parse("2026-11-24T10:00:00.5Z"), new UUID(0x1111, 0x2222));

  /** Where most things can be done. */
  static final SpecSettings KVM =
      new SpecSettings(
          "masquerade", false, "example.org/launcher:1", new ContainerDisks.ImageVolumes(), true);

  static final SpecSettings EMULATED =
      new SpecSettings("masquerade", true, "example.org/launcher:1");

  private Asking() {}

  static Admission admission(SpecSettings settings) {
    return new Admission(new Accounts(Set.of(OURS)), settings);
  }

  static AdmissionRequest create(Map<String, Object> object, String user) {
    return request(Operation.CREATE, object, null, user);
  }

  static AdmissionRequest update(
      Map<String, Object> object, Map<String, Object> oldObject, String user) {
    return request(Operation.UPDATE, object, oldObject, user);
  }

  private static AdmissionRequest request(
      Operation operation,
      Map<String, Object> object,
      @Nullable Map<String, Object> oldObject,
      String user) {
    return new AdmissionRequest(
        "uid-of-request",
        String.valueOf(object.get("kind")),
        operation,
        null,
        "default",
        "small",
        user,
        List.of("system:authenticated"),
        false,
        object,
        oldObject);
  }

  static AdmissionRequest with(AdmissionRequest request, Map<String, Object> object) {
    return request(request.operation(), object, request.oldObject(), request.userName());
  }

  /** The object as mutation leaves it. */
  static Map<String, Object> mutated(
      Admission admission, AdmissionRequest request, ClusterConfiguration configuration) {
    AdmissionAnswer answer = admission.mutate(request, configuration, GENERATED);
    return answer instanceof AdmissionAnswer.Allowed allowed && allowed.changed() != null
        ? allowed.changed()
        : Objects.requireNonNull(request.object());
  }

  /** Every violation of the object, mutated first. */
  static List<Violation> violations(
      Admission admission, AdmissionRequest request, ClusterConfiguration configuration) {
    Map<String, Object> stored = mutated(admission, request, configuration);
    return violationsOf(admission.validate(with(request, stored), configuration));
  }

  static List<Violation> violationsOf(AdmissionAnswer answer) {
    return answer instanceof AdmissionAnswer.Denied denied ? denied.violations() : List.of();
  }
}
