package io.vireo.ingest.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimSpec;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.vireo.ingest.core.ClaimSnapshot;
import io.vireo.ingest.core.Input;
import io.vireo.ingest.core.ListKind;
import io.vireo.ingest.core.OwnerRef;
import io.vireo.ingest.core.PodSnapshot;
import io.vireo.ingest.core.RawOwner;
import io.vireo.ingest.core.RawVmi;
import io.vireo.ingest.core.ReportCheck;
import io.vireo.ingest.core.VmiRef;
import io.vireo.schemas.OwnedFields;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Objects of Kubernetes in the core's terms. */
final class KubernetesObjects {

  static final String LAUNCHER_DEVICE = "devices.vireo.io/launcher";

  private static final String VMI_KIND = "VirtualMachineInstance";
  private static final String UNPAUSED = "kubevirt.io/virtual-machine-unpaused";

  private KubernetesObjects() {}

  static VmiRef ref(GenericKubernetesResource vmi) {
    ObjectMeta meta = vmi.getMetadata();
    return new VmiRef(meta.getUid(), meta.getNamespace(), meta.getName());
  }

  static RawVmi vmi(GenericKubernetesResource vmi) {
    ObjectMeta meta = vmi.getMetadata();
    return new RawVmi(
        ref(vmi),
        meta.getGeneration() == null ? 0 : meta.getGeneration(),
        version(meta),
        Objects.requireNonNullElse(time(meta.getCreationTimestamp()), 0L),
        time(meta.getDeletionTimestamp()),
        strings(meta.getLabels()),
        strings(meta.getAnnotations()),
        meta.getFinalizers() == null ? List.of() : meta.getFinalizers(),
        owners(meta),
        vmi.getAdditionalProperties().get("spec"),
        vmi.getAdditionalProperties().get("status"));
  }

  static OwnerRef ownerRef(ListKind kind, GenericKubernetesResource owner) {
    ObjectMeta meta = owner.getMetadata();
    return new OwnerRef(kind, meta.getUid(), meta.getNamespace(), meta.getName());
  }

  static RawOwner owner(ListKind kind, GenericKubernetesResource owner) {
    ObjectMeta meta = owner.getMetadata();
    return new RawOwner(
        ownerRef(kind, owner),
        meta.getGeneration() == null ? 0 : meta.getGeneration(),
        version(meta),
        Objects.requireNonNullElse(time(meta.getCreationTimestamp()), 0L),
        time(meta.getDeletionTimestamp()),
        strings(meta.getLabels()),
        strings(meta.getAnnotations()),
        meta.getFinalizers() == null ? List.of() : meta.getFinalizers(),
        owner.getAdditionalProperties().get("spec"),
        owner.getAdditionalProperties().get("status"));
  }

  private static List<Map<String, Object>> owners(ObjectMeta meta) {
    List<Map<String, Object>> owners = new ArrayList<>();
    for (OwnerReference owner : meta.getOwnerReferences()) {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("apiVersion", Objects.requireNonNullElse(owner.getApiVersion(), ""));
      tree.put("kind", Objects.requireNonNullElse(owner.getKind(), ""));
      tree.put("name", Objects.requireNonNullElse(owner.getName(), ""));
      tree.put("uid", Objects.requireNonNullElse(owner.getUid(), ""));
      if (owner.getController() != null) {
        tree.put("controller", owner.getController());
      }
      if (owner.getBlockOwnerDeletion() != null) {
        tree.put("blockOwnerDeletion", owner.getBlockOwnerDeletion());
      }
      owners.add(tree);
    }
    return owners;
  }

  /** uid of the VMI that controls a pod; a label proves nothing. */
  static Optional<String> controllingVmi(Pod pod) {
    return pod.getMetadata().getOwnerReferences().stream()
        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
        .filter(owner -> VMI_KIND.equals(owner.getKind()))
        .map(OwnerReference::getUid)
        .filter(Objects::nonNull)
        .findFirst();
  }

  static Input.StrangePodSeen strangePod(Pod pod) {
    ObjectMeta meta = pod.getMetadata();
    return new Input.StrangePodSeen(
        meta.getUid(), meta.getNamespace(), meta.getName(), version(meta));
  }

  static PodSnapshot pod(Pod pod) {
    ObjectMeta meta = pod.getMetadata();
    PodStatus status = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
    return new PodSnapshot(
        meta.getUid(),
        meta.getNamespace(),
        meta.getName(),
        epoch(strings(meta.getAnnotations()).get(OwnedFields.ANNOTATION_EPOCH)),
        version(meta),
        pod.getSpec() == null ? null : pod.getSpec().getNodeName(),
        new PodSnapshot.Status(
            status.getPhase() == null ? "Pending" : status.getPhase(),
            status.getReason(),
            cut(status.getMessage()),
            status.getPodIP(),
            status.getPodIPs() == null
                ? List.of()
                : status.getPodIPs().stream().map(PodIP::getIp).filter(Objects::nonNull).toList(),
            status.getQosClass()),
        time(meta.getDeletionTimestamp()),
        conditions(status),
        containers(pod, status));
  }

  private static PodSnapshot.Conditions conditions(PodStatus status) {
    Map<String, PodCondition> byType = new HashMap<>();
    status.getConditions().forEach(condition -> byType.put(condition.getType(), condition));
    PodCondition scheduled = byType.get("PodScheduled");
    PodCondition ready = byType.get("Ready");
    PodCondition unpaused = byType.get(UNPAUSED);
    PodCondition refused =
        scheduled != null && "False".equals(scheduled.getStatus()) ? scheduled : null;
    return new PodSnapshot.Conditions(
        isTrue(scheduled),
        refused == null ? null : refused.getReason(),
        refused == null ? null : cut(refused.getMessage()),
        isTrue(byType.get("ContainersReady")),
        isTrue(ready),
        ready != null && "False".equals(ready.getStatus()) ? ready.getReason() : null,
        unpaused == null ? null : isTrue(unpaused));
  }

  private static boolean isTrue(@Nullable PodCondition condition) {
    return condition != null && "True".equals(condition.getStatus());
  }

  private static List<PodSnapshot.ContainerSnapshot> containers(Pod pod, PodStatus status) {
    Map<String, String> images = new HashMap<>();
    if (pod.getSpec() != null) {
      for (Container container : pod.getSpec().getInitContainers()) {
        images.put(container.getName(), Objects.requireNonNullElse(container.getImage(), ""));
      }
      for (Container container : pod.getSpec().getContainers()) {
        images.put(container.getName(), Objects.requireNonNullElse(container.getImage(), ""));
      }
    }
    List<PodSnapshot.ContainerSnapshot> containers = new ArrayList<>();
    status
        .getInitContainerStatuses()
        .forEach(each -> containers.add(container(each, true, images)));
    status.getContainerStatuses().forEach(each -> containers.add(container(each, false, images)));
    return containers;
  }

  private static PodSnapshot.ContainerSnapshot container(
      ContainerStatus status, boolean init, Map<String, String> images) {
    ContainerState state = status.getState() == null ? new ContainerState() : status.getState();
    String image =
        images.getOrDefault(status.getName(), Objects.requireNonNullElse(status.getImage(), ""));
    if (state.getTerminated() != null) {
      var terminated = state.getTerminated();
      String id =
          terminated.getContainerID() == null
              ? status.getContainerID()
              : terminated.getContainerID();
      return new PodSnapshot.ContainerSnapshot(
          status.getName(),
          init,
          "terminated",
          terminated.getReason(),
          cut(terminated.getMessage()),
          terminated.getExitCode(),
          blankToNull(id),
          time(terminated.getFinishedAt()),
          image);
    }
    boolean running = state.getRunning() != null;
    var waiting = state.getWaiting();
    return new PodSnapshot.ContainerSnapshot(
        status.getName(),
        init,
        running ? "running" : "waiting",
        waiting == null ? null : waiting.getReason(),
        waiting == null ? null : cut(waiting.getMessage()),
        null,
        blankToNull(status.getContainerID()),
        null,
        image);
  }

  static ClaimSnapshot claim(PersistentVolumeClaim claim) {
    PersistentVolumeClaimSpec spec = claim.getSpec();
    PersistentVolumeClaimStatus status =
        claim.getStatus() == null ? new PersistentVolumeClaimStatus() : claim.getStatus();
    Map<String, Quantity> requests =
        spec.getResources() == null ? null : spec.getResources().getRequests();
    return new ClaimSnapshot(
        claim.getMetadata().getNamespace(),
        claim.getMetadata().getName(),
        claim.getMetadata().getUid(),
        Objects.requireNonNullElse(status.getPhase(), "Pending"),
        Objects.requireNonNullElse(spec.getVolumeMode(), "Filesystem"),
        spec.getAccessModes() == null ? List.of() : spec.getAccessModes(),
        Objects.requireNonNullElse(storage(requests), "0"),
        storage(status.getCapacity()));
  }

  private static @Nullable String storage(@Nullable Map<String, Quantity> resources) {
    Quantity storage = resources == null ? null : resources.get("storage");
    return storage == null ? null : storage.toString();
  }

  static boolean offersLaunchers(Node node) {
    return node.getStatus() != null
        && (isPositive(node.getStatus().getCapacity())
            || isPositive(node.getStatus().getAllocatable()));
  }

  private static boolean isPositive(@Nullable Map<String, Quantity> resources) {
    Quantity devices = resources == null ? null : resources.get(LAUNCHER_DEVICE);
    return devices != null && devices.getNumericalAmount().signum() > 0;
  }

  private static long epoch(@Nullable String annotation) {
    return annotation != null && annotation.matches("[0-9]{1,18}")
        ? Long.parseLong(annotation)
        : -1;
  }

  private static long version(ObjectMeta meta) {
    String version = meta.getResourceVersion();
    return version != null && version.matches("[0-9]{1,18}") ? Long.parseLong(version) : 0;
  }

  private static @Nullable Long time(@Nullable String rfc3339) {
    if (rfc3339 == null || rfc3339.isEmpty()) {
      return null;
    }
    try {
      return Instant.parse(rfc3339).toEpochMilli();
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  private static @Nullable String cut(@Nullable String text) {
    return text == null || text.length() <= ReportCheck.TEXT_MAX
        ? text
        : text.substring(0, ReportCheck.TEXT_MAX);
  }

  private static @Nullable String blankToNull(@Nullable String text) {
    return text == null || text.isBlank() ? null : text;
  }

  private static Map<String, String> strings(@Nullable Map<String, String> map) {
    return map == null ? Map.of() : map;
  }
}
