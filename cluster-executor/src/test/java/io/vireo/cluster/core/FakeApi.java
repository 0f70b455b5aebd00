package io.vireo.cluster.core;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Answers as it is told and remembers what was asked; its clock moves only while pausing. */
class FakeApi implements Api {

  final List<ApiRequest> asked = new ArrayList<>();
  final List<Long> pauses = new ArrayList<>();
  final List<Throwable> faults = new ArrayList<>();
  final AtomicLong nowMs = new AtomicLong(1_700_000_000_000L);
  private final Deque<ApiAnswer> answers = new ArrayDeque<>();

  FakeApi answers(int code, Map<String, Object> body) {
    answers.add(new ApiAnswer(code, body));
    return this;
  }

  FakeApi answers(ApiAnswer answer) {
    answers.add(answer);
    return this;
  }

  FakeApi fails(int code, String reason) {
    return answers(code, Map.of("reason", reason, "message", "because " + reason));
  }

  @Override
  public CompletableFuture<ApiAnswer> send(ApiRequest request) {
    asked.add(request);
    // The last answer stands for ever.
    ApiAnswer answer = answers.size() > 1 ? answers.poll() : answers.peek();
    return CompletableFuture.completedFuture(
        answer == null ? ApiAnswer.none("nobody there") : answer);
  }

  Ending run(Command command) {
    return run(command, false);
  }

  Ending run(Command command, boolean again) {
    return new CommandRun(
            this,
            millis -> {
              pauses.add(millis);
              nowMs.addAndGet(millis);
              return CompletableFuture.completedFuture(null);
            },
            () -> Instant.ofEpochMilli(nowMs.get()),
            faults::add)
        .run(command, again, () -> false)
        .resultNow();
  }

  List<String> askedFor() {
    return asked.stream().map(ApiRequest::toString).toList();
  }
}
