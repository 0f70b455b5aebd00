package io.vireo.dev.nodeagent;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link PodApi} on a real API server. */
final class KubePodApi implements PodApi {

  private static final Logger LOG = LoggerFactory.getLogger(KubePodApi.class);
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final KubernetesClient client;
  private final String node;

  KubePodApi(KubernetesClient client, String node) {
    this.client = client;
    this.node = node;
  }

  @Override
  public Optional<Map<String, byte[]>> secret(String namespace, String name) {
    Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
    if (secret == null) {
      return Optional.empty();
    }
    return Optional.of(decoded(secret.getData()));
  }

  @Override
  public Optional<Map<String, byte[]>> configMap(String namespace, String name) {
    ConfigMap map = client.configMaps().inNamespace(namespace).withName(name).get();
    if (map == null) {
      return Optional.empty();
    }
    Map<String, byte[]> content = decoded(map.getBinaryData());
    if (map.getData() != null) {
      map.getData().forEach((k, v) -> content.put(k, v.getBytes(StandardCharsets.UTF_8)));
    }
    return Optional.of(content);
  }

  @Override
  public Optional<BoundVolume> claimed(String namespace, String claim) {
    PersistentVolumeClaim found =
        client.persistentVolumeClaims().inNamespace(namespace).withName(claim).get();
    if (found == null) {
      return Optional.empty();
    }
    String name = found.getSpec().getVolumeName();
    PersistentVolume volume = name == null ? null : client.persistentVolumes().withName(name).get();
    if (volume == null) {
      return Optional.of(new BoundVolume(Optional.empty(), "not bound yet"));
    }
    boolean block = "Block".equals(volume.getSpec().getVolumeMode());
    if (block || volume.getSpec().getLocal() == null) {
      return Optional.of(
          new BoundVolume(
              Optional.empty(), block ? "a block device" : "of another kind than local"));
    }
    return Optional.of(
        new BoundVolume(Optional.of(volume.getSpec().getLocal().getPath()), "local"));
  }

  private static Map<String, byte[]> decoded(
      @org.jspecify.annotations.Nullable Map<String, String> data) {
    Map<String, byte[]> content = new HashMap<>();
    if (data != null) {
      data.forEach((k, v) -> content.put(k, Base64.getDecoder().decode(v)));
    }
    return content;
  }

  @Override
  public String token(Pod pod, String audience, long seconds) {
    TokenRequest request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withAudiences(audience.isEmpty() ? List.of() : List.of(audience))
            .withExpirationSeconds(seconds)
            .withNewBoundObjectRef()
            .withApiVersion("v1")
            .withKind("Pod")
            .withName(pod.getMetadata().getName())
            .withUid(pod.getMetadata().getUid())
            .endBoundObjectRef()
            .endSpec()
            .build();
    return client
        .serviceAccounts()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(Optional.ofNullable(pod.getSpec().getServiceAccountName()).orElse("default"))
        .tokenRequest(request)
        .getStatus()
        .getToken();
  }

  @Override
  public boolean patchStatus(Pod pod, Map<String, Object> status) {
    // With the uid, another pod that got the same name is not touched.
    Map<String, Object> body =
        Map.of("metadata", Map.of("uid", pod.getMetadata().getUid()), "status", status);
    try {
      client
          .pods()
          .inNamespace(pod.getMetadata().getNamespace())
          .withName(pod.getMetadata().getName())
          .subresource("status")
          .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), Serialization.asJson(body));
      return true;
    } catch (KubernetesClientException e) {
      if (isGone(e)) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void delete(Pod pod) {
    try {
      client
          .pods()
          .inNamespace(pod.getMetadata().getNamespace())
          .resource(
              new io.fabric8.kubernetes.api.model.PodBuilder()
                  .withNewMetadata()
                  .withName(pod.getMetadata().getName())
                  .withNamespace(pod.getMetadata().getNamespace())
                  .withUid(pod.getMetadata().getUid())
                  .endMetadata()
                  .build())
          .withGracePeriod(0)
          .delete();
    } catch (KubernetesClientException e) {
      if (!isGone(e)) {
        throw e;
      }
    }
  }

  private static boolean isGone(KubernetesClientException e) {
    return e.getCode() == NOT_FOUND || e.getCode() == CONFLICT;
  }

  @Override
  public void warn(Pod pod, String reason, String message) {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    try {
      client
          .v1()
          .events()
          .inNamespace(pod.getMetadata().getNamespace())
          .resource(
              new EventBuilder()
                  .withNewMetadata()
                  .withGenerateName(pod.getMetadata().getName() + ".")
                  .withNamespace(pod.getMetadata().getNamespace())
                  .endMetadata()
                  .withType("Warning")
                  .withReason(reason)
                  .withMessage(message)
                  .withFirstTimestamp(now)
                  .withLastTimestamp(now)
                  .withCount(1)
                  .withNewInvolvedObject()
                  .withApiVersion("v1")
                  .withKind("Pod")
                  .withNamespace(pod.getMetadata().getNamespace())
                  .withName(pod.getMetadata().getName())
                  .withUid(pod.getMetadata().getUid())
                  .endInvolvedObject()
                  .withNewSource()
                  .withComponent("node-agent")
                  .withHost(node)
                  .endSource()
                  .build())
          .create();
    } catch (KubernetesClientException e) {
      // An event is told once; the pod's status says the same for as long as it holds.
      LOG.atWarn().setCause(e).log("Event not written");
    }
  }
}
