package io.vireo.simulator.kubernetes;

import io.vireo.cluster.core.ApiAnswer;
import io.vireo.cluster.core.ApiRequest;
import io.vireo.simulator.engine.Network;
import io.vireo.simulator.engine.SimProcess;
import io.vireo.simulator.kubernetes.SimApiServer.Kind;
import io.vireo.simulator.kubernetes.SimApiServer.Refused;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One client's way to the API server: a request takes its time, may never arrive, may have its
 * effect without an answer, and may be refused for no fault of its own.
 */
public final class SimApi {

  private static final long TIMEOUT_MS = 10_000;
  private static final String VMIS = "virtualmachineinstances";

  private final SimProcess process;
  private final SimApiServer server;
  private final Network network;
  private final Trouble trouble;

  /** What goes wrong between a client and the server. */
  public static final class Trouble {
    private int errorOneIn;
    private int lostAnswerOneIn;

    /** One request in so many is refused with 429, 500 or 409; 0 for none. */
    public void errors(int oneIn) {
      errorOneIn = oneIn;
    }

    /** One request in so many has its effect but no answer; 0 for none. */
    public void lostAnswers(int oneIn) {
      lostAnswerOneIn = oneIn;
    }
  }

  /** The way of a process. */
  public SimApi(SimProcess process, SimApiServer server, Network network, Trouble trouble) {
    this.process = process;
    this.server = server;
    this.network = network;
    this.trouble = trouble;
  }

  /** Sends a request; the answer comes later. */
  public CompletableFuture<ApiAnswer> send(ApiRequest request) {
    CompletableFuture<ApiAnswer> answer = new CompletableFuture<>();
    long extra = network.extraDelayMs(process.name());
    // On its way it is out of the sender's hands: it arrives also if the sender dies meanwhile.
    process.engine().within(1 + extra, 8 + extra, () -> arrive(request, answer));
    return answer;
  }

  private void arrive(ApiRequest request, CompletableFuture<ApiAnswer> answer) {
    if (!network.carriesRequests(process.name(), Network.API)) {
      process.within(
          TIMEOUT_MS, TIMEOUT_MS, () -> answer.complete(ApiAnswer.none("No answer in 10 s")));
      return;
    }
    if (trouble.errorOneIn > 0 && process.engine().oneIn(trouble.errorOneIn)) {
      int code = List.of(429, 500, 503).get(process.engine().pick(3));
      reply(answer, new ApiAnswer(code, failure("Trouble", "The server is in trouble")));
      return;
    }
    ApiAnswer result = handle(request);
    boolean lost = trouble.lostAnswerOneIn > 0 && process.engine().oneIn(trouble.lostAnswerOneIn);
    if (lost || !network.carriesAnswers(process.name(), Network.API)) {
      process.within(
          TIMEOUT_MS, TIMEOUT_MS, () -> answer.complete(ApiAnswer.none("No answer in 10 s")));
      return;
    }
    reply(answer, result);
  }

  private void reply(CompletableFuture<ApiAnswer> answer, ApiAnswer result) {
    process.within(1, 6, () -> answer.complete(result));
  }

  private ApiAnswer handle(ApiRequest request) {
    try {
      return new ApiAnswer(200, Tree.copy(doIt(request)));
    } catch (Refused e) {
      return new ApiAnswer(e.code(), failure(e.reason(), String.valueOf(e.getMessage())));
    }
  }

  private static Map<String, Object> failure(String reason, String message) {
    return Tree.of("kind", "Status", "reason", reason, "message", message);
  }

  private record Target(Kind kind, String namespace, @Nullable String name, boolean status) {}

  private static Target target(String path) {
    String[] parts = path.substring(1).split("/", -1);
    // /api/v1/nodes/n, /api/v1/namespaces/ns/pods[/p[/status]], /apis/g/v1/namespaces/ns/kinds[/n]
    int at = parts[0].equals("api") ? 2 : 3;
    if (parts[at].equals("nodes")) {
      return new Target(Kind.NODE, "", parts[at + 1], false);
    }
    Kind kind =
        switch (parts[at + 2]) {
          case "pods" -> Kind.POD;
          case "secrets" -> Kind.SECRET;
          case "events" -> Kind.EVENT;
          case VMIS -> Kind.VMI;
          case "virtualmachines" -> Kind.VM;
          case "virtualmachineinstancereplicasets" -> Kind.REPLICA_SET;
          case "controllerrevisions" -> Kind.REVISION;
          default -> throw new Refused(404, "NotFound", "no such kind: " + path);
        };
    return new Target(
        kind,
        parts[at + 1],
        parts.length > at + 3 ? parts[at + 3] : null,
        kind.hasStatusSubresource() && parts.length > at + 4);
  }

  private static Object body(ApiRequest request) {
    return Objects.requireNonNull(request.body());
  }

  @SuppressWarnings("unchecked") // Bodies are trees.
  private Map<String, Object> doIt(ApiRequest request) {
    Target target = target(request.path());
    if (request.verb() == ApiRequest.Verb.POST) {
      return server.create(target.kind(), (Map<String, Object>) body(request));
    }
    String key = SimApiServer.key(target.namespace(), String.valueOf(target.name()));
    return switch (request.verb()) {
      case GET ->
          server
              .find(target.kind(), key)
              .orElseThrow(() -> new Refused(404, "NotFound", key + " not found"));
      case DELETE -> {
        Object grace = Tree.at(request.body(), "gracePeriodSeconds");
        yield server.delete(
            target.kind(),
            key,
            Tree.text(request.body(), "preconditions", "uid"),
            Tree.text(request.body(), "preconditions", "resourceVersion"),
            grace instanceof Number number ? Long.valueOf(number.longValue()) : null);
      }
      case JSON_PATCH ->
          patch(target, key, tree -> Patches.json(tree, (List<Map<String, Object>>) body(request)));
      case MERGE_PATCH, STRATEGIC_PATCH ->
          patch(target, key, tree -> Patches.merge(tree, (Map<String, Object>) body(request)));
      case POST -> throw new IllegalStateException("Expected a request on one object");
    };
  }

  private Map<String, Object> patch(
      Target target, String key, UnaryOperator<Map<String, Object>> change) {
    return target.status()
        ? server.updateStatus(target.kind(), key, change)
        : server.updateMain(target.kind(), key, change);
  }
}
