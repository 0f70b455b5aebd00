package io.vireo.api.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the two webhook configurations of one name pointing here: what API servers trust, and the
 * URL where they are not to use the Service. Which requests are asked about stands in the manifests
 * and is left alone. Thread-safe.
 */
public final class WebhookConfigurations implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WebhookConfigurations.class);
  private static final long RETRY_SECONDS = 2;
  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;

  private final Optional<String> url;
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final Kind<MutatingWebhookConfiguration> mutating;
  private final Kind<ValidatingWebhookConfiguration> validating;
  private volatile @Nullable String bundle;

  /** One of the two kinds. */
  private record Kind<T extends HasMetadata>(
      Resource<T> resource,
      SharedIndexInformer<T> informer,
      Function<T, List<WebhookClientConfig>> clients) {}

  /**
   * Nothing happens before {@link #start}.
   *
   * @param name of both configurations
   * @param url where API servers reach admission, without a path; empty for the Service that the
   *     manifests name
   */
  public WebhookConfigurations(KubernetesClient client, String name, Optional<String> url) {
    this.url = url;
    Resource<MutatingWebhookConfiguration> mutatingOne =
        client.admissionRegistration().v1().mutatingWebhookConfigurations().withName(name);
    this.mutating =
        new Kind<>(
            mutatingOne,
            mutatingOne.runnableInformer(0),
            found -> found.getWebhooks().stream().map(each -> each.getClientConfig()).toList());
    Resource<ValidatingWebhookConfiguration> validatingOne =
        client.admissionRegistration().v1().validatingWebhookConfigurations().withName(name);
    this.validating =
        new Kind<>(
            validatingOne,
            validatingOne.runnableInformer(0),
            found -> found.getWebhooks().stream().map(each -> each.getClientConfig()).toList());
  }

  /** Begins to watch them: whoever changes what is kept here is put right. */
  public void start() {
    start(mutating, "/mutate");
    start(validating, "/validate");
  }

  private <T extends HasMetadata> void start(Kind<T> kind, String path) {
    kind.informer().exceptionHandler((started, failure) -> true);
    kind.informer()
        .addEventHandler(
            new ResourceEventHandler<T>() {
              @Override
              public void onAdd(T found) {
                later(kind, path);
              }

              @Override
              public void onUpdate(T before, T found) {
                later(kind, path);
              }

              @Override
              public void onDelete(T found, boolean unknown) {
                log.atWarn()
                    .addKeyValue("kind", found.getKind())
                    .addKeyValue("name", found.getMetadata().getName())
                    .log("The webhook configuration was deleted; nothing is admitted or refused now");
              }
            });
    kind.informer().start();
  }

  /** API servers are to trust these certificates, in PEM, from now on; returns at once. */
  public void trust(String certificates) {
    bundle = certificates;
    later(mutating, "/mutate");
    later(validating, "/validate");
  }

  private <T extends HasMetadata> void later(Kind<T> kind, String path) {
    try {
      executor.execute(() -> put(kind, path));
    } catch (RejectedExecutionException e) {
      // Closed.
    }
  }

  private <T extends HasMetadata> void put(Kind<T> kind, String path) {
    String certificates = bundle;
    if (certificates == null) {
      return;
    }
    try {
      T found = kind.resource().get();
      if (found == null) {
        return;
      }
      boolean differs = false;
      for (WebhookClientConfig each : kind.clients().apply(found)) {
        differs |= change(each, certificates, path);
      }
      if (differs) {
        kind.resource().patch(found);
        log.atInfo()
            .addKeyValue("kind", found.getKind())
            .addKeyValue("name", found.getMetadata().getName())
            .log("Webhook configuration points here");
      }
    } catch (KubernetesClientException e) {
      if (e.getCode() == NOT_FOUND) {
        return;
      }
      if (e.getCode() != CONFLICT) {
        log.atWarn()
            .addKeyValue("problem", String.valueOf(e.getMessage()))
            .log("A webhook configuration could not be changed; trying again");
      }
      retry(kind, path);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // It logs what goes wrong itself.
  private <T extends HasMetadata> void retry(Kind<T> kind, String path) {
    try {
      executor.schedule(() -> put(kind, path), RETRY_SECONDS, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      // Closed.
    }
  }

  private boolean change(WebhookClientConfig client, String certificates, String path) {
    String encoded =
        Base64.getEncoder().encodeToString(certificates.getBytes(StandardCharsets.UTF_8));
    boolean differs = !encoded.equals(client.getCaBundle());
    client.setCaBundle(encoded);
    if (url.isPresent()) {
      String wanted = url.get() + path;
      differs |= !Objects.equals(wanted, client.getUrl()) || client.getService() != null;
      client.setUrl(wanted);
      client.setService(null);
    }
    return differs;
  }

  @Override
  public void close() {
    mutating.informer().stop();
    validating.informer().stop();
    executor.shutdownNow();
  }
}
