package io.vireo.cli.bench;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.WebhookClientConfig;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.vireo.cli.Cluster;
import io.vireo.cli.Failure;
import io.vireo.cli.Place;
import io.vireo.cli.Steps;
import io.vireo.cli.bench.Figure.Unit;
import io.vireo.cli.measure.Processes;
import io.vireo.dev.stack.StackFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Asks admission as API servers do: the same questions, the same socket, the same trust. */
public final class AdmissionBench {

  private static final String CONFIGURATION = "vireo-api";
  private static final int WARM_UP_SECONDS = 10;

  private final Place place;
  private final Steps steps;

  /** Tells {@code steps} what it does. */
  public AdmissionBench(Place place, Steps steps) {
    this.place = place;
    this.steps = steps;
  }

  /**
   * Measures the stack that runs.
   *
   * @param rate requests a second
   */
  public FigureReport run(int rate, int seconds) throws Exception {
    StackFile stack = place.running();
    Origin origin = Origin.now(place, stack);
    try (KubernetesClient client = Cluster.connect(place.state().kubeconfig())) {
      WebhookClientConfig webhook = webhook(client);
      AdmissionLoad.Question mutate = question(client, webhook, "mutate", false);
      AdmissionLoad.Question validate = question(client, webhook, "validate", true);
      try (HttpClient http =
          HttpClient.newBuilder().sslContext(trusting(webhook.getCaBundle())).build()) {
        AdmissionLoad load = new AdmissionLoad(http, List.of(mutate, validate));
        steps.run(
            "asking for " + WARM_UP_SECONDS + " s, which does not count",
            () -> load.run(rate, WARM_UP_SECONDS));
        return measure(stack, origin, load, rate, seconds);
      }
    }
  }

  private FigureReport measure(
      StackFile stack, Origin origin, AdmissionLoad load, int rate, int seconds) throws Exception {
    OptionalLong server =
        stack.component("api").map(StackFile.Component::pid).stream()
            .mapToLong(pid -> pid)
            .findFirst();
    long own = ProcessHandle.current().pid();
    long begin = System.nanoTime();
    long ownBefore = cpu(own);
    long serverBefore = server.isPresent() ? cpu(server.getAsLong()) : 0;
    AdmissionLoad.Answers answers =
        steps.run(
            "asking for " + seconds + " s", (Consumer<String> detail) -> load.run(rate, seconds));
    double elapsed = (System.nanoTime() - begin) / 1e6;
    List<Figure> cpu = new ArrayList<>();
    cpu.add(percent("client", "the load client", cpu(own) - ownBefore, elapsed));
    if (server.isPresent()) {
      String whose = stack.separate() ? "the api" : "all of Vireo's parts, which share one process";
      cpu.add(percent("server", whose, cpu(server.getAsLong()) - serverBefore, elapsed));
    }
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("requests a second", "" + rate);
    settings.put("seconds", "" + seconds);
    List<Figure> times =
        answers.millis().entrySet().stream()
            .map(
                each ->
                    Figure.of(
                        each.getKey(),
                        each.getKey(),
                        Unit.MILLISECONDS,
                        "the load client",
                        each.getValue()))
            .toList();
    return new FigureReport(
        "admission",
        origin,
        settings,
        List.of(
            new Section("times", "At the webhook's own socket, since the request was due", times),
            new Section("cpu", "Of one processor", cpu)));
  }

  private static long cpu(long pid) throws Failure {
    return Processes.cpuMillis(pid)
        .orElseThrow(() -> new Failure("Expected process " + pid + " to run, but it ended"));
  }

  private static Figure percent(String key, String whose, long cpuMillis, double elapsedMillis) {
    return Figure.of(key, whose, Unit.PERCENT, "/proc/PID/stat", 100 * cpuMillis / elapsedMillis);
  }

  private static WebhookClientConfig webhook(KubernetesClient client) throws Failure {
    MutatingWebhookConfiguration found =
        client
            .admissionRegistration()
            .v1()
            .mutatingWebhookConfigurations()
            .withName(CONFIGURATION)
            .get();
    if (found == null) {
      throw new Failure("Expected a MutatingWebhookConfiguration " + CONFIGURATION);
    }
    WebhookClientConfig config = found.getWebhooks().getFirst().getClientConfig();
    if (config.getUrl() == null || config.getCaBundle() == null) {
      throw new Failure(
          "Expected a URL and a caBundle in the webhook configuration " + CONFIGURATION);
    }
    return config;
  }

  /**
   * What an API server would ask about the example.
   *
   * @param mutated whether it is asked about as it would be stored
   */
  private AdmissionLoad.Question question(
      KubernetesClient client, WebhookClientConfig webhook, String name, boolean mutated)
      throws IOException {
    String yaml = Files.readString(place.example("tiny.yaml"));
    HasMetadata object = client.resource(yaml).inNamespace("default").item();
    if (mutated) {
      object = client.resource(yaml).inNamespace("default").dryRun().create();
    }
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("uid", "00000000-0000-4000-8000-000000000000");
    request.put("kind", Map.of("group", "kubevirt.io", "version", "v1", "kind", object.getKind()));
    request.put("operation", "CREATE");
    request.put("namespace", "default");
    request.put("name", object.getMetadata().getName());
    request.put("userInfo", Map.of("username", "bench"));
    request.put("object", object);
    String review =
        Serialization.asJson(
            Map.of(
                "apiVersion", "admission.k8s.io/v1",
                "kind", "AdmissionReview",
                "request", request));
    return new AdmissionLoad.Question(
        name, URI.create(webhook.getUrl()).resolve("/" + name), review);
  }

  private static SSLContext trusting(String bundle) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    byte[] pem = Base64.getDecoder().decode(bundle);
    for (Certificate each :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(pem))) {
      store.setCertificateEntry("trusted-" + store.size(), each);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
