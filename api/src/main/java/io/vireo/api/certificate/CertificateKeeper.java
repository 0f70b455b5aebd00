package io.vireo.api.certificate;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the certificate in its Secret and tells whoever serves with it. Any number may do this:
 * each write names the version of the Secret that it was decided upon, and who comes too late takes
 * what the other wrote. Thread-safe.
 */
public final class CertificateKeeper implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CertificateKeeper.class);
  private static final String CERTIFICATE = "tls.crt";
  private static final String KEY = "tls.key";
  private static final String NEXT_CERTIFICATE = "next.crt";
  private static final String NEXT_KEY = "next.key";
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final int CONFLICT = 409;

  private final KubernetesClient client;
  private final SecretName secret;
  private final List<String> names;
  private final Clock clock;
  private final Listener listener;
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private @Nullable SharedIndexInformer<Secret> informer;

  // Of the executor's thread.
  private @Nullable ScheduledFuture<?> wakeUp;
  private CertificateBook.@Nullable Held told;

  /** Where it is kept. */
  public record SecretName(String namespace, String name) {}

  /** What is told; called by one thread, in order. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Another certificate is to be served, or others are to be trusted.
     *
     * @param certificate in PEM
     * @param key in PEM
     * @param bundle what API servers are to trust, in PEM; to be put there before it is served
     */
    void changed(String certificate, String key, String bundle);
  }

  /**
   * Nothing happens before {@link #start}.
   *
   * @param names DNS names and IP addresses that are served
   */
  public CertificateKeeper(
      KubernetesClient client,
      SecretName secret,
      List<String> names,
      Clock clock,
      Listener listener) {
    this.client = client;
    this.secret = secret;
    this.names = List.copyOf(names);
    this.clock = clock;
    this.listener = listener;
  }

  /** Begins to watch the Secret, and returns; what fails is tried again for ever. */
  public void start() {
    informer =
        client
            .secrets()
            .inNamespace(secret.namespace())
            .withName(secret.name())
            .runnableInformer(0);
    informer.exceptionHandler((started, failure) -> true);
    informer.addEventHandler(
        new ResourceEventHandler<Secret>() {
          @Override
          public void onAdd(Secret found) {
            later(found);
          }

          @Override
          public void onUpdate(Secret before, Secret found) {
            later(found);
          }

          @Override
          public void onDelete(Secret found, boolean unknown) {
            log.atWarn()
                .addKeyValue("secret", secret.namespace() + "/" + secret.name())
                .log("The Secret of the certificate was deleted; the one that was served is served on");
          }
        });
    informer.start();
  }

  private void later(Secret found) {
    try {
      executor.execute(() -> seen(found));
    } catch (RejectedExecutionException e) {
      // Closed.
    }
  }

  private void seen(Secret found) {
    ScheduledFuture<?> before = wakeUp;
    if (before != null) {
      before.cancel(false);
    }
    try {
      CertificateBook.Held held = read(found).orElse(null);
      tell(held);
      Instant now = clock.instant();
      CertificateBook.Timed newest =
          held == null ? null : Objects.requireNonNullElse(held.next(), held.current());
      boolean fits = newest != null && SelfSigned.isFor(newest.pair(), names);
      Optional<CertificateBook.Held> wanted =
          switch (CertificateBook.decide(held, fits, now)) {
            case CertificateBook.Action.Wait wait -> {
              again(found, Duration.between(now, wait.until()));
              yield Optional.empty();
            }
            case CertificateBook.Action.MakeFirst first ->
                Optional.of(new CertificateBook.Held(SelfSigned.make(names, now), null));
            case CertificateBook.Action.MakeNext next ->
                Optional.of(
                    new CertificateBook.Held(
                        Objects.requireNonNull(held).current(), SelfSigned.make(names, now)));
            case CertificateBook.Action.Promote promote -> Optional.of(promote.held());
          };
      if (wanted.isPresent()) {
        store(found, wanted.get());
      }
    } catch (KubernetesClientException | IOException e) {
      if (e instanceof KubernetesClientException refusal && refusal.getCode() == CONFLICT) {
        // Another wrote first, and the watch brings what.
        return;
      }
      log.atWarn()
          .addKeyValue("secret", secret.namespace() + "/" + secret.name())
          .addKeyValue("problem", String.valueOf(e.getMessage()))
          .log("The certificate could not be kept; trying again");
      again(found, RETRY);
    }
  }

  private void again(Secret found, Duration wait) {
    long millis = Math.max(wait.toMillis(), RETRY.toMillis());
    wakeUp = executor.schedule(() -> seen(found), millis, TimeUnit.MILLISECONDS);
  }

  private void tell(CertificateBook.@Nullable Held held) {
    if (held != null && !held.equals(told)) {
      CertificateBook.Pair pair = held.current().pair();
      listener.changed(pair.certificate(), pair.key(), held.bundle());
      told = held;
    }
  }

  private void store(Secret found, CertificateBook.Held held) {
    Map<String, String> data = new HashMap<>();
    put(data, CERTIFICATE, held.current().pair().certificate());
    put(data, KEY, held.current().pair().key());
    CertificateBook.Timed next = held.next();
    if (next != null) {
      put(data, NEXT_CERTIFICATE, next.pair().certificate());
      put(data, NEXT_KEY, next.pair().key());
    }
    Secret changed = found.edit().withData(data).build();
    client.secrets().inNamespace(secret.namespace()).resource(changed).update();
    log.atInfo()
        .addKeyValue("secret", secret.namespace() + "/" + secret.name())
        .addKeyValue("notAfter", held.current().notAfter())
        .addKeyValue("next", next == null ? "none" : next.notAfter())
        .log("Certificate stored");
  }

  private static void put(Map<String, String> data, String key, String text) {
    data.put(key, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** What the Secret holds; empty if there is nothing in it that can be used. */
  private static Optional<CertificateBook.Held> read(Secret found) {
    Map<String, String> data = found.getData() == null ? Map.of() : found.getData();
    Optional<CertificateBook.Timed> current = read(data, CERTIFICATE, KEY);
    return current.map(
        timed ->
            new CertificateBook.Held(timed, read(data, NEXT_CERTIFICATE, NEXT_KEY).orElse(null)));
  }

  private static Optional<CertificateBook.Timed> read(
      Map<String, String> data, String certificate, String key) {
    String pem = data.get(certificate);
    String secretKey = data.get(key);
    if (pem == null || pem.isEmpty() || secretKey == null || secretKey.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          SelfSigned.timed(new CertificateBook.Pair(decoded(pem), decoded(secretKey))));
    } catch (IOException | IllegalArgumentException e) {
      log.atWarn().addKeyValue("key", certificate).log("No certificate is in the Secret there");
      return Optional.empty();
    }
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    if (informer != null) {
      informer.stop();
    }
    executor.shutdownNow();
  }
}
