package io.vireo.api.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.vireo.schemas.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps in the two webhook configurations of one name what API servers are to trust. All else that
 * stands there is the manifests' and is left alone. Thread-safe.
 */
public final class WebhookConfigurations implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WebhookConfigurations.class);
  private static final long RETRY_SECONDS = 2;

  private final Supplier<Optional<String>> bundle;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().name("webhooks").daemon().unstarted(task));
  private final List<Kind<?>> kinds;

  /** One of the two kinds. */
  private static final class Kind<T extends HasMetadata> {
    private final String title;
    private final Resource<T> resource;
    private final SharedIndexInformer<T> informer;
    private final Function<T, List<WebhookClientConfig>> clients;
    // Set by the executor's thread, read by whoever asks for health.
    private volatile Optional<String> problem;

    Kind(String title, Resource<T> resource, Function<T, List<WebhookClientConfig>> clients) {
      this.title = title;
      this.resource = resource;
      this.informer = resource.runnableInformer(0);
      this.clients = clients;
      this.problem = Optional.of(title + " does not trust the certificate yet");
    }
  }

  /**
   * Nothing happens before {@link #start}.
   *
   * @param name of both configurations
   * @param bundle what is to be trusted, in PEM; asked anew for each write
   */
  public WebhookConfigurations(
      KubernetesClient client, String name, Supplier<Optional<String>> bundle) {
    this.bundle = bundle;
    var registration = client.admissionRegistration().v1();
    this.kinds =
        List.of(
            new Kind<MutatingWebhookConfiguration>(
                "MutatingWebhookConfiguration " + name,
                registration.mutatingWebhookConfigurations().withName(name),
                found -> found.getWebhooks().stream().map(it -> it.getClientConfig()).toList()),
            new Kind<ValidatingWebhookConfiguration>(
                "ValidatingWebhookConfiguration " + name,
                registration.validatingWebhookConfigurations().withName(name),
                found -> found.getWebhooks().stream().map(it -> it.getClientConfig()).toList()));
  }

  /** Begins to watch them, and returns: whoever changes what is kept here is put right. */
  public void start() {
    kinds.forEach(this::start);
  }

  private <T extends HasMetadata> void start(Kind<T> kind) {
    kind.informer.exceptionHandler((started, failure) -> true);
    kind.informer.addEventHandler(
        new ResourceEventHandler<T>() {
          @Override
          public void onAdd(T found) {
            later(kind);
          }

          @Override
          public void onUpdate(T before, T found) {
            later(kind);
          }

          @Override
          public void onDelete(T found, boolean unknown) {
            log.atWarn()
                .addKeyValue("configuration", kind.title)
                .log("It was deleted: nothing is admitted or refused now");
          }
        });
    kind.informer.start();
  }

  /** Something else may have to be trusted; returns at once. */
  public void look() {
    kinds.forEach(this::later);
  }

  /** Why API servers may not trust what is served; empty once they were told. */
  public Optional<String> problem() {
    return kinds.stream().flatMap(kind -> kind.problem.stream()).findFirst();
  }

  private void later(Kind<?> kind) {
    try {
      executor.execute(() -> put(kind));
    } catch (RejectedExecutionException e) {
      // Closed.
    }
  }

  private <T extends HasMetadata> void put(Kind<T> kind) {
    try {
      // In this order: whoever changes the bundle after it was read here changes the configuration
      // as well, and so this write, which names the version, fails.
      T found = kind.resource.get();
      if (found == null) {
        kind.problem = Optional.of("there is no " + kind.title);
        return;
      }
      Optional<String> certificates = bundle.get();
      if (certificates.isEmpty()) {
        return;
      }
      List<Map<String, Object>> changes =
          changes(kind.clients.apply(found), encoded(certificates.get()));
      if (!changes.isEmpty()) {
        List<Map<String, Object>> patch = new ArrayList<>();
        patch.add(
            Map.of(
                "op",
                "test",
                "path",
                "/metadata/resourceVersion",
                "value",
                found.getMetadata().getResourceVersion()));
        patch.addAll(changes);
        kind.resource.patch(PatchContext.of(PatchType.JSON), CanonicalJson.write(patch));
        log.atInfo().addKeyValue("configuration", kind.title).log("It trusts what is served");
      }
      kind.problem = Optional.empty();
    } catch (KubernetesClientException e) {
      log.atWarn()
          .addKeyValue("configuration", kind.title)
          .addKeyValue("problem", String.valueOf(e.getMessage()))
          .log("It could not be told what to trust; trying again");
      retry(kind);
    }
  }

  /** What has to be changed, as operations of a JSON patch. */
  static List<Map<String, Object>> changes(List<WebhookClientConfig> clients, String wanted) {
    List<Map<String, Object>> changes = new ArrayList<>();
    for (int i = 0; i < clients.size(); i++) {
      if (!wanted.equals(clients.get(i).getCaBundle())) {
        changes.add(
            Map.of(
                "op", "add", "path", "/webhooks/" + i + "/clientConfig/caBundle", "value", wanted));
      }
    }
    return changes;
  }

  private static String encoded(String certificates) {
    return Base64.getEncoder().encodeToString(certificates.getBytes(StandardCharsets.UTF_8));
  }

  @SuppressWarnings("FutureReturnValueIgnored") // It logs what goes wrong itself.
  private void retry(Kind<?> kind) {
    try {
      executor.schedule(() -> put(kind), RETRY_SECONDS, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      // Closed.
    }
  }

  @Override
  public void close() {
    kinds.forEach(kind -> kind.informer.stop());
    executor.shutdownNow();
  }
}
