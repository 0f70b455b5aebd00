package io.vireo.api.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vireo.api.core.AdmissionAnswer;
import io.vireo.api.core.AdmissionRequest;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One of the two things that an API server asks, and how long answers take. */
final class Question {

  private static final Logger log = LoggerFactory.getLogger(Question.class);

  private final String name;
  private final Function<AdmissionRequest, AdmissionAnswer> decider;
  private final Map<Result, Timer> timers = new EnumMap<>(Result.class);

  /** How it ended; a tag of the meter. */
  private enum Result {
    ALLOWED("allowed"),
    DENIED("denied"),
    /** No review, or one that could not be decided. */
    BROKEN("broken");

    private final String label;

    Result(String label) {
      this.label = label;
    }
  }

  /** What is sent back. */
  @SuppressWarnings("ArrayRecordComponent") // Made and sent at once, and never compared.
  record Reply(int code, byte[] body, boolean isReview) {
    static Reply words(int code, String words) {
      return new Reply(
          code, (words + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8), false);
    }
  }

  Question(
      String name, Function<AdmissionRequest, AdmissionAnswer> decider, MeterRegistry registry) {
    this.name = name;
    this.decider = decider;
    for (Result result : Result.values()) {
      timers.put(
          result,
          Timer.builder("vireo.admission")
              .description("From the whole request until its answer")
              .tag("webhook", name)
              .tag("result", result.label)
              .publishPercentileHistogram()
              .minimumExpectedValue(Duration.ofNanos(100_000))
              .maximumExpectedValue(Duration.ofSeconds(1))
              .register(registry));
    }
  }

  /** Answers a body, whatever is in it. */
  Reply answer(byte[] body) {
    long started = System.nanoTime();
    Result result = Result.BROKEN;
    try {
      AdmissionRequest request = Reviews.read(body);
      try {
        AdmissionAnswer answer = decider.apply(request);
        byte[] written = Reviews.write(request, answer);
        result = answer instanceof AdmissionAnswer.Allowed ? Result.ALLOWED : Result.DENIED;
        return new Reply(200, written, true);
      } catch (RuntimeException | StackOverflowError e) {
        return failed(request, e);
      }
    } catch (IllegalArgumentException e) {
      return Reply.words(400, String.valueOf(e.getMessage()));
    } finally {
      timer(result).record(Duration.ofNanos(System.nanoTime() - started));
    }
  }

  private Timer timer(Result result) {
    Timer timer = timers.get(result);
    if (timer == null) {
      throw new IllegalStateException("Expected a timer for each result");
    }
    return timer;
  }

  private Reply failed(AdmissionRequest request, Throwable problem) {
    // The words of an exception may quote the object, which may hold a secret; the places do not.
    Throwable places = new IllegalStateException(problem.getClass().getName());
    places.setStackTrace(problem.getStackTrace());
    log.atError()
        .addKeyValue("webhook", name)
        .addKeyValue("kind", request.kind())
        .addKeyValue("object", request.namespace() + "/" + request.name())
        .setCause(places)
        .log("A request could not be decided");
    return Reply.words(500, "The request could not be decided; the log of Vireo's api says where");
  }
}
