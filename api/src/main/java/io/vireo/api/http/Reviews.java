package io.vireo.api.http;

import io.vireo.api.core.AdmissionAnswer;
import io.vireo.api.core.AdmissionRequest;
import io.vireo.api.core.Operation;
import io.vireo.api.core.Violation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * AdmissionReviews of {@code admission.k8s.io/v1} as JSON. What is not one is refused with an
 * {@link IllegalArgumentException}, whose message may be shown and quotes nothing of the input.
 */
final class Reviews {

  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String VERSION = "admission.k8s.io/v1";
  private static final String KIND = "AdmissionReview";
  private static final String GROUP = "kubevirt.io";

  /** What people are shown in one piece; every violation is among the causes. */
  private static final int MESSAGE_MAX = 4096;

  private Reviews() {}

  /** The request of a review. */
  static AdmissionRequest read(byte[] body) {
    Map<String, Object> review = object(parse(body), "the body");
    if (!VERSION.equals(review.get("apiVersion")) || !KIND.equals(review.get("kind"))) {
      throw new IllegalArgumentException("Expected an " + KIND + " of " + VERSION + " in the body");
    }
    Map<String, Object> request = object(review.get("request"), "request");
    Map<String, Object> user = object(request.get("userInfo"), "request.userInfo");
    Map<String, Object> kind = object(request.get("kind"), "request.kind");
    String subResource = text(request.get("subResource"));
    return new AdmissionRequest(
        required(request, "uid"),
        required(kind, "kind"),
        operation(required(request, "operation")),
        subResource.isEmpty() ? null : subResource,
        text(request.get("namespace")),
        text(request.get("name")),
        text(user.get("username")),
        texts(user.get("groups")),
        Boolean.TRUE.equals(request.get("dryRun")),
        objectOrNull(request.get("object"), "request.object"),
        objectOrNull(request.get("oldObject"), "request.oldObject"));
  }

  private static @Nullable Object parse(byte[] body) {
    try {
      return MAPPER.readValue(body, Object.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("Expected JSON in the body", e);
    }
  }

  private static Operation operation(String name) {
    for (Operation operation : Operation.values()) {
      if (operation.name().equals(name)) {
        return operation;
      }
    }
    throw new IllegalArgumentException(
        "Expected request.operation to be one of " + List.of(Operation.values()));
  }

  @SuppressWarnings("unchecked") // The keys of JSON are texts.
  private static Map<String, Object> object(@Nullable Object value, String path) {
    if (value instanceof Map<?, ?> map) {
      return (Map<String, Object>) map;
    }
    throw new IllegalArgumentException("Expected " + path + " to be an object");
  }

  private static @Nullable Map<String, Object> objectOrNull(@Nullable Object value, String path) {
    return value == null ? null : object(value, path);
  }

  private static String required(Map<String, Object> map, String key) {
    String text = text(map.get(key));
    if (text.isEmpty()) {
      throw new IllegalArgumentException("Expected " + key + " in the request");
    }
    return text;
  }

  private static String text(@Nullable Object value) {
    return value instanceof String text ? text : "";
  }

  private static List<String> texts(@Nullable Object value) {
    List<String> texts = new ArrayList<>();
    if (value instanceof List<?> list) {
      list.forEach(item -> texts.add(text(item)));
    }
    return texts;
  }

  /** The review that answers a request. */
  static byte[] write(AdmissionRequest request, AdmissionAnswer answer) {
    Map<String, Object> response = new LinkedHashMap<>();
    response.put("uid", request.uid());
    switch (answer) {
      case AdmissionAnswer.Allowed allowed -> {
        response.put("allowed", true);
        Map<String, Object> object = request.object();
        if (allowed.changed() != null && object != null) {
          String patch = MAPPER.writeValueAsString(patch(object, allowed.changed()));
          response.put("patchType", "JSONPatch");
          response.put(
              "patch", Base64.getEncoder().encodeToString(patch.getBytes(StandardCharsets.UTF_8)));
        }
      }
      case AdmissionAnswer.Denied denied -> {
        response.put("allowed", false);
        response.put("status", status(request, denied));
      }
    }
    if (!answer.warnings().isEmpty()) {
      response.put("warnings", answer.warnings());
    }
    return MAPPER.writeValueAsBytes(
        Map.of("apiVersion", VERSION, "kind", KIND, "response", response));
  }

  /**
   * Replaces each part of the object that differs: {@code metadata}, {@code spec} or {@code
   * status}.
   */
  private static List<Map<String, Object>> patch(
      Map<String, Object> before, Map<String, Object> after) {
    TreeSet<String> parts = new TreeSet<>(before.keySet());
    parts.addAll(after.keySet());
    List<Map<String, Object>> operations = new ArrayList<>();
    for (String part : parts) {
      Object value = after.get(part);
      String path = "/" + part.replace("~", "~0").replace("/", "~1");
      if (value == null && before.get(part) != null) {
        operations.add(Map.of("op", "remove", "path", path));
      } else if (value != null && !Objects.equals(before.get(part), value)) {
        operations.add(Map.of("op", "add", "path", path, "value", value));
      }
    }
    return operations;
  }

  private static Map<String, Object> status(
      AdmissionRequest request, AdmissionAnswer.Denied denied) {
    List<Map<String, Object>> causes = new ArrayList<>();
    List<String> words = new ArrayList<>();
    for (Violation violation : denied.violations()) {
      causes.add(
          Map.of(
              "reason",
              violation.cause().label(),
              "message",
              violation.message(),
              "field",
              violation.field()));
      words.add(violation.toString());
    }
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("status", "Failure");
    String message = String.join("; ", words);
    status.put(
        "message",
        message.length() > MESSAGE_MAX ? message.substring(0, MESSAGE_MAX) + "…" : message);
    status.put("reason", denied.reason());
    status.put("code", denied.code());
    status.put(
        "details",
        Map.of("name", request.name(), "group", GROUP, "kind", request.kind(), "causes", causes));
    return status;
  }
}
