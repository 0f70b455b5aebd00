package io.vireo.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.api.core.AdmissionAnswer;
import io.vireo.api.core.AdmissionRequest;
import io.vireo.api.core.Operation;
import io.vireo.api.core.Violation;
import io.vireo.schemas.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReviewsTest {

  private static final String REVIEW =
      """
      {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {
        "uid": "u1", "kind": {"group": "kubevirt.io", "version": "v1", "kind": "VirtualMachine"},
        "operation": "UPDATE", "namespace": "ns", "name": "vm", "dryRun": true,
        "userInfo": {"username": "jane", "groups": ["a", "b"]},
        "object": {"spec": {"n": 1}}, "oldObject": {"spec": null}}}
      """;

  private static AdmissionRequest read(String json) {
    return Reviews.read(json.getBytes(StandardCharsets.UTF_8));
  }

  private static AdmissionRequest about(Map<String, Object> object) {
    return new AdmissionRequest(
        "u1",
        "VirtualMachineInstance",
        Operation.CREATE,
        null,
        "ns",
        "tiny",
        "jane",
        List.of(),
        false,
        object,
        null);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> response(AdmissionRequest request, AdmissionAnswer answer) {
    Map<String, Object> review =
        (Map<String, Object>)
            CanonicalJson.read(new String(Reviews.write(request, answer), StandardCharsets.UTF_8));
    assertThat(review)
        .containsEntry("apiVersion", "admission.k8s.io/v1")
        .containsEntry("kind", "AdmissionReview");
    return (Map<String, Object>) review.get("response");
  }

  @Test
  void shouldReadWhatIsAsked() {
    Map<String, Object> empty = new HashMap<>();
    empty.put("spec", null);

    assertThat(read(REVIEW))
        .isEqualTo(
            new AdmissionRequest(
                "u1",
                "VirtualMachine",
                Operation.UPDATE,
                null,
                "ns",
                "vm",
                "jane",
                List.of("a", "b"),
                true,
                Map.of("spec", Map.of("n", 1)),
                empty));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "\"text\"",
        "{}",
        "{\"apiVersion\": \"admission.k8s.io/v1beta1\", \"kind\": \"AdmissionReview\"}",
        "{\"apiVersion\": \"admission.k8s.io/v1\", \"kind\": \"AdmissionReview\", \"request\": 7}",
      })
  void shouldSayWhatIsNoReview(String body) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Expected ");
  }

  @Test
  void shouldSayWhatIsMissingAndQuoteNothing() {
    for (String part : List.of("\"uid\"", "{\"spec\": {\"n\": 1}}", "{\"spec\": null}")) {
      assertThat(REVIEW).contains(part);
      assertThatThrownBy(() -> read(REVIEW.replace(part, "\"secret\"")))
          .as(part)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Expected ")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void shouldRefuseWhatIsNestedWithoutEnd() {
    assertThatThrownBy(() -> read("{\"a\":".repeat(100_000)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldAllowAsItCame() {
    assertThat(response(about(Map.of("spec", 1)), AdmissionAnswer.Allowed.unchanged()))
        .isEqualTo(Map.of("uid", "u1", "allowed", true));
  }

  @Test
  void shouldReplaceThePartsThatDiffer() {
    Map<String, Object> before = Map.of("metadata", 1, "spec", Map.of("a", 1), "gone", 1);
    Map<String, Object> after = Map.of("metadata", 1, "spec", Map.of("a", 2), "status", "new");

    Map<String, Object> response =
        response(about(before), new AdmissionAnswer.Allowed(after, List.of("careful")));

    assertThat(response)
        .containsEntry("patchType", "JSONPatch")
        .containsEntry("warnings", List.of("careful"));
    assertThat(
            CanonicalJson.read(
                new String(
                    Base64.getDecoder().decode(String.valueOf(response.get("patch"))),
                    StandardCharsets.UTF_8)))
        .isEqualTo(
            List.of(
                Map.of("op", "remove", "path", "/gone"),
                Map.of("op", "add", "path", "/spec", "value", Map.of("a", 2)),
                Map.of("op", "add", "path", "/status", "value", "new")));
  }

  @Test
  void shouldTellEveryViolation() {
    Map<String, Object> response =
        response(
            about(Map.of()),
            new AdmissionAnswer.Denied(
                422,
                "Invalid",
                List.of(
                    new Violation(Violation.Cause.REQUIRED, "spec.a", "must be set"),
                    new Violation(Violation.Cause.INVALID, "spec.b[0]", "must be positive")),
                List.of()));

    assertThat(response)
        .containsEntry("allowed", false)
        .containsEntry(
            "status",
            Map.of(
                "status", "Failure",
                "code", 422,
                "reason", "Invalid",
                "message", "spec.a: must be set; spec.b[0]: must be positive",
                "details",
                    Map.of(
                        "name", "tiny",
                        "group", "kubevirt.io",
                        "kind", "VirtualMachineInstance",
                        "causes",
                            List.of(
                                Map.of(
                                    "reason", "FieldValueRequired",
                                    "field", "spec.a",
                                    "message", "must be set"),
                                Map.of(
                                    "reason", "FieldValueInvalid",
                                    "field", "spec.b[0]",
                                    "message", "must be positive")))));
  }

  @Test
  void shouldBoundTheMessageButNotTheCauses() {
    List<Violation> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add(new Violation(Violation.Cause.INVALID, "spec", "x".repeat(200)));
    }

    Map<?, ?> status =
        (Map<?, ?>)
            response(about(Map.of()), new AdmissionAnswer.Denied(422, "Invalid", many, List.of()))
                .get("status");

    assertThat(String.valueOf(status.get("message"))).hasSizeLessThan(5000).endsWith("…");
    assertThat((List<?>) ((Map<?, ?>) status.get("details")).get("causes")).hasSize(100);
  }
}
