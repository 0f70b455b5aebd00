package io.vireo.schemas.kubevirt;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes the CustomResourceDefinition of a kind. */
final class CustomResource {

  static final String GROUP = "kubevirt.io";

  private final ApiTypes types;

  CustomResource(ApiTypes types) {
    this.types = types;
  }

  /** The object as a tree of maps and lists. */
  Map<String, Object> of(Kind kind) {
    Map<String, Object> schema = new StructuralSchema(types).ofKind("v1." + kind.name());
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("group", GROUP);
    spec.put("scope", "Namespaced");
    spec.put("names", names(kind));
    spec.put(
        "versions",
        kind.versions().stream()
            .map(version -> version(kind, version, schema))
            .collect(Collectors.toList()));
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("apiVersion", "apiextensions.k8s.io/v1");
    object.put("kind", "CustomResourceDefinition");
    object.put("metadata", metadata(kind));
    object.put("spec", spec);
    return object;
  }

  private static Map<String, Object> metadata(Kind kind) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", kind.plural() + "." + GROUP);
    metadata.put("labels", Map.of("app.kubernetes.io/part-of", "vireo"));
    return metadata;
  }

  private static Map<String, Object> names(Kind kind) {
    Map<String, Object> names = new LinkedHashMap<>();
    names.put("kind", kind.name());
    names.put("listKind", kind.name() + "List");
    names.put("plural", kind.plural());
    names.put("singular", kind.name().toLowerCase(Locale.ROOT));
    names.put("shortNames", kind.shortNames());
    names.put("categories", List.of("all"));
    return names;
  }

  private static Map<String, Object> version(Kind kind, String name, Map<String, Object> schema) {
    Map<String, Object> version = new LinkedHashMap<>();
    version.put("name", name);
    version.put("served", true);
    version.put("storage", name.equals(kind.versions().getFirst()));
    if (!kind.columns().isEmpty()) {
      version.put(
          "additionalPrinterColumns",
          kind.columns().stream().map(CustomResource::column).collect(Collectors.toList()));
    }
    Map<String, Object> subresources = subresources(kind);
    if (!subresources.isEmpty()) {
      version.put("subresources", subresources);
    }
    version.put("schema", Map.of("openAPIV3Schema", schema));
    return version;
  }

  private static Map<String, Object> column(Kind.Column column) {
    Map<String, Object> made = new LinkedHashMap<>();
    made.put("name", column.name());
    made.put("type", column.type());
    made.put("jsonPath", column.path());
    if (column.isWide()) {
      made.put("priority", 1);
    }
    return made;
  }

  private static Map<String, Object> subresources(Kind kind) {
    Map<String, Object> subresources = new LinkedHashMap<>();
    if (kind.status()) {
      subresources.put("status", Map.of());
    }
    kind.scale()
        .ifPresent(
            scale -> {
              Map<String, Object> paths = new LinkedHashMap<>();
              paths.put("specReplicasPath", scale.wanted());
              paths.put("statusReplicasPath", scale.present());
              paths.put("labelSelectorPath", scale.selector());
              subresources.put("scale", paths);
            });
    return subresources;
  }
}
