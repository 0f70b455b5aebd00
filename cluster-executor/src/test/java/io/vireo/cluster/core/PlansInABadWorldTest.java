package io.vireo.cluster.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.cluster.core.Ending.Result;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each plan against each thing that may go wrong with any of its requests, and odd objects. */
class PlansInABadWorldTest {

  private static final String VMI_PATH =
      "/apis/kubevirt.io/v1/namespaces/ns/virtualmachineinstances/vm";
  private static final String POD_PATH = "/api/v1/namespaces/ns/pods/p1";
  private static final String NODE_PATH = "/api/v1/nodes/n1";
  private static final List<String> COMMANDS =
      List.of(
          "create",
          "delete",
          "deleteUnseen",
          "ready",
          "status",
          "finalizer",
          "remove",
          "event",
          "label");
  private static final List<String> FAULTS =
      List.of(
          "lostBefore", "lostAfter", "500", "500After", "503", "429", "401", "408", "409", "page");

  private final ModelApiServer server = new ModelApiServer();

  private Command command(String name) {
    Command.Body body =
        switch (name) {
          case "create" ->
              new Command.CreateLauncherPod(
                  "p2",
                  1,
                  "{\"metadata\":{\"name\":\"p2\",\"ownerReferences\":[{\"uid\":\"u1\",\"controller\":true}],"
                      + "\"annotations\":{\"vireo.io/epoch\":\"1\"}}}",
                  List.of(new Command.SecretFromSpec("s1", "ci")));
          case "delete" -> new Command.DeleteLauncherPod("p1", "pu", 0L);
          case "deleteUnseen" -> new Command.DeleteLauncherPod("p1", null, null);
          case "ready" -> new Command.SetPodReady("p1", "pu", true, "NotPaused");
          case "status" ->
              new Command.WriteStatus(
                  "{\"phase\":\"Running\"}",
                  Map.of(),
                  Map.of("vireo.io/epoch", "1"),
                  List.of(),
                  null);
          case "finalizer" ->
              new Command.WriteStatus(
                  "{\"phase\":\"Running\"}",
                  Map.of("a", "b"),
                  Map.of("vireo.io/epoch", "1"),
                  List.of("f"),
                  null);
          case "remove" -> new Command.RemoveFinalizer(List.of("f"), "{\"phase\":\"Failed\"}");
          case "event" -> new Command.EmitEvent("Normal", "Started", "it runs");
          case "label" -> new Command.LabelNode("n1", "nu", Map.of("a", "b"), Map.of());
          default -> throw new IllegalArgumentException(name);
        };
    return server.decidedNow(
        new Command("c1", name.equals("label") ? null : new Command.Vmi("u1", "ns", "vm"), body));
  }

  private void fill(String vmiUid, String podUid, String nodeUid) {
    Map<String, Object> volume = Map.of("name", "ci", "cloudInitNoCloud", Map.of("userData", "pw"));
    server.put(
        VMI_PATH,
        Map.of(
            "metadata", Map.of("uid", vmiUid, "finalizers", List.of("f", "other")),
            "spec", Map.of("volumes", List.of(volume))));
    server.put(
        POD_PATH,
        Map.of(
            "metadata",
            Map.of(
                "uid",
                podUid,
                "ownerReferences",
                List.of(Map.of("uid", vmiUid, "controller", true)))));
    server.put(NODE_PATH, Map.of("metadata", Map.of("uid", nodeUid)));
  }

  private Ending run(Command command, String fault, int faultyRequest) {
    AtomicInteger number = new AtomicInteger();
    AtomicLong nowMs = new AtomicLong(1_700_000_000_000L);
    Api api =
        request ->
            CompletableFuture.completedFuture(
                number.getAndIncrement() == faultyRequest
                    ? faulty(fault, request, command)
                    : server.apply(request, command));
    return new CommandRun(
            api,
            millis -> {
              nowMs.addAndGet(millis);
              return CompletableFuture.completedFuture(null);
            },
            () -> Instant.ofEpochMilli(nowMs.get()),
            problem -> {
              throw new AssertionError(problem);
            })
        .run(command, false, () -> false)
        .resultNow();
  }

  private ApiAnswer faulty(String fault, ApiRequest request, Command command) {
    Map<String, Object> said = Map.of("reason", "Some", "message", "some");
    return switch (fault) {
      case "lostBefore" -> ApiAnswer.none("reset");
      case "lostAfter" -> {
        server.apply(request, command);
        yield ApiAnswer.none("timeout");
      }
      case "500After" -> {
        server.apply(request, command);
        yield new ApiAnswer(500, said);
      }
      case "page" -> new ApiAnswer(404, Map.of("message", "no such page"));
      case "409" ->
          request.verb() == ApiRequest.Verb.GET
              ? new ApiAnswer(503, said)
              : new ApiAnswer(409, Map.of("reason", "Conflict", "message", "some"));
      case "429" -> new ApiAnswer(429, said, 2_000);
      default -> new ApiAnswer(Integer.parseInt(fault), said);
    };
  }

  static Stream<Arguments> everyFaultInEveryRequest() {
    return COMMANDS.stream()
        .flatMap(
            command ->
                FAULTS.stream()
                    .flatMap(
                        fault ->
                            IntStream.range(0, 4).mapToObj(n -> Arguments.of(command, fault, n))));
  }

  @ParameterizedTest(name = "{0}: {1} in request {2}")
  @MethodSource("everyFaultInEveryRequest")
  void whatPassesChangesNothingInTheEnd(String name, String fault, int faultyRequest) {
    fill("u1", "pu", "nu");
    run(command(name), "none", -1);
    Map<String, Object> expected = withoutVersions();
    server.objects.clear();
    fill("u1", "pu", "nu");

    Ending ending = run(command(name), fault, faultyRequest);

    assertThat(ending.result()).isEqualTo(Result.DONE);
    assertThat(withoutVersions()).isEqualTo(expected);
    assertThat(server.violations).isEmpty();
  }

  private Map<String, Object> withoutVersions() {
    Map<String, Object> all = new java.util.TreeMap<>();
    server.objects.forEach(
        (path, object) -> {
          Map<String, Object> copy = ModelApiServer.copy(object);
          ModelApiServer.metadata(copy).remove("resourceVersion");
          // Objects made in the second life of this test have another uid.
          ModelApiServer.metadata(copy).remove("uid");
          copy.remove("firstTimestamp");
          copy.remove("lastTimestamp");
          if (Trees.at(copy, "status", "conditions") != null) {
            copy.put("status", "ready");
          }
          all.put(path, copy);
        });
    return all;
  }

  @ParameterizedTest(name = "{0} where its object is {1}: {2} {3}")
  @CsvSource({
    "create,       gone,     REFUSED, NotFound",
    "create,       other,    REFUSED, UidMismatch",
    "create,       deleting, DONE,    ''",
    "delete,       gone,     DONE,    Gone",
    "delete,       other,    DONE,    Gone",
    "delete,       deleting, DONE,    ''",
    "deleteUnseen, gone,     DONE,    Gone",
    "deleteUnseen, other,    DONE,    Gone",
    "ready,        gone,     REFUSED, NotFound",
    "ready,        other,    REFUSED, UidMismatch",
    "status,       gone,     REFUSED, NotFound",
    "status,       other,    REFUSED, UidMismatch",
    "status,       deleting, DONE,    ''",
    "status,       forced,   DONE,    ''",
    "finalizer,    gone,     REFUSED, NotFound",
    "finalizer,    other,    REFUSED, UidMismatch",
    "finalizer,    deleting, DONE,    ''",
    "finalizer,    forced,   DONE,    ''",
    "remove,       gone,     DONE,    Gone",
    "remove,       other,    DONE,    Gone",
    "remove,       deleting, DONE,    ''",
    "remove,       forced,   DONE,    ''",
    "event,        gone,     DONE,    ''",
    "event,        other,    DONE,    ''",
    "label,        gone,     REFUSED, NotFound",
    "label,        other,    REFUSED, UidMismatch",
  })
  void endsAsItsObjectsAre(String name, String world, Result result, String reason) {
    fill(
        world.equals("other") ? "u2" : "u1",
        world.equals("other") ? "pu2" : "pu",
        world.equals("other") ? "nu2" : "nu");
    Map<String, Object> vmi = ModelApiServer.metadata(server.objects.get(VMI_PATH));
    switch (world) {
      case "gone" -> server.objects.clear();
      case "deleting" -> {
        vmi.put("deletionTimestamp", "2026-01-01T00:00:00Z");
        vmi.put("finalizers", List.of("other"));
      }
      case "forced" -> vmi.remove("finalizers");
      default -> {}
    }

    Ending ending = run(command(name), "none", -1);

    assertThat(ending.result()).isEqualTo(result);
    assertThat(ending.reason() == null ? "" : ending.reason()).isEqualTo(reason);
    assertThat(server.violations).isEmpty();
    if (world.equals("deleting") && name.equals("finalizer")) {
      assertThat(Trees.strings(server.objects.get(VMI_PATH), "metadata", "finalizers"))
          .containsExactly("other");
    }
  }

  @ParameterizedTest(name = "{0} refused with {1}")
  @CsvSource({
    "delete, 410, Expired", "ready, 410, Expired", "status, 410, Expired", "remove, 410, Expired",
    "event, 410, Expired", "label, 410, Expired", "create, 410, Expired", "create, 413, TooLarge",
    "status, 413, TooLarge", "remove, 422, Invalid",
  })
  void whatDoesNotPassIsRefusedAtOnce(String name, int code, String reason) {
    FakeApi api =
        new FakeApi() {
          @Override
          public CompletableFuture<ApiAnswer> send(ApiRequest request) {
            super.send(request);
            fill("u1", "pu", "nu");
            return CompletableFuture.completedFuture(
                request.verb() == ApiRequest.Verb.GET
                    ? server.apply(request, command(name))
                    : new ApiAnswer(code, Map.of("reason", reason, "message", "no")));
          }
        };

    Ending ending = api.run(command(name));

    assertThat(ending.result()).isEqualTo(Result.REFUSED);
    assertThat(ending.reason()).isEqualTo(reason);
    assertThat(api.pauses).isEmpty();
  }
}
