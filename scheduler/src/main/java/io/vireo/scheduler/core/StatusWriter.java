package io.vireo.scheduler.core;

import io.vireo.scheduler.core.VmiState.Attempt;
import io.vireo.scheduler.core.VmiState.Shown;
import io.vireo.scheduler.core.VmiState.Written;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes status when what is wanted is not what is stored; one write in flight. Each is based on
 * the newest version that is known, so that none that comes late undoes another.
 */
final class StatusWriter {

  private static final String WRITE = "WriteStatus";

  /** Why a write was not made: the object was of another version. */
  private static final String CONFLICT = "Conflict";

  private final Draft draft;
  private final Decider.Json json;

  StatusWriter(Draft draft, Decider.Json json) {
    this.draft = draft;
    this.json = json;
  }

  void writeIfNews() {
    Desired desired = draft.observed.desired();
    if (desired == null
        || draft.observed.gone()
        || draft.shown.phase() == null
        || draft.isPending(WRITE)
        || mayWait()
        || !draft.mayTry(WRITE)) {
      return;
    }
    Map<String, Object> status = StatusView.render(draft.state());
    Map<String, String> labels = labels();
    Map<String, String> annotations = annotations();
    boolean keep = draft.epoch != null || (draft.plannedEpoch > 0 && !draft.shown.isFinal());
    List<String> finalizers = keep ? List.of(StatusView.FINALIZER) : List.of();
    // A finalizer that is there needs no look at the object first.
    boolean there =
        draft.shown.epochOnObject() > 0 || desired.finalizers().contains(StatusView.FINALIZER);
    List<String> missing = there ? List.of() : finalizers;
    String hash = json.statusHash(status, labels, annotations, finalizers);
    if (!isNews(desired, hash)) {
      return;
    }
    draft.issue(
        new Command.WriteStatus(
            json.write(status),
            hash,
            nullable(labels),
            nullable(annotations),
            missing,
            newestVersion(desired, draft.shown.written())),
        keep ? Long.toString(promisedEpoch()) : null,
        hash,
        draft.shown.phase());
  }

  /** The newest version of the object that is known: as it was seen, or as it was written. */
  static long newestVersion(Desired desired, @Nullable Written written) {
    return Math.max(desired.resourceVersion(), written == null ? 0 : written.resourceVersion());
  }

  /**
   * The object was of another version. If that one was not seen yet the next attempt waits for it:
   * what was written meanwhile may be news.
   *
   * @param found the version that it was of
   */
  static void conflicted(Draft draft, long found) {
    Written written = draft.shown.written();
    if (written != null && found < written.resourceVersion()) {
      // The store was set back to before our own write.
      draft.shown = draft.shown.withWritten(null, draft.shown.epochOnObject());
    }
    Desired seen = draft.observed.desired();
    if (seen == null || seen.resourceVersion() != found) {
      draft.failedAttempt(WRITE, CONFLICT);
    }
  }

  /** The object was seen in another version: a write that waited for that need not wait longer. */
  static void seenAnew(Draft draft) {
    Attempt attempt = draft.attempts().get(WRITE);
    if (attempt != null && CONFLICT.equals(attempt.why())) {
      draft.succeeded(WRITE);
    }
  }

  void removeFinalizer() {
    Map<String, Object> status = StatusView.render(draft.state());
    String hash = json.statusHash(status, labels(), annotations(), List.of());
    draft.issue(
        new Command.RemoveFinalizer(List.of(StatusView.FINALIZER), json.write(status), hash),
        null,
        hash,
        draft.shown.phase());
  }

  /**
   * Whether the object names the node of this epoch, or there is none yet. The guest may run only
   * then: whoever has lost every other record finds there where to ask for it.
   */
  static boolean isOnObject(Epoch epoch, @Nullable Desired desired) {
    return epoch.node() == null || (desired != null && epoch.node().equals(desired.nodeName()));
  }

  /** Only the pod's coming up is news: the next phase tells it in the same write. */
  private boolean mayWait() {
    Shown shown = draft.shown;
    return "Scheduling".equals(shown.phase())
        && isShownComingUp()
        && shown.epochOnObject() >= promisedEpoch()
        && (draft.epoch == null || isOnObject(draft.epoch, draft.observed.desired()))
        && shown.conditions().keySet().equals(Set.of("Ready"));
  }

  /** Whether the object says already that it comes up: by our own word, or by admission's. */
  private boolean isShownComingUp() {
    Written written = draft.shown.written();
    if (written != null) {
      return "Scheduling".equals(written.phase());
    }
    Desired desired = draft.observed.desired();
    return desired != null && "Pending".equals(desired.phase());
  }

  private boolean isNews(Desired desired, String hash) {
    Shown shown = draft.shown;
    Written written = shown.written();
    if (written == null) {
      return !hash.equals(desired.statusHash());
    }
    if (!hash.equals(written.hash())) {
      return true;
    }
    if (desired.resourceVersion() <= written.resourceVersion()) {
      return false;
    }
    // Somebody else wrote after us. What Kubernetes made of our own write is no difference.
    String echo = written.echo() == null ? hash : written.echo();
    return !desired.statusHash().equals(hash) && !desired.statusHash().equals(echo);
  }

  private long promisedEpoch() {
    Epoch epoch = draft.epoch;
    return Math.max(draft.plannedEpoch, epoch == null ? 0 : epoch.number());
  }

  private Map<String, String> labels() {
    Epoch epoch = draft.epoch;
    boolean handedOver = draft.shown.wasScheduled();
    return epoch != null && epoch.node() != null && handedOver
        ? Map.of(StatusView.LABEL_NODE_NAME, epoch.node())
        : Map.of();
  }

  private Map<String, String> annotations() {
    long promised = promisedEpoch();
    return promised == 0 ? Map.of() : Map.of(StatusView.ANNOTATION_EPOCH, Long.toString(promised));
  }

  private static Map<String, @Nullable String> nullable(Map<String, String> map) {
    return new TreeMap<>(map);
  }
}
