package io.vireo.api;

import io.vireo.spec.ContainerDisks;
import io.vireo.spec.SpecSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Settings of the api.
 *
 * @param healthAddress {@code host:port}
 * @param kubeconfig file; empty for the pod's account
 * @param host address to listen on
 * @param port and its port
 * @param namespace of Vireo's own parts
 * @param names that the certificate is for, if Vireo keeps it
 * @param certificateFolder with {@code tls.crt} and {@code tls.key} that somebody else keeps; empty
 *     where Vireo keeps them in a Secret
 * @param accounts user names of Vireo's own parts
 * @param spec what specs are read with
 */
public record ApiConfig(
    String healthAddress,
    Optional<Path> kubeconfig,
    String host,
    int port,
    String namespace,
    List<String> names,
    Optional<Path> certificateFolder,
    Set<String> accounts,
    SpecSettings spec) {

  /** The Service by which API servers of a cluster reach it. */
  private static final String SERVICE = "vireo-api";

  private static final int NAMES_MAX = 32;
  private static final int PORT_MAX = 65_535;

  public ApiConfig {
    names = List.copyOf(names);
    accounts = Set.copyOf(accounts);
  }

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException if any is wrong; the message names all of them
   */
  public static ApiConfig fromEnv(Map<String, String> env) {
    List<String> problems = new ArrayList<>();
    String address = value(env, "VIREO_API_ADDRESS", "0.0.0.0:8443");
    int colon = address.lastIndexOf(':');
    int port = port(address.substring(colon + 1));
    if (colon <= 0 || port < 0) {
      problems.add("VIREO_API_ADDRESS: expected host:port, but got '" + address + "'");
    }
    String binding =
        oneOf(
            env, "VIREO_API_DEFAULT_NETWORK_INTERFACE", List.of("bridge", "masquerade"), problems);
    String network = oneOf(env, "VIREO_API_POD_NETWORK", List.of("tap", "user"), problems);
    String emulation = oneOf(env, "VIREO_API_USE_EMULATION", List.of("false", "true"), problems);
    String namespace = value(env, "VIREO_API_NAMESPACE", "vireo");
    Set<String> names = new LinkedHashSet<>(List.of(SERVICE + "." + namespace + ".svc"));
    names.addAll(list(value(env, "VIREO_API_NAMES", "")));
    if (names.size() > NAMES_MAX) {
      problems.add("VIREO_API_NAMES: expected fewer than " + NAMES_MAX + " names");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("Settings are wrong: " + String.join("; ", problems));
    }
    String executor = "system:serviceaccount:" + namespace + ":cluster-executor";
    return new ApiConfig(
        value(env, "VIREO_HEALTH_ADDRESS", "0.0.0.0:8084"),
        path(env, "VIREO_KUBECONFIG"),
        address.substring(0, colon),
        port,
        namespace,
        List.copyOf(names),
        path(env, "VIREO_API_CERTIFICATE_DIR"),
        Set.copyOf(list(value(env, "VIREO_API_ACCOUNTS", executor))),
        new SpecSettings(
            binding,
            emulation.equals("true"),
            // No pod is made of what is read here.
            "none",
            new ContainerDisks.ImageVolumes(),
            network.equals("tap")));
  }

  private static String value(Map<String, String> env, String name, String otherwise) {
    String value = env.get(name);
    return value == null || value.isBlank() ? otherwise : value.strip();
  }

  private static Optional<Path> path(Map<String, String> env, String name) {
    String value = value(env, name, "");
    return value.isEmpty() ? Optional.empty() : Optional.of(Path.of(value));
  }

  private static List<String> list(String commas) {
    return List.of(commas.split(",", -1)).stream()
        .map(String::strip)
        .filter(each -> !each.isEmpty())
        .distinct()
        .toList();
  }

  /** The first is the default. */
  private static String oneOf(
      Map<String, String> env, String name, List<String> values, List<String> problems) {
    String value = value(env, name, values.getFirst());
    if (!values.contains(value)) {
      problems.add(
          name + ": expected " + String.join(" or ", values) + ", but got '" + value + "'");
    }
    return value;
  }

  private static int port(String text) {
    int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
    return port <= PORT_MAX ? port : -1;
  }
}
