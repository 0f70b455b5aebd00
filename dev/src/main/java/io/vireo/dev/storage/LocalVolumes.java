package io.vireo.dev.storage;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The objects of Kubernetes that the provisioner writes, and which claims are its business. */
final class LocalVolumes {

  static final String CLASS = "local";
  static final String PROVISIONER = "vireo.io/local";

  private static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";
  private static final String PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";
  private static final String HOSTNAME = "kubernetes.io/hostname";

  private LocalVolumes() {}

  static StorageClass storageClass() {
    return new StorageClassBuilder()
        .withNewMetadata()
        .withName(CLASS)
        .addToAnnotations("storageclass.kubernetes.io/is-default-class", "true")
        .endMetadata()
        .withProvisioner(PROVISIONER)
        .withReclaimPolicy("Delete")
        // The node of the first pod has the volume, so it has to be known first.
        .withVolumeBindingMode("WaitForFirstConsumer")
        .build();
  }

  /** The node that a volume is to be made on for this claim, if one is to be made. */
  static Optional<String> nodeOf(PersistentVolumeClaim claim) {
    Map<String, String> annotations = claim.getMetadata().getAnnotations();
    String phase = claim.getStatus() == null ? null : claim.getStatus().getPhase();
    boolean waits =
        CLASS.equals(claim.getSpec().getStorageClassName())
            && claim.getSpec().getVolumeName() == null
            && claim.getMetadata().getDeletionTimestamp() == null
            && (phase == null || phase.equals("Pending"));
    return waits && annotations != null
        ? Optional.ofNullable(annotations.get(SELECTED_NODE))
        : Optional.empty();
  }

  static boolean isBlock(PersistentVolumeClaim claim) {
    return "Block".equals(claim.getSpec().getVolumeMode());
  }

  /** The same name each time, so that a start in between makes no second one. */
  static String name(PersistentVolumeClaim claim) {
    return "pvc-" + claim.getMetadata().getUid();
  }

  static Quantity size(PersistentVolumeClaim claim) {
    // The API server takes no claim without.
    return Objects.requireNonNull(claim.getSpec().getResources().getRequests().get("storage"));
  }

  /**
   * The volume.
   *
   * @param path as the node sees it
   */
  static PersistentVolume volume(PersistentVolumeClaim claim, String node, String path) {
    return new PersistentVolumeBuilder()
        .withNewMetadata()
        .withName(name(claim))
        .addToAnnotations(PROVISIONED_BY, PROVISIONER)
        .endMetadata()
        .withNewSpec()
        .withCapacity(Map.of("storage", size(claim)))
        .withAccessModes(claim.getSpec().getAccessModes())
        .withVolumeMode(claim.getSpec().getVolumeMode())
        .withStorageClassName(CLASS)
        .withPersistentVolumeReclaimPolicy("Delete")
        .withNewClaimRef()
        .withApiVersion("v1")
        .withKind("PersistentVolumeClaim")
        .withNamespace(claim.getMetadata().getNamespace())
        .withName(claim.getMetadata().getName())
        .withUid(claim.getMetadata().getUid())
        .endClaimRef()
        .withNewLocal()
        .withPath(path)
        .endLocal()
        .withNewNodeAffinity()
        .withNewRequired()
        .addNewNodeSelectorTerm()
        .addNewMatchExpression()
        .withKey(HOSTNAME)
        .withOperator("In")
        .withValues(node)
        .endMatchExpression()
        .endNodeSelectorTerm()
        .endRequired()
        .endNodeAffinity()
        .endSpec()
        .build();
  }

  /** The node of a volume of ours that nobody has a claim on any more. */
  static Optional<String> nodeOfReleased(PersistentVolume volume) {
    return isOurs(volume)
            && volume.getStatus() != null
            && "Released".equals(volume.getStatus().getPhase())
            && "Delete".equals(volume.getSpec().getPersistentVolumeReclaimPolicy())
        ? node(volume)
        : Optional.empty();
  }

  static boolean isOurs(PersistentVolume volume) {
    Map<String, String> annotations = volume.getMetadata().getAnnotations();
    return annotations != null && PROVISIONER.equals(annotations.get(PROVISIONED_BY));
  }

  static Optional<String> node(PersistentVolume volume) {
    return volume.getSpec().getNodeAffinity().getRequired().getNodeSelectorTerms().stream()
        .flatMap(term -> term.getMatchExpressions().stream())
        .filter(expression -> expression.getKey().equals(HOSTNAME))
        .flatMap(expression -> expression.getValues().stream())
        .findFirst();
  }
}
