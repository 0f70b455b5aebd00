package io.vireo.cluster.core;

import static io.vireo.cluster.core.ApiRequest.Effect.POD_DELETE;
import static io.vireo.cluster.core.ApiRequest.Effect.POD_READY;
import static io.vireo.cluster.core.ApiRequest.Verb.STRATEGIC_PATCH;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** Writes to a launcher pod that exists. */
final class PodPlans {

  private static final String UNPAUSED = "kubevirt.io/virtual-machine-unpaused";

  private PodPlans() {}

  static Step delete(Command.Vmi vmi, Command.DeleteLauncherPod delete) {
    String uid = delete.podUid();
    if (uid != null) {
      return deleteUid(vmi, delete, uid);
    }
    // Never seen: the name says too little, so the pod itself must say whose it is.
    return new Step.Ask(
        ApiRequest.get(Paths.pod(vmi, delete.podName())),
        found -> {
          if (found.code() == 404) {
            return Step.end(Ending.alreadySo("Gone"));
          }
          if (!found.isSuccess()) {
            return Step.refuse(found);
          }
          String foundUid = Trees.uid(found.body());
          return foundUid != null && vmi.uid().equals(Trees.controllerUid(found.body()))
              ? deleteUid(vmi, delete, foundUid)
              : Step.end(Ending.alreadySo("Gone"));
        });
  }

  private static Step deleteUid(Command.Vmi vmi, Command.DeleteLauncherPod delete, String uid) {
    return Deletion.of(
        POD_DELETE, Paths.pod(vmi, delete.podName()), uid, delete.gracePeriodSeconds());
  }

  static Step setReady(Command.Vmi vmi, Command.SetPodReady ready, long nowMs) {
    Map<String, Object> condition =
        Map.of(
            "type",
            UNPAUSED,
            "status",
            ready.ready() ? "True" : "False",
            "reason",
            ready.reason(),
            "message",
            ready.ready() ? "the virtual machine is not paused" : "",
            "lastTransitionTime",
            Instant.ofEpochMilli(nowMs).truncatedTo(ChronoUnit.SECONDS).toString());
    Map<String, Object> patch =
        Map.of(
            "metadata", Map.of("uid", ready.podUid()),
            "status", Map.of("conditions", List.of(condition)));
    String path = Paths.pod(vmi, ready.podName());
    return new Step.Ask(
        new ApiRequest(POD_READY, STRATEGIC_PATCH, path + "/status", patch),
        answer -> {
          if (answer.isSuccess()) {
            return Step.end(Ending.done(answer.body()));
          }
          return answer.code() == 409 || answer.code() == 422
              ? Plans.explain(path, ready.podUid(), answer)
              : Step.refuse(answer);
        });
  }
}
