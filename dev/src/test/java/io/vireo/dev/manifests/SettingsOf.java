package io.vireo.dev.manifests;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.vireo.dev.manifests.Shipped.Workload;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.AbstractMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The environment that a kubelet would give to a container, and what the part makes of it. */
final class SettingsOf {

  private SettingsOf() {}

  /** As the kubelet resolves it, on node {@code node-a} and in pod {@code <name>-0}. */
  static Map<String, String> environment(
      Workload workload, Map<String, Map<String, String>> configMaps) {
    Container container = workload.template().getSpec().getContainers().getFirst();
    Map<String, String> env = new LinkedHashMap<>();
    for (EnvVar variable : container.getEnv()) {
      String value = value(workload, variable, configMaps);
      if (value != null) {
        // Only what was named before is expanded.
        for (Map.Entry<String, String> before : env.entrySet()) {
          value = value.replace("$(" + before.getKey() + ")", before.getValue());
        }
        env.put(variable.getName(), value);
      }
    }
    return env;
  }

  private static @Nullable String value(
      Workload workload, EnvVar variable, Map<String, Map<String, String>> configMaps) {
    var from = variable.getValueFrom();
    if (from == null) {
      return variable.getValue();
    }
    if (from.getFieldRef() != null) {
      return switch (from.getFieldRef().getFieldPath()) {
        case "spec.nodeName" -> "node-a";
        case "metadata.name" -> workload.name() + "-0";
        default -> throw new AssertionError("Expected a field that is known here: " + variable);
      };
    }
    var ref = from.getConfigMapKeyRef();
    String value = configMaps.getOrDefault(ref.getName(), Map.of()).get(ref.getKey());
    if (value == null && !Boolean.TRUE.equals(ref.getOptional())) {
      throw new AssertionError(
          workload + ": expected " + ref.getKey() + " in ConfigMap " + ref.getName());
    }
    return value;
  }

  /**
   * Lets the part read it as at its start.
   *
   * @param asked takes the names that it asked for
   * @throws IllegalArgumentException what the part says is wrong
   */
  static Object read(String config, Map<String, String> env, Set<String> asked) throws Exception {
    // Most parts' settings are their own business, so no other package may call this.
    Method fromEnv = Class.forName(config).getDeclaredMethod("fromEnv", Map.class);
    fromEnv.setAccessible(true);
    try {
      return fromEnv.invoke(null, new Recording(env, asked));
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  /** Notes which keys were asked for. */
  private static final class Recording extends AbstractMap<String, String> {
    private final Map<String, String> env;
    private final Set<String> asked;

    Recording(Map<String, String> env, Set<String> asked) {
      this.env = env;
      this.asked = asked;
    }

    @Override
    public @Nullable String get(@Nullable Object key) {
      asked.add(String.valueOf(key));
      return env.get(key);
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
      asked.add(String.valueOf(key));
      return env.containsKey(key);
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
      return new HashSet<>(env.entrySet());
    }
  }
}
