package io.vireo.api;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.vireo.api.certificate.CertificateFiles;
import io.vireo.api.certificate.CertificateKeeper;
import io.vireo.api.core.Accounts;
import io.vireo.api.core.Admission;
import io.vireo.api.core.ClusterConfiguration;
import io.vireo.api.core.Generated;
import io.vireo.api.http.AdmissionServer;
import io.vireo.api.kubernetes.ConfigurationWatch;
import io.vireo.api.kubernetes.WebhookConfigurations;
import io.vireo.health.HealthServer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The api component. */
public final class ApiMain implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ApiMain.class);
  private static final String COMPONENT = "api";

  /** Name of the Secret with the certificate. */
  public static final String SECRET = "vireo-api-tls";

  /** Name of both webhook configurations. */
  public static final String WEBHOOKS = "vireo-api";

  /** API servers hear of an end by the Service's endpoints; until then they are answered. */
  private static final Duration DRAIN = Duration.ofSeconds(3);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean draining;
  // Set by the thread that the certificate comes on; read by whoever asks for health.
  private volatile @Nullable AdmissionServer server;

  private ApiMain() {}

  /** Runs until it is ended. */
  public static void main(String[] args) throws Exception {
    ApiMain api = open(System.getenv());
    Runtime.getRuntime().addShutdownHook(new Thread(api::drain, "shutdown"));
    new CountDownLatch(1).await();
  }

  /** Starts it with these settings and returns; its health says when it serves. */
  public static AutoCloseable start(Map<String, String> env) throws Exception {
    return open(env);
  }

  private static ApiMain open(Map<String, String> env) throws Exception {
    ApiConfig config = ApiConfig.fromEnv(env);
    ApiMain api = new ApiMain();
    try {
      api.open(config, InstantSource.system());
      return api;
    } catch (Exception e) {
      api.close();
      throw e;
    }
  }

  private void open(ApiConfig config, InstantSource clock) throws Exception {
    HealthServer health = opened(HealthServer.start(config.healthAddress(), COMPONENT));
    health.check(
        "start",
        () ->
            draining
                ? Optional.of("the api ends")
                : server == null
                    ? Optional.of("there is no certificate to serve with yet")
                    : Optional.empty());
    opened(
        () -> {
          AdmissionServer serving = server;
          if (serving != null) {
            serving.close();
          }
        });
    KubernetesClient client = opened(client(config));
    ConfigurationWatch configuration =
        opened(
            new ConfigurationWatch(
                client,
                ClusterConfiguration.DEFAULTS.withDefaultNetworkInterface(
                    config.spec().defaultNetworkInterface()),
                clock));
    health.check("configuration", configuration::problem);
    Serving serving = new Serving(config, health, deciders(config, configuration, clock));
    // Nothing is decided before it is known what is configured.
    configuration.start(
        config.certificateFolder().isPresent()
            ? () -> opened(CertificateFiles.watch(config.certificateFolder().get(), serving::serve))
            : ownCertificate(config, client, health, serving, clock));
    log.atInfo().addKeyValue("healthPort", health.port()).log("The api runs");
  }

  private static KubernetesClient client(ApiConfig config) {
    Config found =
        config
            .kubeconfig()
            .map(file -> Config.fromKubeconfig(file.toFile()))
            .orElseGet(() -> Config.autoConfigure(null));
    return new KubernetesClientBuilder()
        .withConfig(new ConfigBuilder(found).withUserAgent("vireo-api").build())
        .build();
  }

  private static AdmissionServer.Deciders deciders(
      ApiConfig config, ConfigurationWatch configuration, InstantSource clock) {
    Admission admission = new Admission(new Accounts(config.accounts()), config.spec());
    return new AdmissionServer.Deciders(
        request ->
            admission.mutate(
                request,
                configuration.current(),
                new Generated(clock.instant(), UUID.randomUUID())),
        request -> admission.validate(request, configuration.current()));
  }

  /** What starts to keep the certificate. */
  private Runnable ownCertificate(
      ApiConfig config,
      KubernetesClient client,
      HealthServer health,
      Serving serving,
      InstantSource clock) {
    Trust trust = new Trust(serving);
    CertificateKeeper keeper =
        opened(
            new CertificateKeeper(
                client,
                new CertificateKeeper.SecretName(config.namespace(), SECRET),
                config.names(),
                clock,
                trust));
    WebhookConfigurations webhooks =
        opened(new WebhookConfigurations(client, WEBHOOKS, keeper::bundle));
    trust.webhooks = webhooks;
    health.check("certificate", keeper::problem);
    health.check("webhooks", webhooks::problem);
    return () -> {
      webhooks.start();
      keeper.start();
    };
  }

  /** Hands on what the keeper of the certificate tells. */
  private static final class Trust implements CertificateKeeper.Listener {
    private final Serving serving;
    // Set before the keeper starts.
    private @Nullable WebhookConfigurations webhooks;

    Trust(Serving serving) {
      this.serving = serving;
    }

    @Override
    public void serve(String certificate, String key) {
      serving.serve(certificate, key);
    }

    @Override
    public void trustChanged() {
      WebhookConfigurations known = webhooks;
      if (known != null) {
        known.look();
      }
    }
  }

  /** Serves, from the first certificate on. Called by one thread at a time. */
  private final class Serving {
    private final ApiConfig config;
    private final HealthServer health;
    private final AdmissionServer.Deciders deciders;

    Serving(ApiConfig config, HealthServer health, AdmissionServer.Deciders deciders) {
      this.config = config;
      this.health = health;
      this.deciders = deciders;
    }

    void serve(String certificate, String key) {
      AdmissionServer.KeyPair pair = new AdmissionServer.KeyPair(certificate, key);
      AdmissionServer serving = server;
      try {
        if (serving == null) {
          AdmissionServer started =
              AdmissionServer.start(
                  config.host(), config.port(), pair, deciders, health.registry());
          server = started;
          log.atInfo().addKeyValue("port", started.port()).log("Admission is served");
        } else {
          serving.replace(pair);
          log.atInfo().log("Admission is served with another certificate");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void drain() {
    draining = true;
    try {
      Thread.sleep(DRAIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  private <T extends AutoCloseable> T opened(T part) {
    synchronized (parts) {
      parts.push(part);
    }
    return part;
  }

  /** Stops it, last part first. Idempotent. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    Deque<AutoCloseable> all;
    synchronized (parts) {
      all = new ArrayDeque<>(parts);
    }
    for (AutoCloseable part : all) {
      try {
        part.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        log.atWarn().setCause(e).log("A part did not close in order");
      }
    }
  }
}
