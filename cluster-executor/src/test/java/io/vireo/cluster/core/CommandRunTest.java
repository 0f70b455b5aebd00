package io.vireo.cluster.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.cluster.core.Ending.Result;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandRunTest {

  private static final Command.Vmi VMI = new Command.Vmi("u1", "ns", "vm");
  private static final String POD_JSON =
      """
      {"metadata":{"name":"p1","ownerReferences":[{"uid":"u1","controller":true}],
       "annotations":{"vireo.io/epoch":"1"}}}
      """;
  private static final Command CREATE = create(List.of());
  private static final Command DELETE = command(new Command.DeleteLauncherPod("p1", "pu", 0L));
  private static final Command READY =
      command(new Command.SetPodReady("p1", "pu", true, "NotPaused"));
  private static final Command STATUS =
      command(
          new Command.WriteStatus(
              "{\"phase\":\"Running\"}",
              Map.of("kubevirt.io/nodeName", "n1"),
              Map.of("vireo.io/epoch", "1"),
              List.of(),
              7L));
  private static final Command PLAIN_STATUS =
      command(
          new Command.WriteStatus(
              "{\"phase\":\"Scheduling\"}",
              Map.of(),
              Map.of("vireo.io/epoch", "1"),
              List.of(),
              7L));
  private static final Command FINALIZER =
      command(
          new Command.WriteStatus("{}", Map.of(), Map.of("vireo.io/epoch", "1"), List.of("f"), 7L));
  private static final Command REMOVE = command(new Command.RemoveFinalizer(List.of("f"), "{}"));
  private static final Command EVENT =
      command(new Command.EmitEvent("Normal", "Started", "it runs"));
  private static final Command LABEL =
      new Command("c1", null, new Command.LabelNode("n1", "nu", Map.of("a", "b"), Map.of()));

  private static Command command(Command.Body body) {
    return new Command("c1", VMI, body);
  }

  private static Command create(List<Command.SecretFromSpec> secrets) {
    return command(new Command.CreateLauncherPod("p1", 1, POD_JSON, secrets));
  }

  private static Command named(String name) {
    return switch (name) {
      case "create" -> CREATE;
      case "delete" -> DELETE;
      case "ready" -> READY;
      case "status" -> STATUS;
      case "remove" -> REMOVE;
      case "event" -> EVENT;
      case "label" -> LABEL;
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Map<String, Object> object(String uid, Map<String, Object> metadata) {
    Map<String, Object> all = new java.util.HashMap<>(metadata);
    all.put("uid", uid);
    all.put("resourceVersion", "7");
    return Map.of("metadata", all);
  }

  private static Map<String, Object> pod(String owner, String epoch) {
    return object(
        "pu",
        Map.of(
            "ownerReferences", List.of(Map.of("uid", owner, "controller", true)),
            "annotations", Map.of("vireo.io/epoch", epoch)));
  }

  @ParameterizedTest(name = "{0} answered {1} {2} ends {3} {4}")
  @CsvSource({
    "create, 201, '',            DONE,    ''",
    "create, 403, Forbidden,     REFUSED, Forbidden",
    "create, 422, Invalid,       REFUSED, Invalid",
    "create, 400, BadRequest,    REFUSED, BadRequest",
    "create, 404, NotFound,      REFUSED, NotFound",
    "create, 503, Unavailable,   UNKNOWN, TimedOut",
    "create, 429, TooMany,       UNKNOWN, TimedOut",
    "create, 0,   '',            UNKNOWN, TimedOut",
    "delete, 200, '',            DONE,    ''",
    "delete, 404, NotFound,      DONE,    Gone",
    "delete, 403, Forbidden,     REFUSED, Forbidden",
    "ready,  200, '',            DONE,    ''",
    "ready,  404, NotFound,      REFUSED, NotFound",
    "status, 200, '',            DONE,    ''",
    "status, 404, NotFound,      REFUSED, NotFound",
    "status, 403, Forbidden,     REFUSED, Forbidden",
    "status, 500, InternalError, UNKNOWN, TimedOut",
    "remove, 404, NotFound,      DONE,    Gone",
    "remove, 403, Forbidden,     REFUSED, Forbidden",
    "event,  201, '',            DONE,    ''",
    "event,  409, AlreadyExists, DONE,    AlreadyExists",
    "event,  403, Forbidden,     REFUSED, Forbidden",
    "label,  200, '',            DONE,    ''",
    "label,  404, NotFound,      REFUSED, NotFound",
  })
  void endsAsTheAnswerSays(String command, int code, String reason, Result result, String ended) {
    FakeApi api =
        code >= 200 && code < 300
            ? new FakeApi().answers(code, object("u1", Map.of()))
            : new FakeApi().fails(code, reason);

    Ending ending = api.run(named(command));

    assertThat(ending.result()).isEqualTo(result);
    assertThat(ending.reason() == null ? "" : ending.reason()).isEqualTo(ended);
    if (result == Result.DONE && ended.isEmpty()) {
      assertThat(ending.resourceVersion()).isEqualTo(7);
    }
  }

  @ParameterizedTest(name = "pod of {0}, epoch {1}: {2} {3}")
  @CsvSource({"u1, 1, DONE, ''", "u1, 2, REFUSED, NameTaken", "other, 1, REFUSED, NameTaken"})
  void takenNameIsDoneOnlyIfItIsOurPod(String owner, String epoch, Result result, String reason) {
    FakeApi api = new FakeApi().fails(409, "AlreadyExists").answers(200, pod(owner, epoch));

    Ending ending = api.run(CREATE);

    assertThat(ending.result()).isEqualTo(result);
    assertThat(ending.reason() == null ? "" : ending.reason()).isEqualTo(reason);
  }

  @Test
  void conflictOfAQuotaIsTriedAgain() {
    FakeApi api =
        new FakeApi()
            .fails(409, "Conflict")
            .fails(404, "NotFound")
            .answers(200, object("u1", Map.of()))
            .answers(201, object("pu", Map.of()));

    assertThat(api.run(CREATE).result()).isEqualTo(Result.DONE);
    assertThat(api.pauses).containsExactly(100L);
  }

  @Test
  void whatPassesIsWaitedForLongerAndLonger() {
    FakeApi api = new FakeApi().fails(503, "Unavailable");

    Ending ending = api.run(CREATE);

    assertThat(ending.result()).isEqualTo(Result.UNKNOWN);
    assertThat(api.pauses).startsWith(100L, 200L, 400L, 800L, 1600L, 3200L, 5000L, 5000L);
    assertThat(api.pauses.stream().mapToLong(Long::longValue).sum()).isBetween(50_000L, 60_000L);
  }

  @Test
  void pauseThatTheApiServerAsksForIsKeptWithinBounds() {
    ApiAnswer asks = new ApiAnswer(429, Map.of(), 3_000);
    ApiAnswer asksTooMuch = new ApiAnswer(503, Map.of(), 900_000);
    FakeApi api =
        new FakeApi().answers(asks).answers(asksTooMuch).answers(200, object("u1", Map.of()));

    assertThat(api.run(DELETE).result()).isEqualTo(Result.DONE);
    assertThat(api.pauses).containsExactly(3_000L, CommandRun.LONGEST_ASKED_PAUSE_MS);
  }

  @Test
  void commandEndsThoughItsClockIsSetBack() {
    FakeApi api =
        new FakeApi() {
          @Override
          public CompletableFuture<ApiAnswer> send(ApiRequest request) {
            nowMs.addAndGet(-3_600_000);
            return super.send(request);
          }
        };

    assertThat(api.run(EVENT).result()).isEqualTo(Result.UNKNOWN);
  }

  @Test
  void goneIsNotConcludedFromTheWordsOfAProxy() {
    FakeApi api = new FakeApi().answers(404, Map.of("message", "404 page not found"));

    assertThat(api.run(REMOVE).result()).isEqualTo(Result.UNKNOWN);
  }

  @Test
  void planThatThrowsIsFailedOnlyIfNothingWasAsked() {
    FakeApi api = new FakeApi().answers(200, object("u1", Map.of()));
    Command nothing = command(new Command.EmitEvent("Normal", "Started", null));

    assertThat(api.run(nothing).result()).isEqualTo(Result.FAILED);
    assertThat(api.run(nothing, true).result()).isEqualTo(Result.UNKNOWN);
    assertThat(api.faults).hasSize(2);
    assertThat(api.asked).isEmpty();
  }

  @Test
  void secretIsNotQuotedWhenItIsGivenUp() {
    FakeApi api =
        new FakeApi() {
          @Override
          public CompletableFuture<ApiAnswer> send(ApiRequest request) {
            return CompletableFuture.completedFuture(
                switch (request.verb()) {
                  case POST -> new ApiAnswer(500, Map.of("message", "cannot store pw"));
                  default ->
                      request.path().contains("/pods/")
                          ? new ApiAnswer(404, Map.of("reason", "NotFound"))
                          : new ApiAnswer(200, vmiWithData());
                });
          }
        };

    Ending ending = api.run(create(List.of(new Command.SecretFromSpec("s1", "ci"))));

    assertThat(ending.result()).isEqualTo(Result.UNKNOWN);
    assertThat(ending.message()).doesNotContain("cannot store pw");
  }

  private static Map<String, Object> vmiWithData() {
    Map<String, Object> volume = Map.of("name", "ci", "cloudInitNoCloud", Map.of("userData", "pw"));
    return Map.of("metadata", Map.of("uid", "u1"), "spec", Map.of("volumes", List.of(volume)));
  }

  @Test
  void secretsOfTheSpecComeBeforeThePodAndAreNowhereElse() {
    Map<String, Object> volume =
        Map.of(
            "name",
            "ci",
            "cloudInitNoCloud",
            Map.of("userData", "pw", "networkDataBase64", "bg=="));
    Map<String, Object> vmi =
        Map.of(
            "metadata", Map.of("uid", "u1"),
            "spec", Map.of("volumes", List.of(Map.of("name", "x"), volume)));
    FakeApi api =
        new FakeApi()
            .answers(200, vmi)
            .answers(201, object("su", Map.of()))
            .answers(201, object("pu", Map.of()));

    Ending ending = api.run(create(List.of(new Command.SecretFromSpec("s1", "ci"))));

    assertThat(ending.objectUid()).isEqualTo("pu");
    assertThat(api.askedFor())
        .containsExactly(
            "GET /apis/kubevirt.io/v1/namespaces/ns/virtualmachineinstances/vm",
            "POST /api/v1/namespaces/ns/secrets",
            "POST /api/v1/namespaces/ns/pods");
    Object data = Trees.at(api.asked.get(1).body(), "data");
    String encoded = Base64.getEncoder().encodeToString("pw".getBytes(StandardCharsets.UTF_8));
    assertThat(data).isEqualTo(Map.of("userdata", encoded, "networkdata", "bg=="));
    assertThat(Trees.isOwnedBy(api.asked.get(1).body(), "u1")).isTrue();
  }

  @Test
  void refusedSecretDoesNotQuoteTheAnswer() {
    Map<String, Object> volume = Map.of("name", "ci", "cloudInitNoCloud", Map.of("userData", "pw"));
    Map<String, Object> vmi =
        Map.of("metadata", Map.of("uid", "u1"), "spec", Map.of("volumes", List.of(volume)));
    FakeApi api =
        new FakeApi().answers(200, vmi).answers(422, Map.of("reason", "Invalid", "message", "pw"));

    Ending ending = api.run(create(List.of(new Command.SecretFromSpec("s1", "ci"))));

    assertThat(ending.result()).isEqualTo(Result.REFUSED);
    assertThat(ending.message()).doesNotContain("pw");
  }

  @Test
  void foreignSecretOfThatNameIsRefused() {
    Map<String, Object> volume = Map.of("name", "ci", "cloudInitNoCloud", Map.of("userData", "pw"));
    Map<String, Object> vmi =
        Map.of("metadata", Map.of("uid", "u1"), "spec", Map.of("volumes", List.of(volume)));
    FakeApi api =
        new FakeApi()
            .answers(200, vmi)
            .fails(409, "AlreadyExists")
            .answers(200, object("su", Map.of()))
            .fails(404, "NotFound");

    assertThat(api.run(create(List.of(new Command.SecretFromSpec("s1", "ci")))).reason())
        .isEqualTo("NameTaken");
  }

  @Test
  void statusWriteWithoutLabelsIsOneRequest() {
    FakeApi api = new FakeApi().answers(200, object("u1", Map.of()));

    api.run(PLAIN_STATUS);

    assertThat(api.asked).hasSize(1);
    assertThat(api.asked.getFirst().body())
        .isEqualTo(
            List.of(
                Map.of("op", "test", "path", "/metadata/uid", "value", "u1"),
                Map.of("op", "add", "path", "/metadata/resourceVersion", "value", "7"),
                Map.of("op", "add", "path", "/metadata/annotations/vireo.io~1epoch", "value", "1"),
                Map.of("op", "add", "path", "/status", "value", Map.of("phase", "Scheduling"))));
  }

  @Test
  void statusWriteWithLabelsReadsFirstSoThatNoWriteFails() {
    FakeApi api =
        new FakeApi().answers(200, object("u1", Map.of())).answers(200, object("u1", Map.of()));

    assertThat(api.run(STATUS).result()).isEqualTo(Result.DONE);
    assertThat(paths(api.asked.get(1)))
        .containsExactly(
            "/metadata/resourceVersion",
            "/metadata/labels",
            "/metadata/labels/kubevirt.io~1nodeName",
            "/metadata/annotations",
            "/metadata/annotations/vireo.io~1epoch",
            "/status");
  }

  @Test
  void statusWriteThatDoesNotApplyIsMadeForTheObjectAsItIs() {
    FakeApi api =
        new FakeApi()
            .fails(422, "Invalid")
            .answers(200, object("u1", Map.of("labels", Map.of("a", "b"))))
            .answers(200, object("u1", Map.of()));

    assertThat(api.run(PLAIN_STATUS).result()).isEqualTo(Result.DONE);
    assertThat(paths(api.asked.get(2)))
        .containsExactly(
            "/metadata/resourceVersion",
            "/metadata/annotations",
            "/metadata/annotations/vireo.io~1epoch",
            "/status");
  }

  private static Map<String, Object> vmi(String version, String phase, String epoch) {
    return Map.of(
        "metadata",
        Map.of(
            "uid",
            "u1",
            "resourceVersion",
            version,
            "annotations",
            Map.of("vireo.io/epoch", epoch)),
        "status",
        Map.of("phase", phase));
  }

  @ParameterizedTest
  @CsvSource({"Running, 1", "Failed, 1", "Scheduling, 2"})
  void statusOfAnotherVersionIsNotWritten(String phase, String epoch) {
    for (boolean again : new boolean[] {false, true}) {
      FakeApi api = new FakeApi();
      if (!again) {
        api.fails(409, "Conflict");
      }
      api.answers(200, vmi("9", phase, epoch));

      Ending ending = api.run(PLAIN_STATUS, again);

      assertThat(ending.result()).isEqualTo(Result.SUPERSEDED);
      assertThat(ending.reason()).isEqualTo("Conflict");
      assertThat(ending.resourceVersion()).isEqualTo(9);
      assertThat(api.asked).hasSize(again ? 1 : 2);
    }
  }

  @Test
  void statusThatIsThereIsDoneWhoseAnswerWasLost() {
    FakeApi api = new FakeApi().answers(200, vmi("8", "Scheduling", "1"));

    Ending ending = api.run(PLAIN_STATUS, true);

    assertThat(ending.result()).isEqualTo(Result.DONE);
    assertThat(ending.resourceVersion()).isEqualTo(8);
    assertThat(api.asked).hasSize(1);
  }

  @Test
  void statusWithoutAVersionIsRefused() {
    FakeApi api = new FakeApi();
    Command.Body body = new Command.WriteStatus("{}", Map.of(), Map.of(), List.of(), null);

    assertThat(api.run(command(body)).reason()).isEqualTo("NoVersion");
    assertThat(api.asked).isEmpty();
  }

  @Test
  void statusWriteToAnotherUidIsRefused() {
    FakeApi api = new FakeApi().fails(422, "Invalid").answers(200, object("u2", Map.of()));

    assertThat(api.run(PLAIN_STATUS).reason()).isEqualTo("UidMismatch");
    assertThat(api.asked).hasSize(2);
  }

  @Test
  void finalizersAreAddedToThoseThatAreThere() {
    FakeApi api =
        new FakeApi()
            .answers(200, object("u1", Map.of("finalizers", List.of("other"))))
            .fails(409, "Conflict")
            .answers(200, object("u1", Map.of("finalizers", List.of("other"))))
            .answers(200, object("u1", Map.of()));

    assertThat(api.run(FINALIZER).result()).isEqualTo(Result.DONE);
    assertThat(value(api.asked.getLast(), "/metadata/finalizers")).isEqualTo(List.of("other", "f"));
    assertThat(api.pauses).hasSize(1);
  }

  @Test
  void finalizerIsRemovedAndOthersStay() {
    FakeApi api =
        new FakeApi()
            .answers(200, object("u1", Map.of("finalizers", List.of("f", "other"))))
            .answers(200, object("u1", Map.of()));

    assertThat(api.run(REMOVE).result()).isEqualTo(Result.DONE);
    assertThat(value(api.asked.getLast(), "/metadata/finalizers")).isEqualTo(List.of("other"));
  }

  @ParameterizedTest
  @CsvSource({"u2, DONE, Gone", "u1, DONE, ''"})
  void removingFromAnObjectOfAnotherUidIsDone(String uid, Result result, String reason) {
    FakeApi api = new FakeApi().answers(200, object(uid, Map.of()));

    Ending ending = api.run(REMOVE);

    assertThat(ending.result()).isEqualTo(result);
    assertThat(ending.reason() == null ? "" : ending.reason()).isEqualTo(reason);
  }

  @Test
  void podNeverSeenIsDeletedOnlyIfItIsOfTheVmi() {
    Command delete = command(new Command.DeleteLauncherPod("p1", null, null));
    FakeApi foreign = new FakeApi().answers(200, pod("other", "1"));
    assertThat(foreign.run(delete).reason()).isEqualTo("Gone");
    assertThat(foreign.asked).hasSize(1);

    FakeApi ours = new FakeApi().answers(200, pod("u1", "1"));
    assertThat(ours.run(delete).result()).isEqualTo(Result.DONE);
    assertThat(Trees.text(ours.asked.getLast().body(), "preconditions", "uid")).isEqualTo("pu");
  }

  @Test
  void deletionOfAnotherUidIsDone() {
    FakeApi api = new FakeApi().fails(409, "Conflict").answers(200, object("new", Map.of()));

    assertThat(api.run(DELETE).reason()).isEqualTo("Gone");
  }

  @Test
  void readinessOfAnotherPodIsRefused() {
    FakeApi api = new FakeApi().fails(422, "Invalid").answers(200, object("new", Map.of()));

    assertThat(api.run(READY).reason()).isEqualTo("UidMismatch");
  }

  @ParameterizedTest
  @CsvSource({"../x", "a/b", "'a?b'", "A", "''"})
  void namesThatWouldLeaveThePathAreRefused(String name) {
    FakeApi api = new FakeApi().answers(200, Map.of());
    Command command = new Command("c1", new Command.Vmi("u1", "ns", name), STATUS.body());

    assertThat(api.run(command).reason()).isEqualTo("InvalidName");
    assertThat(api.asked).isEmpty();
  }

  @Test
  void podOfAnObjectWhoseNameIsLostIsDeleted() {
    FakeApi api = new FakeApi().answers(200, Map.of());
    Command command = new Command("c1", new Command.Vmi("u1", "ns", ""), DELETE.body());

    assertThat(api.run(command).result()).isEqualTo(Result.DONE);
    assertThat(api.asked)
        .singleElement()
        .satisfies(r -> assertThat(r.path()).isEqualTo("/api/v1/namespaces/ns/pods/p1"));
  }

  @Test
  void repeatedEventHasTheSameName() {
    assertThat(OtherPlans.eventName("c1", "vm")).isEqualTo(OtherPlans.eventName("c1", "vm"));
    assertThat(OtherPlans.eventName("c2", "vm")).isNotEqualTo(OtherPlans.eventName("c1", "vm"));
  }

  @Test
  void statusWriteIsOvertakenByTheNextButNotAcrossOtherWrites() {
    assertThat(Overtaking.isOvertaken(STATUS, List.of(STATUS))).isTrue();
    assertThat(Overtaking.isOvertaken(FINALIZER, List.of(CREATE, STATUS))).isFalse();
    assertThat(Overtaking.isOvertaken(STATUS, List.of())).isFalse();
    assertThat(Overtaking.isOvertaken(DELETE, List.of(STATUS))).isFalse();
  }

  @Test
  void labelIsOvertakenByOneThatSaysAllOfTheSameNode() {
    Command heartbeat = label("nu", Map.of("l", "true"), Map.of("h", "1"));
    Command later = label("nu", Map.of("l", "true"), Map.of("h", "2"));
    Command bare = label("nu", Map.of("l", "false"), Map.of());
    Command ofAnother = label("other", Map.of("l", "true"), Map.of("h", "2"));
    assertThat(Overtaking.isOvertaken(heartbeat, List.of(later))).isTrue();
    assertThat(Overtaking.isOvertaken(bare, List.of(later))).isTrue();
    assertThat(Overtaking.isOvertaken(heartbeat, List.of(bare))).isFalse();
    assertThat(Overtaking.isOvertaken(heartbeat, List.of(ofAnother))).isFalse();
    assertThat(Overtaking.isOvertaken(heartbeat, List.of())).isFalse();
  }

  private static Command label(
      String uid, Map<String, String> labels, Map<String, String> annotations) {
    return new Command("c", null, new Command.LabelNode("n1", uid, labels, annotations));
  }

  private static List<String> paths(ApiRequest request) {
    List<String> paths = new ArrayList<>();
    Trees.list(Map.of("ops", operations(request)), "ops")
        .forEach(operation -> paths.add(String.valueOf(Trees.text(operation, "path"))));
    return paths;
  }

  private static Object value(ApiRequest request, String path) {
    for (Object operation : operations(request)) {
      if (path.equals(Trees.text(operation, "path"))) {
        return Trees.at(operation, "value");
      }
    }
    return null;
  }

  private static List<?> operations(ApiRequest request) {
    return request.body() instanceof List<?> list ? list : List.of();
  }
}
