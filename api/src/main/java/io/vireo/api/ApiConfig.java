package io.vireo.api;

import io.vireo.spec.ContainerDisks;
import io.vireo.spec.SpecSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Settings of admission, from the environment.
 *
 * @param kubeconfig file to use; empty for the account of the pod
 * @param host address to listen on
 * @param url where API servers reach it, without a path; empty for its Service
 * @param namespace of Vireo's own parts
 * @param names that the certificate is for
 * @param certificateFolder with {@code tls.crt} and {@code tls.key} that somebody else keeps; empty
 *     where Vireo keeps them itself
 * @param accounts user names of Vireo's own parts
 * @param spec how specs are read
 */
record ApiConfig(
    String healthAddress,
    Optional<Path> kubeconfig,
    String host,
    int port,
    Optional<String> url,
    String namespace,
    List<String> names,
    Optional<Path> certificateFolder,
    Set<String> accounts,
    SpecSettings spec) {

  private static final String SERVICE = "api";

  ApiConfig {
    names = List.copyOf(names);
    accounts = Set.copyOf(accounts);
  }

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException with every setting that is wrong
   */
  static ApiConfig fromEnv(Map<String, String> env) {
    List<String> problems = new ArrayList<>();
    String address = env.getOrDefault("VIREO_API_ADDRESS", "0.0.0.0:8443");
    int colon = address.lastIndexOf(':');
    boolean isAddress = colon > 0 && address.substring(colon + 1).matches("[0-9]{1,5}");
    if (!isAddress) {
      problems.add("Expected VIREO_API_ADDRESS to be host:port, but it is '" + address + "'");
    }
    Optional<String> url = Optional.ofNullable(env.get("VIREO_API_URL"));
    if (url.isPresent() && !isUrl(url.get())) {
      problems.add(
          "Expected VIREO_API_URL to be https://host:port, but it is '" + url.get() + "'");
    }
    String way = env.getOrDefault("VIREO_API_POD_NETWORK", "tap");
    if (!way.equals("tap") && !way.equals("user")) {
      problems.add("Expected VIREO_API_POD_NETWORK to be tap or user, but it is '" + way + "'");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    String namespace = env.getOrDefault("VIREO_API_NAMESPACE", "vireo");
    return new ApiConfig(
        env.getOrDefault("VIREO_HEALTH_ADDRESS", "0.0.0.0:8081"),
        Optional.ofNullable(env.get("VIREO_KUBECONFIG")).map(Path::of),
        address.substring(0, colon),
        Integer.parseInt(address.substring(colon + 1)),
        url,
        namespace,
        names(namespace, url),
        Optional.ofNullable(env.get("VIREO_API_CERTIFICATE_DIR")).map(Path::of),
        accounts(env, namespace),
        new SpecSettings(
            env.getOrDefault("VIREO_API_DEFAULT_NETWORK_INTERFACE", "bridge"),
            Boolean.parseBoolean(env.getOrDefault("VIREO_API_USE_EMULATION", "false")),
            // No pod is made of what is read here.
            "none",
            new ContainerDisks.ImageVolumes(),
            way.equals("tap")));
  }

  private static boolean isUrl(String text) {
    try {
      URI uri = URI.create(text);
      return "https".equals(uri.getScheme())
          && uri.getHost() != null
          && (uri.getPath() == null || uri.getPath().isEmpty());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static List<String> names(String namespace, Optional<String> url) {
    Set<String> names = new TreeSet<>();
    names.add(SERVICE + "." + namespace + ".svc");
    url.ifPresent(text -> names.add(URI.create(text).getHost().replaceAll("[\\[\\]]", "")));
    return List.copyOf(names);
  }

  private static Set<String> accounts(Map<String, String> env, String namespace) {
    String own = "system:serviceaccount:" + namespace + ":cluster-executor";
    Set<String> accounts = new TreeSet<>();
    for (String each : env.getOrDefault("VIREO_API_ACCOUNTS", own).split(",", -1)) {
      if (!each.isBlank()) {
        accounts.add(each.strip());
      }
    }
    return accounts;
  }
}
