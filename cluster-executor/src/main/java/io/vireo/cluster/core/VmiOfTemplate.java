package io.vireo.cluster.core;

import io.vireo.schemas.OwnedFields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The VMI that an owner's template describes. */
final class VmiOfTemplate {

  private static final String API_VERSION = "kubevirt.io/v1";

  private VmiOfTemplate() {}

  /**
   * The manifest. Of the template it has labels, annotations and spec; what is Vireo's own there is
   * left out, since a template must not speak for the scheduler.
   */
  static Map<String, Object> make(
      Command.Owner owner, Command.CreateVmi create, Map<String, Object> found) {
    Map<String, String> labels = strings(Trees.at(found, "spec", "template", "metadata", "labels"));
    labels.keySet().removeIf(OwnedFields::isOwnedLabel);
    labels.putAll(create.labels());
    Map<String, String> annotations =
        strings(Trees.at(found, "spec", "template", "metadata", "annotations"));
    annotations.keySet().removeIf(OwnedFields::isOwnedAnnotation);
    annotations.putAll(create.annotations());
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", create.vmiName());
    metadata.put("namespace", owner.namespace());
    metadata.put("labels", labels);
    metadata.put("annotations", annotations);
    metadata.put("ownerReferences", List.of(ownerReference(owner)));
    Map<String, Object> spec = new LinkedHashMap<>();
    if (Trees.at(found, "spec", "template", "spec") instanceof Map<?, ?> template) {
      template.forEach((key, value) -> spec.put(String.valueOf(key), value));
    }
    if (create.paused()) {
      spec.put("startStrategy", "Paused");
    }
    Map<String, Object> vmi = new LinkedHashMap<>();
    vmi.put("apiVersion", API_VERSION);
    vmi.put("kind", "VirtualMachineInstance");
    vmi.put("metadata", metadata);
    vmi.put("spec", spec);
    return vmi;
  }

  static Map<String, Object> ownerReference(Command.Owner owner) {
    return Map.of(
        "apiVersion",
        API_VERSION,
        "kind",
        owner.kind(),
        "name",
        owner.name(),
        "uid",
        owner.uid(),
        "controller",
        true,
        "blockOwnerDeletion",
        true);
  }

  private static Map<String, String> strings(@Nullable Object tree) {
    Map<String, String> strings = new TreeMap<>();
    if (tree instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) -> {
            if (key instanceof String name && value instanceof String text) {
              strings.put(name, text);
            }
          });
    }
    return strings;
  }
}
