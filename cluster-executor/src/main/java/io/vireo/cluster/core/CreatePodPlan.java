package io.vireo.cluster.core;

import static io.vireo.cluster.core.ApiRequest.Verb.POST;

import io.vireo.schemas.CanonicalJson;
import io.vireo.schemas.OwnedFields;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A launcher pod, after the Secrets that it mounts. */
final class CreatePodPlan {

  private final Command.Vmi vmi;
  private final Command.CreateLauncherPod create;

  CreatePodPlan(Command.Vmi vmi, Command.CreateLauncherPod create) {
    this.vmi = vmi;
    this.create = create;
  }

  Step begin() {
    Object pod;
    try {
      pod = CanonicalJson.read(create.podJson());
    } catch (IllegalArgumentException e) {
      return Step.end(Ending.refused("InvalidPod", "Expected a pod as JSON, but it is malformed"));
    }
    if (!create.podName().equals(Trees.text(pod, "metadata", "name"))
        || !vmi.uid().equals(Trees.controllerUid(pod))) {
      return Step.end(Ending.refused("InvalidPod", "Expected a pod of the command's name and VMI"));
    }
    if (create.secrets().isEmpty()) {
      return createPod(pod);
    }
    return new Step.Ask(
        Plans.get(Paths.vmi(vmi)),
        found -> {
          if (!found.isSuccess()) {
            return Step.refuse(found);
          }
          if (!vmi.uid().equals(Trees.uid(found.body()))) {
            return Plans.uidMismatch(vmi.uid(), found);
          }
          return createSecrets(found.body(), create.secrets(), pod);
        });
  }

  private Step createSecrets(
      Object object, List<Command.SecretFromSpec> secrets, @Nullable Object pod) {
    if (secrets.isEmpty()) {
      return createPod(pod);
    }
    Command.SecretFromSpec secret = secrets.getFirst();
    Optional<Map<String, String>> data = data(object, secret.volume());
    if (data.isEmpty()) {
      return Step.end(
          Ending.refused(
              "VolumeNotFound",
              "Expected inline cloud-init data in the VMI's volume " + secret.volume()));
    }
    List<Command.SecretFromSpec> others = secrets.subList(1, secrets.size());
    return new Step.Ask(
        new ApiRequest(POST, Paths.secrets(vmi), manifest(secret.secretName(), data.get())),
        answer -> {
          if (answer.isSuccess()) {
            return createSecrets(object, others, pod);
          }
          if (answer.code() == 409) {
            return takenSecret(object, secret, others, pod);
          }
          // The words of the API server may quote the data, so they are left out.
          return Step.end(
              Ending.refused(
                  answer.code() == 404 ? "NotFound" : answer.reason(),
                  "The API server refused the Secret "
                      + secret.secretName()
                      + " with "
                      + answer.code()));
        });
  }

  private Step takenSecret(
      Object object,
      Command.SecretFromSpec secret,
      List<Command.SecretFromSpec> others,
      @Nullable Object pod) {
    return new Step.Ask(
        Plans.get(Paths.secrets(vmi) + "/" + secret.secretName()),
        found -> {
          if (found.code() == 404) {
            return new Step.Again("The Secret was there and is gone");
          }
          if (!found.isSuccess()) {
            return Step.end(
                Ending.refused(found.reason(), "The Secret in the way could not be read"));
          }
          return Trees.isOwnedBy(found.body(), vmi.uid())
              ? createSecrets(object, others, pod)
              : nameTaken("Secret " + secret.secretName());
        });
  }

  /** Keys and base64 values of a volume's inline data; empty if there is none. */
  private static Optional<Map<String, String>> data(Object object, String volume) {
    for (Object each : Trees.list(object, "spec", "volumes")) {
      if (volume.equals(Trees.text(each, "name"))) {
        Map<String, String> data = new LinkedHashMap<>();
        put(data, "userdata", each, "userData");
        put(data, "networkdata", each, "networkData");
        return data.isEmpty() ? Optional.empty() : Optional.of(data);
      }
    }
    return Optional.empty();
  }

  private static void put(
      Map<String, String> data, String key, @Nullable Object volume, String field) {
    String plain = Trees.text(volume, "cloudInitNoCloud", field);
    String encoded = Trees.text(volume, "cloudInitNoCloud", field + "Base64");
    if (plain != null && !plain.isEmpty()) {
      data.put(key, Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8)));
    } else if (encoded != null && !encoded.isEmpty()) {
      data.put(key, encoded);
    }
  }

  private Map<String, Object> manifest(String name, Map<String, String> data) {
    Map<String, Object> owner =
        Map.of(
            "apiVersion",
            "kubevirt.io/v1",
            "kind",
            "VirtualMachineInstance",
            "name",
            vmi.name(),
            "uid",
            vmi.uid(),
            "controller",
            true,
            "blockOwnerDeletion",
            true);
    Map<String, Object> metadata =
        Map.of(
            "name", name,
            "namespace", vmi.namespace(),
            "labels", Map.of("kubevirt.io/created-by", vmi.uid()),
            "ownerReferences", List.of(owner));
    return Map.of(
        "apiVersion", "v1", "kind", "Secret", "type", "Opaque", "metadata", metadata, "data", data);
  }

  private Step createPod(@Nullable Object pod) {
    return new Step.Ask(
        new ApiRequest(POST, Paths.pods(vmi), pod),
        answer -> {
          if (answer.isSuccess()) {
            return Step.end(Ending.done(answer.body()));
          }
          if (answer.code() != 409) {
            return Step.refuse(answer);
          }
          return answer.reason().equals("AlreadyExists")
              ? takenPod()
              // Such as a quota that many pods write at once.
              : new Step.Again(answer.message());
        });
  }

  private Step takenPod() {
    return new Step.Ask(
        Plans.get(Paths.pod(vmi, create.podName())),
        found -> {
          if (found.code() == 404) {
            return new Step.Again("The pod was there and is gone");
          }
          if (!found.isSuccess()) {
            return Step.refuse(found);
          }
          boolean ours =
              vmi.uid().equals(Trees.controllerUid(found.body()))
                  && Long.toString(create.epoch())
                      .equals(
                          Trees.text(
                              found.body(),
                              "metadata",
                              "annotations",
                              OwnedFields.ANNOTATION_EPOCH));
          return ours ? Step.end(Ending.done(found.body())) : nameTaken("pod " + create.podName());
        });
  }

  private static Step nameTaken(String what) {
    return Step.end(
        Ending.refused("NameTaken", "The name of the " + what + " is taken by someone else"));
  }
}
