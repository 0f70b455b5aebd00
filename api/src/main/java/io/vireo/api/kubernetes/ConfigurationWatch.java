package io.vireo.api.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.vireo.api.core.ClusterConfiguration;
import io.vireo.api.core.ConfigurationReader;
import io.vireo.api.core.Violation;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration of the oldest KubeVirt object of the cluster, over defaults. One that is not
 * valid is ignored, with a condition that says why, and the last valid one stays. Thread-safe.
 */
public final class ConfigurationWatch implements AutoCloseable {

  /** Condition on the KubeVirt object: whether its configuration is in force. */
  static final String CONDITION = "Synchronized";

  private static final Logger log = LoggerFactory.getLogger(ConfigurationWatch.class);
  private static final int MESSAGE_MAX = 4096;
  private static final ResourceDefinitionContext KUBEVIRTS =
      new ResourceDefinitionContext.Builder()
          .withGroup("kubevirt.io")
          .withVersion("v1")
          .withKind("KubeVirt")
          .withPlural("kubevirts")
          .withNamespaced(true)
          .build();

  private final KubernetesClient client;
  private final ClusterConfiguration defaults;
  private final Clock clock;
  private final SharedIndexInformer<GenericKubernetesResource> informer;
  private final ExecutorService executor = Executors.newSingleThreadExecutor();
  private volatile ClusterConfiguration current;

  // Of the executor's thread: every object by uid, and of which the configuration is.
  private final Map<String, GenericKubernetesResource> objects = new TreeMap<>();
  private @Nullable String inForce;

  /**
   * Nothing happens before {@link #start}.
   *
   * @param defaults what holds where no object says otherwise
   */
  public ConfigurationWatch(KubernetesClient client, ClusterConfiguration defaults, Clock clock) {
    this.client = client;
    this.defaults = defaults;
    this.clock = clock;
    this.current = defaults;
    this.informer =
        client.genericKubernetesResources(KUBEVIRTS).inAnyNamespace().runnableInformer(0);
  }

  /** Begins to watch, and returns; what fails is tried again for ever. */
  public void start() {
    informer.exceptionHandler((started, failure) -> true);
    informer.addEventHandler(
        new ResourceEventHandler<GenericKubernetesResource>() {
          @Override
          public void onAdd(GenericKubernetesResource found) {
            later(() -> objects.put(found.getMetadata().getUid(), found));
          }

          @Override
          public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource found) {
            onAdd(found);
          }

          @Override
          public void onDelete(GenericKubernetesResource found, boolean unknown) {
            later(() -> objects.remove(found.getMetadata().getUid()));
          }
        });
    informer.start();
  }

  /** What is in force now. */
  public ClusterConfiguration current() {
    return current;
  }

  /** Why it is not known what is in force; empty once the objects were listed. */
  public Optional<String> problem() {
    return informer.hasSynced()
        ? Optional.empty()
        : Optional.of("the KubeVirt objects could not be listed yet");
  }

  private void later(Runnable change) {
    try {
      executor.execute(
          () -> {
            change.run();
            decide();
          });
    } catch (RejectedExecutionException e) {
      // Closed.
    }
  }

  private void decide() {
    Optional<GenericKubernetesResource> oldest =
        objects.values().stream()
            .min(
                Comparator.comparing(
                        (GenericKubernetesResource each) ->
                            String.valueOf(each.getMetadata().getCreationTimestamp()))
                    .thenComparing(each -> each.getMetadata().getUid()));
    if (oldest.isEmpty()) {
      current = defaults;
      inForce = null;
      return;
    }
    String chosen = oldest.get().getMetadata().getUid();
    if (!chosen.equals(inForce)) {
      // Of an object that was never in force no configuration stays.
      current = defaults;
      inForce = chosen;
    }
    for (GenericKubernetesResource each : objects.values()) {
      if (each.getMetadata().getUid().equals(chosen)) {
        take(each);
      } else {
        show(
            each,
            false,
            "NotTheOldest",
            "The configuration of the cluster is that of %s/%s, which is older."
                .formatted(
                    oldest.get().getMetadata().getNamespace(),
                    oldest.get().getMetadata().getName()));
      }
    }
  }

  private void take(GenericKubernetesResource object) {
    switch (ConfigurationReader.read(spec(object), defaults)) {
      case ConfigurationReader.Result.Valid valid -> {
        if (!valid.configuration().equals(current)) {
          current = valid.configuration();
          log.atInfo()
              .addKeyValue("generation", object.getMetadata().getGeneration())
              .log("Configuration taken");
        }
        String without =
            valid.withoutEffect().isEmpty()
                ? ""
                : " Without effect in Vireo: " + String.join(", ", valid.withoutEffect()) + ".";
        show(object, true, "ConfigurationInForce", "The configuration is in force." + without);
      }
      case ConfigurationReader.Result.Refused refused ->
          show(
              object,
              false,
              "InvalidConfiguration",
              "Ignored, and what was in force before stays: "
                  + refused.problems().stream()
                      .map(Violation::toString)
                      .collect(Collectors.joining("; ")));
    }
  }

  @SuppressWarnings("unchecked") // The keys of JSON are texts.
  private static Map<String, Object> spec(GenericKubernetesResource object) {
    return object.getAdditionalProperties().get("spec") instanceof Map<?, ?> map
        ? (Map<String, Object>) map
        : Map.of();
  }

  /** Writes the condition if it says something else; every replica finds the same. */
  private void show(
      GenericKubernetesResource object, boolean holds, String reason, String message) {
    String status = holds ? "True" : "False";
    String text = message.length() > MESSAGE_MAX ? message.substring(0, MESSAGE_MAX) : message;
    Map<?, ?> before = condition(object);
    if (status.equals(before.get("status"))
        && reason.equals(before.get("reason"))
        && text.equals(before.get("message"))) {
      return;
    }
    Object since =
        status.equals(before.get("status"))
            ? Objects.requireNonNullElse(before.get("lastTransitionTime"), now())
            : now();
    Map<String, Object> condition =
        Map.of(
            "type", CONDITION,
            "status", status,
            "reason", reason,
            "message", text,
            "lastTransitionTime", since);
    try {
      client
          .genericKubernetesResources(KUBEVIRTS)
          .inNamespace(object.getMetadata().getNamespace())
          .withName(object.getMetadata().getName())
          .subresource("status")
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              Serialization.asJson(
                  Map.of(
                      "metadata",
                      Map.of("resourceVersion", object.getMetadata().getResourceVersion()),
                      "status",
                      Map.of("conditions", others(object, condition)))));
    } catch (KubernetesClientException e) {
      // Of another version: the watch brings it, and it is decided anew.
      log.atWarn()
          .addKeyValue("name", object.getMetadata().getName())
          .addKeyValue("problem", String.valueOf(e.getMessage()))
          .log("The condition of the KubeVirt object could not be written");
    }
  }

  private String now() {
    return clock.instant().truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString();
  }

  private static List<?> conditions(GenericKubernetesResource object) {
    return object.getAdditionalProperties().get("status") instanceof Map<?, ?> status
            && status.get("conditions") instanceof List<?> list
        ? list
        : List.of();
  }

  private static Map<?, ?> condition(GenericKubernetesResource object) {
    return conditions(object).stream()
        .filter(Map.class::isInstance)
        .<Map<?, ?>>map(Map.class::cast)
        .filter(each -> CONDITION.equals(each.get("type")))
        .findFirst()
        .orElse(Map.of());
  }

  private static List<Object> others(
      GenericKubernetesResource object, Map<String, Object> condition) {
    List<Object> all =
        conditions(object).stream()
            .filter(each -> !(each instanceof Map<?, ?> map && CONDITION.equals(map.get("type"))))
            .<Object>map(each -> each)
            .collect(Collectors.toList());
    all.add(condition);
    return all;
  }

  @Override
  public void close() {
    informer.stop();
    executor.shutdownNow();
  }
}
