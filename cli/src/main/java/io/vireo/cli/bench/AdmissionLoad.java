package io.vireo.cli.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks at a fixed rate, whatever the answers take: a slow answer does not hold back the next
 * request, and its time counts from when it was due.
 */
final class AdmissionLoad {

  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  /** Of one connection, that wait for an answer; servers allow a hundred and more. */
  private static final int STREAMS_MAX = 64;

  private final HttpClient http;
  private final List<Question> questions;

  /**
   * What is asked.
   *
   * @param body an AdmissionReview whose object is to be allowed
   */
  record Question(String name, URI url, String body) {}

  /** What came of it: for each question the milliseconds of each answer. */
  record Answers(Map<String, List<Double>> millis) {}

  AdmissionLoad(HttpClient http, List<Question> questions) {
    this.http = http;
    this.questions = List.copyOf(questions);
  }

  /**
   * Asks each question in turn.
   *
   * @throws IOException if an answer is not to allow it
   */
  Answers run(int rate, int seconds) throws IOException, InterruptedException {
    List<HttpRequest> requests =
        questions.stream()
            .map(
                question ->
                    HttpRequest.newBuilder(question.url())
                        .timeout(ANSWER_MAX)
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(question.body()))
                        .build())
            .toList();
    List<CompletableFuture<Double>> answers = new ArrayList<>();
    Semaphore streams = new Semaphore(STREAMS_MAX);
    long start = System.nanoTime();
    for (int i = 0; i < rate * seconds; i++) {
      long due = start + TimeUnit.SECONDS.toNanos(1) * i / rate;
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
      streams.acquire();
      answers.add(
          http.sendAsync(requests.get(i % requests.size()), HttpResponse.BodyHandlers.ofString())
              .whenComplete((answer, problem) -> streams.release())
              .thenApply(answer -> millis(answer, due)));
    }
    return collect(answers);
  }

  private static double millis(HttpResponse<String> answer, long due) {
    double millis = (System.nanoTime() - due) / 1e6;
    if (answer.statusCode() != 200 || !answer.body().contains("\"allowed\":true")) {
      throw new IllegalStateException(
          "Expected admission to allow it, but it answered "
              + answer.statusCode()
              + ": "
              + answer.body().substring(0, Math.min(answer.body().length(), 500)));
    }
    return millis;
  }

  private Answers collect(List<CompletableFuture<Double>> answers)
      throws IOException, InterruptedException {
    Map<String, List<Double>> millis = new LinkedHashMap<>();
    for (int i = 0; i < answers.size(); i++) {
      try {
        String name = questions.get(i % questions.size()).name();
        millis
            .computeIfAbsent(name, first -> new ArrayList<>())
            .add(answers.get(i).get(2 * ANSWER_MAX.toSeconds(), TimeUnit.SECONDS));
      } catch (ExecutionException | TimeoutException e) {
        throw new IOException("Expected an answer of admission: " + e.getMessage(), e);
      }
    }
    return new Answers(millis);
  }
}
