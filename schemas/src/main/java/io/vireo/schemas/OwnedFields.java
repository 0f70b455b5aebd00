package io.vireo.schemas;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What Vireo owns in a VirtualMachineInstance and in an owner of some, and one hash over it. The
 * scheduler hashes what it wants, ingest hashes what it sees; equal hashes mean that our own write
 * came back and is no news.
 */
public final class OwnedFields {

  /** Keeps a VMI until its domain and pods are proven gone. KubeVirt's name for it. */
  public static final String FINALIZER = "kubevirt.io/foregroundDeleteVirtualMachine";

  /** Node that runs the VMI. */
  public static final String LABEL_NODE_NAME = "kubevirt.io/nodeName";

  /** Highest epoch that was opened for the VMI; on the launcher pod: its own. */
  public static final String ANNOTATION_EPOCH = "vireo.io/epoch";

  /**
   * Keeps a VirtualMachine until nothing of its VMI is left, or was orphaned. KubeVirt's name for
   * it.
   */
  public static final String VM_FINALIZER = "kubevirt.io/virtualMachineControllerFinalize";

  /** On a VirtualMachine: uid of the newest VMI that was made for it. */
  public static final String ANNOTATION_LAST_VMI_UID = "vireo.io/last-vmi-uid";

  /**
   * On VMIs and their owners: user of the newest change. Admission alone writes it, from what the
   * API server says of the request.
   */
  public static final String ANNOTATION_ACTOR = "vireo.io/actor";

  /** On the launcher pod: uid of its VMI. */
  public static final String ANNOTATION_VMI_UID = "vireo.io/vmi-uid";

  private static final Set<String> LABELS = Set.of(LABEL_NODE_NAME);

  /** Those that the hash of a VMI is made of; admission, not the scheduler, writes the actor. */
  private static final Set<String> ANNOTATIONS = Set.of(ANNOTATION_EPOCH);

  private static final Set<String> OWNED_ANNOTATIONS =
      Set.of(ANNOTATION_EPOCH, ANNOTATION_ACTOR, ANNOTATION_LAST_VMI_UID);
  private static final Set<String> FINALIZERS = Set.of(FINALIZER);

  private OwnedFields() {}

  /** Whether Vireo alone writes this label of a VMI. */
  public static boolean isOwnedLabel(String key) {
    return LABELS.contains(key);
  }

  /** Whether Vireo alone writes this annotation of a VMI or of an owner of VMIs. */
  public static boolean isOwnedAnnotation(String key) {
    return OWNED_ANNOTATIONS.contains(key);
  }

  /**
   * Hash over the status of an owner of VMIs, all of which Vireo owns. Its finalizers and
   * annotations are no part of it: they are written by other commands than the status.
   *
   * @param kind VirtualMachine or VirtualMachineInstanceReplicaSet
   */
  public static String ownerStatusHash(String kind, @Nullable Map<String, ?> status) {
    Map<String, Object> owned = new TreeMap<>();
    owned.put("kind", kind);
    owned.put("status", status == null ? Map.of() : status);
    return CanonicalJson.hash(owned);
  }

  /**
   * Hash over status and the labels, annotations and finalizers that Vireo owns; others are left
   * out, whatever the collections hold.
   */
  public static String statusHash(
      @Nullable Map<String, ?> status,
      Map<String, ?> labels,
      Map<String, ?> annotations,
      Collection<String> finalizers) {
    Map<String, Object> owned = new TreeMap<>();
    owned.put("status", status == null ? Map.of() : status);
    owned.put("labels", only(labels, LABELS));
    owned.put("annotations", only(annotations, ANNOTATIONS));
    Set<String> kept = new TreeSet<>(finalizers);
    kept.retainAll(FINALIZERS);
    owned.put("finalizers", kept);
    return CanonicalJson.hash(owned);
  }

  private static Map<String, Object> only(Map<String, ?> all, Set<String> keys) {
    Map<String, Object> kept = new TreeMap<>();
    all.forEach(
        (key, value) -> {
          if (keys.contains(key) && value != null) {
            kept.put(key, value);
          }
        });
    return kept;
  }
}
