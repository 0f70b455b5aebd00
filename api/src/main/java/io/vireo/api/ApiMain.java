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
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs admission. */
public final class ApiMain {

  private static final Logger log = LoggerFactory.getLogger(ApiMain.class);

  /** The Secret and both webhook configurations. */
  private static final String SECRET = "vireo-api-tls";

  private static final String WEBHOOKS = "vireo-api";

  private ApiMain() {}

  /** Starts from the environment and runs until SIGTERM. */
  public static void main(String[] args) throws Exception {
    CountDownLatch stopped = new CountDownLatch(1);
    AutoCloseable api = start(System.getenv());
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    api.close();
                  } catch (Exception e) {
                    log.atWarn().setCause(e).log("The api did not stop cleanly");
                  } finally {
                    stopped.countDown();
                  }
                },
                "api-stop"));
    stopped.await();
  }

  /** Starts and returns; it is ready, by its health, once it serves. The result stops it. */
  @SuppressWarnings("resource") // Closed by what is returned.
  public static AutoCloseable start(Map<String, String> env) throws Exception {
    ApiConfig config = ApiConfig.fromEnv(env);
    HealthServer health = HealthServer.start(config.healthAddress(), "api");
    Running running = new Running(config, health);
    try {
      running.start();
      return running;
    } catch (RuntimeException e) {
      running.close();
      throw e;
    }
  }

  private static final class Running implements AutoCloseable {

    private final ApiConfig config;
    private final HealthServer health;
    private final KubernetesClient client;
    private final ConfigurationWatch configuration;
    private final @Nullable WebhookConfigurations webhooks;
    private final AutoCloseable certificates;
    private final AdmissionServer.Deciders deciders;
    private volatile @Nullable AdmissionServer server;

    Running(ApiConfig config, HealthServer health) {
      this.config = config;
      this.health = health;
      Config found =
          config
              .kubeconfig()
              .map(file -> Config.fromKubeconfig(file.toFile()))
              .orElseGet(() -> Config.autoConfigure(null));
      this.client =
          new KubernetesClientBuilder()
              .withConfig(new ConfigBuilder(found).withUserAgent("vireo-api").build())
              .build();
      Clock clock = Clock.systemUTC();
      this.configuration =
          new ConfigurationWatch(
              client,
              ClusterConfiguration.DEFAULTS.withDefaultNetworkInterface(
                  config.spec().defaultNetworkInterface()),
              clock);
      Admission admission = new Admission(new Accounts(config.accounts()), config.spec());
      this.deciders =
          new AdmissionServer.Deciders(
              request ->
                  admission.mutate(
                      request,
                      configuration.current(),
                      new Generated(clock.instant(), UUID.randomUUID())),
              request -> admission.validate(request, configuration.current()));
      if (config.certificateFolder().isPresent()) {
        this.webhooks = null;
        this.certificates =
            CertificateFiles.watch(
                config.certificateFolder().get(), (certificate, key) -> serve(certificate, key));
      } else {
        WebhookConfigurations own = new WebhookConfigurations(client, WEBHOOKS, config.url());
        CertificateKeeper keeper =
            new CertificateKeeper(
                client,
                new CertificateKeeper.SecretName(config.namespace(), SECRET),
                config.names(),
                clock,
                (certificate, key, bundle) -> {
                  own.trust(bundle);
                  serve(certificate, key);
                });
        this.webhooks = own;
        this.certificates = keeper;
      }
    }

    void start() {
      health.check("configuration", configuration::problem);
      health.check(
          "admission",
          () ->
              server == null
                  ? Optional.of("there is no certificate to serve with yet")
                  : Optional.empty());
      configuration.start();
      if (webhooks != null) {
        webhooks.start();
      }
      if (certificates instanceof CertificateKeeper keeper) {
        keeper.start();
      }
    }

    /** Called by one thread, in order. */
    private void serve(String certificate, String key) {
      AdmissionServer.KeyPair pair = new AdmissionServer.KeyPair(certificate, key);
      try {
        AdmissionServer before = server;
        if (before == null) {
          server =
              AdmissionServer.start(
                  config.host(), config.port(), pair, deciders, health.registry());
          log.atInfo().addKeyValue("port", config.port()).log("Admission is served");
        } else {
          before.replace(pair);
          log.atInfo().log("Admission is served with another certificate");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() throws Exception {
      certificates.close();
      if (webhooks != null) {
        webhooks.close();
      }
      configuration.close();
      AdmissionServer serving = server;
      if (serving != null) {
        serving.close();
      }
      client.close();
      health.close();
    }
  }
}
