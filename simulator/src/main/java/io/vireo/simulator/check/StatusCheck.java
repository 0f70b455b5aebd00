package io.vireo.simulator.check;

import io.vireo.simulator.kubernetes.SimApiServer.Change;
import io.vireo.simulator.kubernetes.Tree;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Watches every version of every VMI as clients see it (G5): phases go forward, a final one stays,
 * the epoch never goes back.
 */
public final class StatusCheck {

  private static final Map<String, Set<String>> NEXT =
      Map.of(
          "",
              Set.of(
                  "Pending",
                  "Scheduling",
                  "Scheduled",
                  "Running",
                  "Unknown",
                  "Succeeded",
                  "Failed"),
          "Pending", Set.of("Scheduling", "Scheduled", "Running", "Unknown", "Succeeded", "Failed"),
          "Scheduling", Set.of("Scheduled", "Running", "Unknown", "Succeeded", "Failed"),
          // Back to Scheduling: the launcher ended before the domain was formed.
          "Scheduled", Set.of("Scheduling", "Running", "Unknown", "Succeeded", "Failed"),
          "Running", Set.of("Unknown", "Succeeded", "Failed"),
          "Unknown", Set.of("Scheduling", "Scheduled", "Running", "Succeeded", "Failed"),
          "Succeeded", Set.of(),
          "Failed", Set.of());

  private final Map<String, String> phases = new HashMap<>();
  private final Map<String, Long> epochs = new HashMap<>();
  private final Set<String> meddledWith = new HashSet<>();
  private final List<Violation> violations;

  /** Watches from the beginning; what it finds goes to this list. */
  public StatusCheck(List<Violation> violations) {
    this.violations = violations;
  }

  /** Somebody else writes this VMI's status: what it says is no longer Vireo's word alone. */
  public void meddledWith(String uid) {
    meddledWith.add(uid);
  }

  /** A new version of an object. */
  public void changed(Change change, long nowMs) {
    String uid = Tree.text(change.object(), "metadata", "uid");
    if (uid == null || meddledWith.contains(uid)) {
      return;
    }
    String vmi = change.key() + " " + uid;
    String before = phases.getOrDefault(uid, "");
    String phase = Tree.text(change.object(), "status", "phase");
    if (phase != null && !phase.equals(before)) {
      if (!NEXT.getOrDefault(before, Set.of()).contains(phase)) {
        violations.add(new Violation("G5", vmi, "phase " + phase + " after " + before, nowMs));
      }
      phases.put(uid, phase);
    }
    long epoch = epoch(Tree.text(change.object(), "metadata", "annotations", "vireo.io/epoch"));
    long known = epochs.merge(uid, epoch, Math::max);
    if (epoch > 0 && epoch < known) {
      violations.add(new Violation("G5", vmi, "epoch " + epoch + " after " + known, nowMs));
    }
  }

  private static long epoch(@Nullable String text) {
    return text == null ? 0 : Long.parseLong(text);
  }
}
