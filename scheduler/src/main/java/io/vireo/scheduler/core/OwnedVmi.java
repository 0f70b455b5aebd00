package io.vireo.scheduler.core;

import io.vireo.scheduler.core.VmiState.Condition;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the owner of a VMI is told of it.
 *
 * @param ownerKind kind of its controller; empty if it has none any more
 * @param ownerUid uid of its controller; empty if it has none any more
 * @param phase as decided, which the object may not show yet
 * @param ran whether it ever was Running
 * @param deleting the object is marked for deletion or gone
 * @param ended nothing of it is left, by proof
 * @param vmGeneration of the owner that it was made of, as its annotation says
 */
public record OwnedVmi(
    String uid,
    String namespace,
    String name,
    String ownerKind,
    String ownerUid,
    long createdAtMs,
    @Nullable String phase,
    boolean ran,
    boolean deleting,
    boolean ended,
    Map<String, Condition> conditions,
    @Nullable Long vmGeneration,
    Map<String, String> labels,
    @Nullable String node) {

  public OwnedVmi {
    conditions = Collections.unmodifiableSortedMap(new TreeMap<>(conditions));
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  /** Its guest has ended, and the object will show no other phase. */
  public boolean isFinal() {
    return "Succeeded".equals(phase) || "Failed".equals(phase);
  }

  /** A condition is True. */
  public boolean isTrue(String type) {
    Condition condition = conditions.get(type);
    return condition != null && condition.status().equals("True");
  }

  /** The same, controlled by another, or by nobody. */
  OwnedVmi controlledBy(String kind, String controller) {
    return new OwnedVmi(
        uid,
        namespace,
        name,
        kind,
        controller,
        createdAtMs,
        phase,
        ran,
        deleting,
        ended,
        conditions,
        vmGeneration,
        labels,
        node);
  }
}
