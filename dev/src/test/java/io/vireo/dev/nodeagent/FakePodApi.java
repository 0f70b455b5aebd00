package io.vireo.dev.nodeagent;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Kubernetes as maps. */
final class FakePodApi implements PodApi {

  final Map<String, Map<String, byte[]>> secrets = new ConcurrentHashMap<>();
  final Map<String, BoundVolume> claims = new ConcurrentHashMap<>();
  final Map<String, Map<String, Object>> statuses = new ConcurrentHashMap<>();
  final List<String> deleted = new CopyOnWriteArrayList<>();
  final List<String> warnings = new CopyOnWriteArrayList<>();

  @Override
  public Optional<BoundVolume> claimed(String namespace, String claim) {
    return Optional.ofNullable(claims.get(claim));
  }

  @Override
  public Optional<Map<String, byte[]>> secret(String namespace, String name) {
    return Optional.ofNullable(secrets.get(name));
  }

  @Override
  public Optional<Map<String, byte[]>> configMap(String namespace, String name) {
    return Optional.empty();
  }

  @Override
  public String token(Pod pod, String audience, long seconds) {
    return "token";
  }

  @Override
  public boolean patchStatus(Pod pod, Map<String, Object> status) {
    statuses.put(pod.getMetadata().getUid(), new HashMap<>(status));
    return true;
  }

  @Override
  public void delete(Pod pod) {
    deleted.add(pod.getMetadata().getUid());
  }

  @Override
  public void warn(Pod pod, String reason, String message) {
    warnings.add(reason + ": " + message);
  }
}
