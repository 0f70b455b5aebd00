package io.vireo.cluster.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.cluster.core.Ending.Result;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A launcher pod whose creation may have had its effect before. */
class CreatePodAgainTest {

  private static final String POD_JSON =
      """
      {"metadata":{"name":"p1","ownerReferences":[{"uid":"u1","controller":true}],
       "annotations":{"vireo.io/epoch":"2"}}}
      """;
  private static final Command CREATE =
      new Command(
          "c1",
          new Command.Vmi("u1", "ns", "vm"),
          new Command.CreateLauncherPod("p1", 2, POD_JSON, List.of()));

  private static Map<String, Object> vmi(String uid, String epoch, String phase, String deleted) {
    Map<String, Object> metadata = new HashMap<>();
    metadata.put("uid", uid);
    metadata.put("annotations", Map.of("vireo.io/epoch", epoch));
    if (deleted != null) {
      metadata.put("deletionTimestamp", deleted);
    }
    return Map.of("metadata", metadata, "status", Map.of("phase", phase));
  }

  private static Map<String, Object> pod(String owner) {
    return Map.of(
        "metadata",
        Map.of(
            "uid", "pu",
            "ownerReferences", List.of(Map.of("uid", owner, "controller", true)),
            "annotations", Map.of("vireo.io/epoch", "2")));
  }

  @ParameterizedTest(name = "VMI {0}, epoch {1}, {2}, deleted {3}: {4} {5}")
  @CsvSource({
    "u1, 2, Scheduling, ,     DONE,    ''",
    "u1, 1, Pending,    ,     DONE,    ''",
    "u1, 3, Scheduling, ,     UNKNOWN, NotRepeated",
    "u1, 2, Failed,     ,     UNKNOWN, NotRepeated",
    "u1, 2, Succeeded,  ,     UNKNOWN, NotRepeated",
    "u1, 2, Running,    soon, UNKNOWN, NotRepeated",
    "u2, 2, Running,    ,     UNKNOWN, NotRepeated",
  })
  void podComesBackOnlyIfItsVmiHasUseForIt(
      String uid, String epoch, String phase, String deleted, Result result, String reason) {
    FakeApi api =
        new FakeApi().fails(404, "NotFound").answers(200, vmi(uid, epoch, phase, deleted));
    if (result == Result.DONE) {
      api.answers(201, pod("u1"));
    } else {
      api.fails(404, "NotFound");
    }

    Ending ending = api.run(CREATE, true);

    assertThat(ending.result()).isEqualTo(result);
    assertThat(ending.reason() == null ? "" : ending.reason()).isEqualTo(reason);
    assertThat(api.askedFor().stream().anyMatch(request -> request.startsWith("POST")))
        .isEqualTo(result == Result.DONE);
  }

  @ParameterizedTest
  @CsvSource({"u1, DONE", "u2, REFUSED"})
  void podThatIsThereIsNotMadeAgain(String owner, Result result) {
    FakeApi api = new FakeApi().answers(200, pod(owner));

    assertThat(api.run(CREATE, true).result()).isEqualTo(result);
    assertThat(api.askedFor()).containsExactly("GET /api/v1/namespaces/ns/pods/p1");
  }

  @Test
  void firstAttemptIsOneRequest() {
    FakeApi api = new FakeApi().answers(201, pod("u1"));

    assertThat(api.run(CREATE).result()).isEqualTo(Result.DONE);
    assertThat(api.askedFor()).containsExactly("POST /api/v1/namespaces/ns/pods");
  }

  @Test
  void effectOfAnAttemptWithoutAnswerIsFound() {
    FakeApi api = new FakeApi().fails(504, "Timeout").answers(200, pod("u1"));

    Ending ending = api.run(CREATE);

    assertThat(ending.result()).isEqualTo(Result.DONE);
    assertThat(ending.objectUid()).isEqualTo("pu");
    assertThat(api.asked).hasSize(2);
  }

  @Test
  void podThatFillsItsOwnQuotaIsNotCalledRefused() {
    FakeApi api = new FakeApi().fails(403, "Forbidden").answers(200, pod("u1"));

    assertThat(api.run(CREATE).result()).isEqualTo(Result.DONE);
  }

  @Test
  void refusalAfterAnAttemptWithoutAnswerIsNotTheLastWord() {
    FakeApi api =
        new FakeApi()
            .fails(504, "Timeout")
            .fails(404, "NotFound")
            .answers(200, vmi("u1", "2", "Scheduling", null))
            .fails(403, "Forbidden")
            .fails(404, "NotFound");

    assertThat(api.run(CREATE).reason()).isEqualTo("NotRepeated");
  }
}
