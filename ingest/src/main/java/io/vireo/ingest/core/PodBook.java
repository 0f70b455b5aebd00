package io.vireo.ingest.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The launcher pods of each VMI, as one value. Until the first list is complete nothing is written:
 * half of the pods would read as all of them.
 */
final class PodBook {

  private static final Comparator<PodSnapshot> ORDER =
      Comparator.comparingLong(PodSnapshot::epoch)
          .thenComparing(PodSnapshot::name)
          .thenComparing(PodSnapshot::uid);

  private final Map<String, List<PodSnapshot>> written = new HashMap<>();
  private final Map<String, Map<String, PodSnapshot>> live = new HashMap<>();
  private final Map<String, String> owners = new HashMap<>();

  /** Problems are heard of all pods of the cluster, and some before their pod. */
  private static final int MOUNT_PROBLEMS_MAX = 1024;

  /** By uid of the pod, oldest first. */
  private final Map<String, String> mountProblems = new LinkedHashMap<>();

  /** VMIs whose newest record may be another than the written one. */
  private final Set<String> doubted = new HashSet<>();

  private final UnaryOperator<String> subjects;
  private final Placements placements;
  private boolean complete;

  PodBook(UnaryOperator<String> subjects, Placements placements) {
    this.subjects = subjects;
    this.placements = placements;
  }

  void restore(String vmiUid, List<PodSnapshot> pods) {
    written.put(vmiUid, withoutVersions(pods));
  }

  List<Output> seen(String vmiUid, PodSnapshot pod) {
    List<Output> outputs = new ArrayList<>();
    String before = owners.get(pod.uid());
    if (before != null && !before.equals(vmiUid)) {
      outputs.addAll(gone(pod.uid()));
    }
    owners.put(pod.uid(), vmiUid);
    live.computeIfAbsent(vmiUid, uid -> new HashMap<>())
        .put(pod.uid(), pod.withMountProblem(mountProblems.get(pod.uid())));
    outputs.addAll(differences(vmiUid));
    return outputs;
  }

  /** A node could not mount a volume of a pod. */
  List<Output> mountFailed(String podUid, String message) {
    mountProblems.remove(podUid);
    mountProblems.put(podUid, message);
    if (mountProblems.size() > MOUNT_PROBLEMS_MAX) {
      mountProblems.remove(mountProblems.keySet().iterator().next());
    }
    String vmiUid = owners.get(podUid);
    if (vmiUid == null) {
      return List.of();
    }
    live.getOrDefault(vmiUid, Map.of())
        .computeIfPresent(podUid, (uid, pod) -> pod.withMountProblem(message));
    return differences(vmiUid);
  }

  List<Output> gone(String podUid) {
    mountProblems.remove(podUid);
    String vmiUid = owners.remove(podUid);
    if (vmiUid == null) {
      return List.of();
    }
    live.computeIfPresent(
        vmiUid,
        (uid, pods) -> {
          pods.remove(podUid);
          return pods.isEmpty() ? null : pods;
        });
    return differences(vmiUid);
  }

  List<Output> listed() {
    complete = true;
    Set<String> uids = new TreeSet<>(vanished());
    uids.addAll(live.keySet());
    uids.addAll(doubted);
    List<Output> outputs = new ArrayList<>();
    uids.forEach(uid -> outputs.addAll(differences(uid)));
    return outputs;
  }

  /** VMIs with a pod that was written before and is in no list now. */
  List<String> vanished() {
    return written.entrySet().stream()
        .filter(entry -> entry.getValue().stream().anyMatch(pod -> !owners.containsKey(pod.uid())))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private List<Output> differences(String vmiUid) {
    if (!complete) {
      return List.of();
    }
    List<PodSnapshot> now =
        live.getOrDefault(vmiUid, Map.of()).values().stream().sorted(ORDER).toList();
    List<PodSnapshot> comparable = withoutVersions(now);
    List<PodSnapshot> before = written.get(vmiUid);
    // No record at all already says that there are none.
    if (!doubted.remove(vmiUid)
        && (comparable.equals(before) || (before == null && now.isEmpty()))) {
      return List.of();
    }
    written.put(vmiUid, comparable);
    return List.of(
        new Output.PodsChanged(vmiUid, subjects.apply(vmiUid), now, placements.of(vmiUid)));
  }

  /** The newest record may be another than the one that was restored. */
  void doubt(String vmiUid) {
    doubted.add(vmiUid);
  }

  boolean doubtsAny() {
    return !doubted.isEmpty();
  }

  /**
   * Another wrote over what is written. Where this book knows no pod the other may have seen one
   * first, so only a list says that there is none.
   */
  List<Output> overwritten(String vmiUid) {
    doubt(vmiUid);
    return written.containsKey(vmiUid) ? differences(vmiUid) : List.of();
  }

  /** Whether anything was written of it, by this start or, which is a doubt, by another. */
  boolean forget(String vmiUid) {
    boolean byAnother = doubted.remove(vmiUid);
    return written.remove(vmiUid) != null || byAnother;
  }

  private static List<PodSnapshot> withoutVersions(List<PodSnapshot> pods) {
    return pods.stream().map(PodSnapshot::withoutVersion).toList();
  }
}
