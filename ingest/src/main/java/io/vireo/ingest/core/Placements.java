package io.vireo.ingest.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which epochs of a VMI were given to which node, as Kubernetes and earlier starts told. A node may
 * speak of these and of no other: the scheduler takes the highest epoch it hears of for real.
 */
final class Placements {

  /** Epochs kept of one VMI and node; the lowest go first. */
  static final int EPOCHS_MAX = 64;

  private final Map<String, Map<String, TreeSet<Long>>> epochs = new HashMap<>();

  /** Notes it; whether that is news. */
  boolean given(String vmiUid, long epoch, String node) {
    TreeSet<Long> ofNode =
        epochs
            .computeIfAbsent(vmiUid, uid -> new HashMap<>())
            .computeIfAbsent(node, name -> new TreeSet<>());
    boolean news = ofNode.add(epoch);
    if (ofNode.size() > EPOCHS_MAX) {
      ofNode.pollFirst();
    }
    return news;
  }

  /** Whether this node may speak of this epoch. */
  boolean maySpeakOf(String node, String vmiUid, long epoch) {
    SortedSet<Long> ofNode = of(node, vmiUid);
    return ofNode != null && ofNode.contains(epoch);
  }

  /** Whether this node was given any epoch of a VMI that is not forgotten. */
  boolean areOn(String node) {
    return epochs.values().stream().anyMatch(ofVmi -> ofVmi.containsKey(node));
  }

  /** Whether this node may tell the end of a command, and that it holds this epoch. */
  boolean mayHold(String node, String vmiUid, long heldEpoch) {
    SortedSet<Long> ofNode = of(node, vmiUid);
    return ofNode != null && heldEpoch <= ofNode.last();
  }

  private @Nullable SortedSet<Long> of(String node, String vmiUid) {
    return epochs.getOrDefault(vmiUid, Map.of()).get(node);
  }

  /** All of a VMI, ordered by epoch and node. */
  List<Placement> of(String vmiUid) {
    List<Placement> all = new ArrayList<>();
    epochs
        .getOrDefault(vmiUid, Map.of())
        .forEach((node, given) -> given.forEach(epoch -> all.add(new Placement(epoch, node))));
    all.sort(Comparator.comparingLong(Placement::epoch).thenComparing(Placement::node));
    return all;
  }

  void forget(String vmiUid) {
    epochs.remove(vmiUid);
  }

  /** Notes all pods that have a node; the nodes to which that gave something new. */
  List<String> seen(String vmiUid, List<PodSnapshot> pods) {
    return pods.stream()
        .filter(pod -> pod.nodeName() != null && given(vmiUid, pod.epoch(), pod.nodeName()))
        .map(PodSnapshot::nodeName)
        .toList();
  }
}
