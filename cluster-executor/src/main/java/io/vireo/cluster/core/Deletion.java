package io.vireo.cluster.core;

import static io.vireo.cluster.core.ApiRequest.Verb.DELETE;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The deletion of the object that has this uid; any other of its name stays. */
final class Deletion {

  private Deletion() {}

  static Step of(
      ApiRequest.Effect effect, String path, String uid, @Nullable Long gracePeriodSeconds) {
    return of(effect, path, Map.of("uid", uid), uid, gracePeriodSeconds);
  }

  /** The same on no other version than this. */
  static Step ofVersion(
      ApiRequest.Effect effect,
      String path,
      String uid,
      String version,
      @Nullable Long gracePeriodSeconds) {
    return of(
        effect, path, Map.of("uid", uid, "resourceVersion", version), uid, gracePeriodSeconds);
  }

  private static Step of(
      ApiRequest.Effect effect,
      String path,
      Map<String, Object> preconditions,
      String uid,
      @Nullable Long gracePeriodSeconds) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("apiVersion", "v1");
    options.put("kind", "DeleteOptions");
    options.put("preconditions", preconditions);
    if (gracePeriodSeconds != null) {
      options.put("gracePeriodSeconds", gracePeriodSeconds);
    }
    return new Step.Ask(
        new ApiRequest(effect, DELETE, path, options),
        answer -> {
          if (answer.isSuccess()) {
            return Step.end(Ending.done(answer.body()));
          }
          if (answer.code() == 404) {
            return Step.end(Ending.alreadySo("Gone"));
          }
          return answer.code() == 409 ? conflict(path, uid, answer) : Step.refuse(answer);
        });
  }

  private static Step conflict(String path, String uid, ApiAnswer refusal) {
    return new Step.Ask(
        ApiRequest.get(path),
        found -> {
          if (found.code() == 404 || (found.isSuccess() && !uid.equals(Trees.uid(found.body())))) {
            return Step.end(Ending.alreadySo("Gone"));
          }
          return found.isSuccess() ? new Step.Again(refusal.message()) : Step.refuse(found);
        });
  }
}
