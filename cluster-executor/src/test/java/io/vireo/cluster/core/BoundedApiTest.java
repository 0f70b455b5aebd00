package io.vireo.cluster.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BoundedApiTest {

  private final List<CompletableFuture<ApiAnswer>> replies = new ArrayList<>();
  private final BoundedApi api =
      new BoundedApi(
          request -> {
            CompletableFuture<ApiAnswer> reply = new CompletableFuture<>();
            replies.add(reply);
            return reply;
          },
          2);

  @Test
  void noMoreThanTheBoundAreUnderWayAndOthersFollowInOrder() {
    List<CompletableFuture<ApiAnswer>> answers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      answers.add(api.send(ApiRequest.get("/" + i)));
    }
    assertThat(replies).hasSize(2);

    replies.get(1).complete(new ApiAnswer(201, Map.of()));
    assertThat(answers.get(1)).isDone();
    assertThat(replies).hasSize(3);
    replies.get(0).completeExceptionally(new IllegalStateException("no"));
    assertThat(answers.get(0).resultNow().code()).isZero();
    assertThat(replies).hasSize(4);
  }

  @Test
  void whatWasBegunGoesOnBeforeMoreIsBegunAndTheOldestIsNotForgotten() {
    List<String> asked = new ArrayList<>();
    List<CompletableFuture<ApiAnswer>> open = new ArrayList<>();
    BoundedApi one =
        new BoundedApi(
            request -> {
              asked.add(request.path());
              open.add(new CompletableFuture<>());
              return open.getLast();
            },
            1);
    List<CompletableFuture<ApiAnswer>> answers = new ArrayList<>();
    answers.add(one.send(ApiRequest.get("under way")));
    answers.add(one.send(request(ApiRequest.Effect.EVENT_CREATE, "event")));
    answers.add(one.send(request(ApiRequest.Effect.POD_CREATE, "pod")));
    for (int i = 1; i <= 8; i++) {
      answers.add(one.send(request(ApiRequest.Effect.STATUS_WRITE, "status" + i)));
    }

    while (!answers.stream().allMatch(CompletableFuture::isDone)) {
      open.getLast().complete(new ApiAnswer(200, Map.of()));
    }

    assertThat(asked)
        .containsExactly(
            "under way",
            "status1",
            "status2",
            "status3",
            "status4",
            "status5",
            "status6",
            "event",
            "status7",
            "status8",
            "pod");
  }

  private static ApiRequest request(ApiRequest.Effect effect, String path) {
    return new ApiRequest(effect, ApiRequest.Verb.POST, path, null);
  }

  @Test
  void longQueueOfWhatIsAnsweredAtOnceNeedsNoDeepStack() {
    CompletableFuture<ApiAnswer> first = new CompletableFuture<>();
    List<String> asked = new ArrayList<>();
    BoundedApi quick =
        new BoundedApi(
            request -> {
              asked.add(request.path());
              return asked.size() == 1
                  ? first
                  : CompletableFuture.completedFuture(new ApiAnswer(200, Map.of()));
            },
            1);
    List<CompletableFuture<ApiAnswer>> answers = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      answers.add(quick.send(ApiRequest.get("/" + i)));
    }

    first.complete(new ApiAnswer(200, Map.of()));

    assertThat(asked).hasSize(10_000);
    assertThat(answers).allMatch(CompletableFuture::isDone);
  }
}
