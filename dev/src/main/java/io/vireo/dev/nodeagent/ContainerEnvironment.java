package io.vireo.dev.nodeagent;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.vireo.dev.images.ImageConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The variables that a container's program gets. */
final class ContainerEnvironment {

  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final String PROBLEM = "CreateContainerConfigError";

  private final PodApi api;
  private final Pod pod;
  private final String podIp;

  ContainerEnvironment(PodApi api, Pod pod, String podIp) {
    this.api = api;
    this.pod = pod;
    this.podIp = podIp;
  }

  /**
   * Image's first, then devices', then the container's own, each able to replace the former.
   *
   * @throws PodProblem if something it refers to is missing
   */
  Map<String, String> of(
      Container container, ImageConfig image, List<Allocation> allocations, String hostname)
      throws PodProblem {
    Map<String, String> variables = new TreeMap<>();
    variables.put("PATH", PATH);
    variables.put("HOSTNAME", hostname);
    for (String assignment : image.environment()) {
      int equals = assignment.indexOf('=');
      if (equals > 0) {
        variables.put(assignment.substring(0, equals), assignment.substring(equals + 1));
      }
    }
    allocations.forEach(allocation -> variables.putAll(allocation.environment()));
    for (EnvFromSource source : container.getEnvFrom()) {
      addAll(variables, source);
    }
    for (EnvVar variable : container.getEnv()) {
      Optional<String> value =
          variable.getValueFrom() == null
              ? Optional.of(
                  Expansion.expand(Optional.ofNullable(variable.getValue()).orElse(""), variables))
              : from(variable.getValueFrom());
      value.ifPresent(v -> variables.put(variable.getName(), v));
    }
    variables.putIfAbsent("HOME", "/");
    return variables;
  }

  private void addAll(Map<String, String> variables, EnvFromSource source) throws PodProblem {
    String prefix = Optional.ofNullable(source.getPrefix()).orElse("");
    Optional<Map<String, byte[]>> content = Optional.empty();
    if (source.getSecretRef() != null) {
      content =
          secret(
              source.getSecretRef().getName(),
              Boolean.TRUE.equals(source.getSecretRef().getOptional()));
    } else if (source.getConfigMapRef() != null) {
      content =
          configMap(
              source.getConfigMapRef().getName(),
              Boolean.TRUE.equals(source.getConfigMapRef().getOptional()));
    }
    content.ifPresent(c -> c.forEach((key, value) -> variables.put(prefix + key, text(value))));
  }

  private Optional<String> from(EnvVarSource source) throws PodProblem {
    if (source.getFieldRef() != null) {
      String path = source.getFieldRef().getFieldPath();
      return Optional.of(
          FieldPath.value(pod, podIp, path)
              .orElseThrow(() -> PodProblem.passing(PROBLEM, "unsupported fieldPath: " + path)));
    }
    if (source.getSecretKeyRef() != null) {
      boolean optional = Boolean.TRUE.equals(source.getSecretKeyRef().getOptional());
      String name = source.getSecretKeyRef().getName();
      return key(secret(name, optional), source.getSecretKeyRef().getKey(), optional, name);
    }
    if (source.getConfigMapKeyRef() != null) {
      boolean optional = Boolean.TRUE.equals(source.getConfigMapKeyRef().getOptional());
      String name = source.getConfigMapKeyRef().getName();
      return key(configMap(name, optional), source.getConfigMapKeyRef().getKey(), optional, name);
    }
    throw PodProblem.passing(
        PROBLEM,
        "This node can set variables from fieldRef, secretKeyRef and" + " configMapKeyRef only");
  }

  private Optional<Map<String, byte[]>> secret(String name, boolean optional) throws PodProblem {
    return required(api.secret(namespace(), name), optional, "secret", name);
  }

  private Optional<Map<String, byte[]>> configMap(String name, boolean optional) throws PodProblem {
    return required(api.configMap(namespace(), name), optional, "configmap", name);
  }

  private static Optional<Map<String, byte[]>> required(
      Optional<Map<String, byte[]>> content, boolean optional, String kind, String name)
      throws PodProblem {
    if (content.isEmpty() && !optional) {
      throw PodProblem.passing(PROBLEM, "%s \"%s\" not found".formatted(kind, name));
    }
    return content;
  }

  private static Optional<String> key(
      Optional<Map<String, byte[]>> content, String key, boolean optional, String name)
      throws PodProblem {
    Optional<String> value = content.map(c -> c.get(key)).map(ContainerEnvironment::text);
    if (value.isEmpty() && !optional) {
      throw PodProblem.passing(PROBLEM, "couldn't find key %s in %s".formatted(key, name));
    }
    return value;
  }

  private static String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }

  private String namespace() {
    return pod.getMetadata().getNamespace();
  }
}
