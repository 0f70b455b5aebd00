package io.vireo.cluster.core;

import java.util.function.Function;

/** Where a command stands. */
sealed interface Step {

  /** Ask this, then go on with the answer. An answer that may pass is never given to it. */
  record Ask(ApiRequest request, Function<ApiAnswer, Step> then) implements Step {}

  /** Begin again after a pause, which is at least as long as this. */
  record Again(String why, long atLeastMs) implements Step {

    Again(String why) {
      this(why, 0);
    }
  }

  /** It is over. */
  record End(Ending ending) implements Step {}

  static Step end(Ending ending) {
    return new End(ending);
  }

  /** The API server will not have it. */
  static Step refuse(ApiAnswer answer) {
    return new End(refusal(answer));
  }

  static Ending refusal(ApiAnswer answer) {
    return Ending.refused(answer.code() == 404 ? "NotFound" : answer.reason(), answer.message());
  }
}
