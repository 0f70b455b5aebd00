package io.vireo.dev.stack;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vireo.schemas.OwnedFields;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** Waits for parts of the stack. */
final class Readiness {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PROBE_MAX = Duration.ofSeconds(5);
  private static final String SCHEDULABLE = "kubevirt.io/schedulable";
  private static final int UNPROCESSABLE = 422;
  private static final String QUESTION =
      """
      apiVersion: kubevirt.io/v1
      kind: VirtualMachineInstance
      metadata: {name: vireo-up-asks, namespace: default}
      spec: {domain: {devices: {}, memory: {guest: 64Mi}}}
      """;

  private Readiness() {}

  /** What is missing yet; empty once there is nothing to wait for. */
  @FunctionalInterface
  private interface Probe {
    Optional<String> missing() throws InterruptedException;
  }

  /**
   * Waits until a component's health endpoint says that it is ready.
   *
   * @param failure a reason to give up
   * @throws IOException says what the component reports instead
   */
  static void awaitHealthy(
      String name, String address, Duration max, Supplier<Optional<String>> failure)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + "/readyz"))
            .timeout(PROBE_MAX)
            .build();
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(PROBE_MAX).build()) {
      await(name + " to be ready", max, failure, () -> problem(http, request, address));
    }
  }

  private static Optional<String> problem(HttpClient http, HttpRequest request, String address)
      throws InterruptedException {
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == 200 ? Optional.empty() : Optional.of(response.body().strip());
    } catch (IOException e) {
      // Does not listen yet, or not any more.
      return Optional.of("no answer from " + address);
    }
  }

  /**
   * Waits until launcher pods can be put on each of these nodes: Vireo labels a node once it hears
   * of its executor.
   *
   * @param failure a reason to give up
   * @throws IOException names a node that is not labelled
   */
  static void awaitSchedulable(
      KubernetesClient client, List<String> nodes, Duration max, Supplier<Optional<String>> failure)
      throws IOException, InterruptedException {
    for (String node : nodes) {
      await(
          "node " + node + " to have the label " + SCHEDULABLE + "=true",
          max,
          failure,
          () -> unlabelled(client, node));
    }
  }

  private static Optional<String> unlabelled(KubernetesClient client, String name) {
    try {
      Node node = client.nodes().withName(name).get();
      if (node == null) {
        return Optional.of("there is no such Node");
      }
      Map<String, String> labels =
          Objects.requireNonNullElse(node.getMetadata().getLabels(), Map.of());
      return "true".equals(labels.get(SCHEDULABLE))
          ? Optional.empty()
          : Optional.of("its labels are " + labels);
    } catch (KubernetesClientException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Waits until the API server asks Vireo before it stores a VMI: nothing is stored here, and what
   * comes back has what only admission puts in.
   *
   * @param failure a reason to give up
   * @throws IOException says what the API server answers instead
   */
  static void awaitAdmission(
      KubernetesClient client, Duration max, Supplier<Optional<String>> failure)
      throws IOException, InterruptedException {
    await("VMIs to be admitted by Vireo", max, failure, () -> notAdmitted(client));
  }

  private static Optional<String> notAdmitted(KubernetesClient client) {
    try {
      HasMetadata asStored = client.resource(QUESTION).dryRun().create();
      Map<String, String> annotations = asStored.getMetadata().getAnnotations();
      return annotations != null && annotations.containsKey(OwnedFields.ANNOTATION_EPOCH)
          ? Optional.empty()
          : Optional.of("a VMI would be stored without being looked at");
    } catch (KubernetesClientException e) {
      // Who refuses by rules has looked at it.
      return e.getCode() == UNPROCESSABLE
          ? Optional.empty()
          : Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static void await(
      String what, Duration max, Supplier<Optional<String>> failure, Probe probe)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    while (true) {
      Optional<String> missing = probe.missing();
      if (missing.isEmpty()) {
        return;
      }
      Optional<String> reason = failure.get();
      if (reason.isPresent()) {
        throw new IOException("Expected " + what + ", but " + reason.get());
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException(
            "Expected " + what + " within " + max.toSeconds() + " s, but: " + missing.get());
      }
      Thread.sleep(POLL);
    }
  }
}
