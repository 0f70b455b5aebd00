package io.vireo.api.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.vireo.api.core.ClusterConfiguration;
import io.vireo.schemas.CanonicalJson;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configuration that is in force, by the KubeVirt objects of the cluster. Thread-safe. */
public final class ConfigurationWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ConfigurationWatch.class);
  private static final long RETRY_SECONDS = 2;
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;
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
  private final InstantSource clock;
  private final SharedIndexInformer<GenericKubernetesResource> informer;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().name("configuration").daemon().unstarted(task));
  // Set by the executor's thread; null before the objects were listed.
  private volatile @Nullable ConfigurationChoice choice;

  /**
   * Nothing happens before {@link #start}.
   *
   * @param defaults what holds where no object says otherwise
   */
  public ConfigurationWatch(
      KubernetesClient client, ClusterConfiguration defaults, InstantSource clock) {
    this.client = client;
    this.defaults = defaults;
    this.clock = clock;
    this.informer =
        client.genericKubernetesResources(KUBEVIRTS).inAnyNamespace().runnableInformer(0);
  }

  /**
   * Begins to watch, and returns; what fails is tried again for ever.
   *
   * @param known called once the objects were listed
   */
  public void start(Runnable known) {
    informer.exceptionHandler(
        (started, failure) -> {
          log.atWarn()
              .addKeyValue("problem", String.valueOf(failure.getMessage()))
              .log("KubeVirt objects could not be listed or watched; trying again");
          return true;
        });
    informer.addEventHandler(
        new ResourceEventHandler<GenericKubernetesResource>() {
          @Override
          public void onAdd(GenericKubernetesResource found) {
            later(ConfigurationWatch.this::decide);
          }

          @Override
          public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource found) {
            later(ConfigurationWatch.this::decide);
          }

          @Override
          public void onDelete(GenericKubernetesResource found, boolean unknown) {
            later(ConfigurationWatch.this::decide);
          }
        });
    var unused =
        informer
            .start()
            .thenRun(
                () -> {
                  later(this::decide);
                  later(known);
                });
  }

  /** What is in force now: the defaults, until the objects were listed. */
  public ClusterConfiguration current() {
    ConfigurationChoice chosen = choice;
    return chosen == null ? defaults : chosen.configuration();
  }

  /** Why it is not known what is in force; empty once the objects were listed. */
  public Optional<String> problem() {
    return choice == null
        ? Optional.of("the KubeVirt objects could not be listed yet")
        : Optional.empty();
  }

  private void later(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      // Closed.
    }
  }

  private void decide() {
    if (!informer.hasSynced()) {
      // Half a list may lack the oldest.
      return;
    }
    ConfigurationChoice before = choice;
    List<KubeVirtObject> objects =
        informer.getStore().list().stream().map(ConfigurationWatch::seen).toList();
    ConfigurationChoice.Decided decided =
        (before == null ? new ConfigurationChoice(defaults, null) : before)
            .next(objects, defaults, clock.instant());
    choice = decided.choice();
    if (before == null || !decided.choice().equals(before)) {
      log.atInfo()
          .addKeyValue("configuration", decided.choice().configuration())
          .log("Configuration in force");
    }
    decided.shown().forEach(this::show);
  }

  private static KubeVirtObject seen(GenericKubernetesResource object) {
    ObjectMeta meta = object.getMetadata();
    Map<String, Object> properties = object.getAdditionalProperties();
    List<Map<String, Object>> conditions = new ArrayList<>();
    if (tree(properties.get("status")).get("conditions") instanceof List<?> list) {
      list.forEach(each -> conditions.add(tree(each)));
    }
    return new KubeVirtObject(
        meta.getNamespace(),
        meta.getName(),
        meta.getUid(),
        String.valueOf(meta.getCreationTimestamp()),
        meta.getResourceVersion(),
        tree(properties.get("spec")),
        conditions);
  }

  @SuppressWarnings("unchecked") // The keys of JSON are texts.
  private static Map<String, Object> tree(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
  }

  private void show(ConfigurationChoice.Shown shown) {
    KubeVirtObject object = shown.object();
    try {
      client
          .genericKubernetesResources(KUBEVIRTS)
          .inNamespace(object.namespace())
          .withName(object.name())
          .subresource("status")
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              CanonicalJson.write(
                  Map.of(
                      "metadata",
                      Map.of("resourceVersion", object.resourceVersion()),
                      "status",
                      Map.of("conditions", shown.conditions()))));
    } catch (KubernetesClientException e) {
      if (e.getCode() == CONFLICT || e.getCode() == NOT_FOUND) {
        // Of another version, or gone: the watch brings it, and it is decided anew.
        return;
      }
      log.atWarn()
          .addKeyValue("object", object.namespace() + "/" + object.name())
          .addKeyValue("problem", String.valueOf(e.getMessage()))
          .log("The condition of the KubeVirt object could not be written; trying again");
      retry();
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // It logs what goes wrong itself.
  private void retry() {
    try {
      executor.schedule(this::decide, RETRY_SECONDS, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      // Closed.
    }
  }

  @Override
  public void close() {
    informer.stop();
    executor.shutdownNow();
  }
}
