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
