package io.vireo.api.kubernetes;

import java.util.List;
import java.util.Map;

/**
 * A KubeVirt object as it was seen.
 *
 * @param created in RFC 3339, which sorts as time does
 * @param spec tree of {@code spec}
 * @param conditions trees of {@code status.conditions}
 */
record KubeVirtObject(
    String namespace,
    String name,
    String uid,
    String created,
    String resourceVersion,
    Map<String, Object> spec,
    List<Map<String, Object>> conditions) {

  KubeVirtObject {
    conditions = List.copyOf(conditions);
  }
}
