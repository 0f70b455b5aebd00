package io.vireo.schemas.kubevirt;

import io.vireo.schemas.kubevirt.ApiTypes.ApiField;
import io.vireo.schemas.kubevirt.ApiTypes.ApiType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the API server is told of a type, so that it knows, refuses and explains its fields. */
final class StructuralSchema {

  /** What Kubernetes takes for a quantity. The API server compares it with a value's own text. */
  private static final String QUANTITY =
      "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?"
          + "(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$";

  private static final String META = "k8s.io.apimachinery.pkg.apis.meta.v1.";

  private final ApiTypes types;

  StructuralSchema(ApiTypes types) {
    this.types = types;
  }

  /** The schema of an object of this type, as a tree of maps and lists. */
  Map<String, Object> of(String type) {
    ApiType found = types.get(type);
    return object(found, properties(found));
  }

  /** As {@link #of}, of a kind: what an API server says of the first three fields is its own. */
  Map<String, Object> ofKind(String type) {
    ApiType found = types.get(type);
    Map<String, Object> properties = properties(found);
    properties.put("apiVersion", ordered("type", "string"));
    properties.put("kind", ordered("type", "string"));
    properties.put("metadata", ordered("type", "object"));
    return object(found, properties);
  }

  private Map<String, Object> properties(ApiType type) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (ApiField field : type.fields()) {
      properties.put(field.name(), property(field));
    }
    return properties;
  }

  private static Map<String, Object> object(ApiType type, Map<String, Object> properties) {
    Map<String, Object> schema = ordered("description", type.description(), "type", "object");
    List<String> required =
        type.fields().stream().filter(ApiField::required).map(ApiField::name).toList();
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    if (!properties.isEmpty()) {
      schema.put("properties", properties);
    }
    return schema;
  }

  private Map<String, Object> property(ApiField field) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("description", field.description());
    valueOf(field.type()).forEach(schema::putIfAbsent);
    if (!field.values().isEmpty()) {
      schema.put("enum", field.values());
    }
    field.standard().ifPresent(text -> schema.put("default", standard(field, text)));
    return schema;
  }

  private Map<String, Object> valueOf(FieldType type) {
    return switch (type) {
      case FieldType.Reference reference -> of(reference.type());
      case FieldType.ListOf list -> ordered("type", "array", "items", valueOf(list.element()));
      case FieldType.MapOf map ->
          ordered("type", "object", "additionalProperties", valueOf(map.value()));
      case FieldType.Scalar scalar -> scalar(scalar.name());
    };
  }

  private static Map<String, Object> scalar(String name) {
    return switch (name) {
      case "string", "boolean" -> ordered("type", name);
      case "string|null" -> ordered("type", "string", "format", "date-time", "nullable", true);
      case "integer:int32", "integer:int64", "integer:byte", "number:float" -> number(name);
      case "int-or-string" ->
          ordered(
              "anyOf",
              List.of(ordered("type", "integer"), ordered("type", "string")),
              "x-kubernetes-int-or-string",
              true);
      case "k8s.io.apimachinery.pkg.api.resource.Quantity" ->
          ordered(
              "anyOf",
              List.of(ordered("type", "integer"), ordered("type", "string")),
              "pattern",
              QUANTITY,
              "x-kubernetes-int-or-string",
              true);
      case META + "Time" -> ordered("type", "string", "format", "date-time", "nullable", true);
      case META + "Duration" -> ordered("type", "string");
      case META + "ObjectMeta" ->
          ordered("type", "object", "x-kubernetes-preserve-unknown-fields", true);
      default -> throw new IllegalArgumentException("Expected a type of value, but got " + name);
    };
  }

  private static Map<String, Object> number(String name) {
    int colon = name.indexOf(':');
    return ordered("type", name.substring(0, colon), "format", name.substring(colon + 1));
  }

  private static Object standard(ApiField field, String text) {
    String type = field.type() instanceof FieldType.Scalar scalar ? scalar.name() : "";
    if (type.equals("boolean")) {
      return Boolean.valueOf(text);
    }
    if (type.startsWith("integer:") || type.startsWith("number:")) {
      return Integer.valueOf(text);
    }
    return text;
  }

  private static Map<String, Object> ordered(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }
}
