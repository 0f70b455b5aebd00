package io.vireo.cluster.core;

import static io.vireo.cluster.core.ApiRequest.Effect.EVENT_CREATE;
import static io.vireo.cluster.core.ApiRequest.Effect.NODE_LABEL;
import static io.vireo.cluster.core.ApiRequest.Verb.MERGE_PATCH;
import static io.vireo.cluster.core.ApiRequest.Verb.POST;

import io.vireo.schemas.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** Events and Nodes. */
final class OtherPlans {

  private static final int NAME_MAX = 200;
  private static final int MESSAGE_MAX = 1024;
  private static final String COMPONENT = "vireo";

  private OtherPlans() {}

  static Step emitEvent(
      String commandId, Command.Subject subject, Command.EmitEvent event, long nowMs) {
    String now = Instant.ofEpochMilli(nowMs).truncatedTo(ChronoUnit.SECONDS).toString();
    Map<String, Object> object =
        Map.of(
            "apiVersion", "kubevirt.io/v1",
            "kind", subject.kind(),
            "namespace", subject.namespace(),
            "name", subject.name(),
            "uid", subject.uid());
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("apiVersion", "v1");
    body.put("kind", "Event");
    body.put(
        "metadata",
        Map.of("name", eventName(commandId, subject.name()), "namespace", subject.namespace()));
    body.put("involvedObject", object);
    body.put("type", event.eventType());
    body.put("reason", event.reason());
    body.put("message", cut(event.message()));
    body.put("source", Map.of("component", COMPONENT));
    body.put("firstTimestamp", now);
    body.put("lastTimestamp", now);
    body.put("count", 1);
    return new Step.Ask(
        new ApiRequest(EVENT_CREATE, POST, Paths.events(subject), body),
        answer -> {
          if (answer.isSuccess()) {
            return Step.end(Ending.done(answer.body()));
          }
          // The name is made of the command's id: this very event is there already.
          if (answer.code() == 409) {
            return answer.reason().equals("AlreadyExists")
                ? Step.end(Ending.alreadySo("AlreadyExists"))
                : new Step.Again(answer.message());
          }
          return Step.refuse(answer);
        });
  }

  static String eventName(String commandId, String name) {
    String start = name.length() > NAME_MAX ? name.substring(0, NAME_MAX) + "x" : name;
    String hash = CanonicalJson.sha256(commandId.getBytes(StandardCharsets.UTF_8));
    return start + "." + hash.substring(0, 16);
  }

  private static String cut(String message) {
    return message.length() > MESSAGE_MAX ? message.substring(0, MESSAGE_MAX) : message;
  }

  static Step labelNode(Command.LabelNode label) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("uid", label.nodeUid());
    metadata.put("labels", label.labels());
    metadata.put("annotations", label.annotations());
    String path = Paths.node(label.node());
    return new Step.Ask(
        new ApiRequest(NODE_LABEL, MERGE_PATCH, path, Map.of("metadata", metadata)),
        answer -> {
          if (answer.isSuccess()) {
            return Step.end(Ending.done(answer.body()));
          }
          return answer.code() == 409 || answer.code() == 422
              ? Plans.explain(path, label.nodeUid(), answer)
              : Step.refuse(answer);
        });
  }
}
