package io.vireo.api.certificate;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
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
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final int CONFLICT = 409;

  private final KubernetesClient client;
  private final Resource<Secret> secret;
  private final String title;
  private final List<String> names;
  private final InstantSource clock;
  private final Listener listener;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().name("certificate").daemon().unstarted(task));
  private final SharedIndexInformer<Secret> informer;

  // Of the executor's thread.
  private @Nullable ScheduledFuture<?> wakeUp;
  private CertificateBook.@Nullable Held told;

  /** Where it is kept. */
  public record SecretName(String namespace, String name) {}

  /** What is told; called by one thread, in order. */
  public interface Listener {

    /**
     * From now on this is served.
     *
     * @param certificate in PEM
     * @param key in PEM
     */
    void serve(String certificate, String key);

    /** Other certificates are to be trusted; see {@link CertificateKeeper#bundle()}. */
    void trustChanged();
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
      InstantSource clock,
      Listener listener) {
    this.client = client;
    this.secret = client.secrets().inNamespace(secret.namespace()).withName(secret.name());
    this.title = secret.namespace() + "/" + secret.name();
    this.names = List.copyOf(names);
    this.clock = clock;
    this.listener = listener;
    this.informer = this.secret.runnableInformer(0);
  }

  /** Begins to watch the Secret, and returns; what fails is tried again for ever. */
  public void start() {
    informer.exceptionHandler(
        (started, failure) -> {
          warn("It could not be watched; trying again", failure);
          return true;
        });
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
            warn("It was deleted; what was served is served on", null);
          }
        });
    informer.start();
  }

  /**
   * What API servers are to trust, in PEM, as the Secret has it at this moment and not as it was
   * seen: an older bundle must never replace a newer one. Empty if there is nothing yet.
   *
   * @throws KubernetesClientException if it cannot be asked
   */
  public Optional<String> bundle() {
    Secret found = secret.get();
    return found == null
        ? Optional.empty()
        : CertificateSecret.read(found.getData()).map(CertificateBook.Held::bundle);
  }

  /** Why a change of the Secret might not be heard of; empty if it would be. */
  public Optional<String> problem() {
    return informer.isWatching()
        ? Optional.empty()
        : Optional.of("the Secret " + title + " is not watched");
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
      CertificateBook.Held held = CertificateSecret.read(found.getData()).orElse(null);
      tell(held);
      act(found, held);
    } catch (IOException | RuntimeException e) {
      if (e instanceof KubernetesClientException refusal && refusal.getCode() == CONFLICT) {
        // Another wrote first, and the watch brings what.
        return;
      }
      warn("It could not be kept or served with; trying again", e);
      again(found, RETRY);
    }
  }

  private void act(Secret found, CertificateBook.@Nullable Held held) throws IOException {
    Instant now = clock.instant();
    CertificateBook.Timed newest =
        held == null ? null : Objects.requireNonNullElse(held.next(), held.current());
    boolean fits = newest != null && SelfSigned.isFor(newest.pair(), names);
    switch (CertificateBook.decide(held, fits, now)) {
      case CertificateBook.Action.Wait wait -> again(found, Duration.between(now, wait.until()));
      case CertificateBook.Action.MakeFirst _ ->
          store(found, new CertificateBook.Held(SelfSigned.make(names, now), null, null));
      case CertificateBook.Action.MakeNext _ -> {
        CertificateBook.Held current = Objects.requireNonNull(held);
        store(
            found,
            new CertificateBook.Held(
                current.current(), SelfSigned.make(names, now), current.previous()));
      }
      case CertificateBook.Action.Store changed -> store(found, changed.held());
    }
  }

  private void again(Secret found, Duration wait) {
    long millis = Math.max(wait.toMillis(), RETRY.toMillis());
    try {
      wakeUp = executor.schedule(() -> seen(found), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // Closed.
    }
  }

  private void tell(CertificateBook.@Nullable Held held) {
    if (held != null && !held.equals(told)) {
      listener.trustChanged();
      listener.serve(held.current().pair().certificate(), held.current().pair().key());
      told = held;
    }
  }

  private void store(Secret found, CertificateBook.Held held) {
    // Names the version that this was decided upon.
    Secret changed = found.edit().withData(CertificateSecret.write(held)).build();
    client.resource(changed).update();
    CertificateBook.Timed next = held.next();
    log.atInfo()
        .addKeyValue("secret", title)
        .addKeyValue("notAfter", held.current().notAfter())
        .addKeyValue("next", next == null ? "none" : next.notAfter())
        .log("Certificate stored");
  }

  private void warn(String what, @Nullable Throwable cause) {
    // The words of the client's exceptions quote no content of the Secret.
    log.atWarn()
        .addKeyValue("secret", title)
        .addKeyValue("problem", cause == null ? "" : String.valueOf(cause.getMessage()))
        .addKeyValue("what", what)
        .log("Trouble with the Secret of the certificate");
  }

  @Override
  public void close() {
    informer.stop();
    executor.shutdownNow();
  }
}
