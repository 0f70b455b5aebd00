package io.vireo.dev.nodeagent;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Fields of a pod that its containers may ask for. Pure. */
final class FieldPath {

  private static final Pattern KEYED =
      Pattern.compile("metadata\\.(labels|annotations)\\['([^']+)'\\]");

  private FieldPath() {}

  /**
   * The field's value.
   *
   * @return empty if there is no such field
   */
  static Optional<String> value(Pod pod, String podIp, String path) {
    ObjectMeta meta = pod.getMetadata();
    Matcher keyed = KEYED.matcher(path);
    if (keyed.matches()) {
      Map<String, String> map =
          keyed.group(1).equals("labels") ? meta.getLabels() : meta.getAnnotations();
      return Optional.of(map == null ? "" : map.getOrDefault(keyed.group(2), ""));
    }
    return switch (path) {
      case "metadata.name" -> Optional.of(meta.getName());
      case "metadata.namespace" -> Optional.of(meta.getNamespace());
      case "metadata.uid" -> Optional.of(meta.getUid());
      case "metadata.labels" -> Optional.of(lines(meta.getLabels()));
      case "metadata.annotations" -> Optional.of(lines(meta.getAnnotations()));
      case "spec.nodeName" -> Optional.of(orEmpty(pod.getSpec().getNodeName()));
      case "spec.serviceAccountName" -> Optional.of(orEmpty(pod.getSpec().getServiceAccountName()));
      case "status.podIP", "status.podIPs" -> Optional.of(podIp);
      case "status.hostIP", "status.hostIPs" -> Optional.of(NodeView.ADDRESS);
      default -> Optional.empty();
    };
  }

  private static String orEmpty(@Nullable String value) {
    return value == null ? "" : value;
  }

  private static String lines(@Nullable Map<String, String> map) {
    if (map == null) {
      return "";
    }
    return map.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(
            e ->
                e.getKey()
                    + "=\""
                    + e.getValue().replace("\\", "\\\\").replace("\"", "\\\"")
                    + "\"")
        .collect(Collectors.joining("\n"));
  }
}
