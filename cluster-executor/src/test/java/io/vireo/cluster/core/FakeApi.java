package io.vireo.cluster.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Answers as it is told and remembers what was asked; its clock moves only while pausing. */
final class FakeApi implements Api {

  final List<ApiRequest> asked = new ArrayList<>();
  final List<Long> pauses = new ArrayList<>();
  final AtomicLong nowMs = new AtomicLong(1_700_000_000_000L);
  private final Deque<ApiAnswer> answers = new ArrayDeque<>();

  FakeApi answers(int code, Map<String, Object> body) {
    answers.add(new ApiAnswer(code, body));
    return this;
  }

  FakeApi fails(int code, String reason) {
    return answers(code, Map.of("reason", reason, "message", "because " + reason));
  }

  @Override
  public ApiAnswer send(ApiRequest request) {
    asked.add(request);
    // The last answer stands for ever.
    ApiAnswer answer = answers.size() > 1 ? answers.poll() : answers.peek();
    return answer == null ? ApiAnswer.none("nobody there") : answer;
  }

  Ending run(Command command) throws InterruptedException {
    return new CommandRun(
            this,
            () -> java.time.Instant.ofEpochMilli(nowMs.get()),
            millis -> {
              pauses.add(millis);
              nowMs.addAndGet(millis);
            })
        .run(command, () -> false);
  }

  List<String> askedFor() {
    return asked.stream().map(ApiRequest::toString).toList();
  }
}
