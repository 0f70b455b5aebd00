package io.vireo.scheduler.core;

import io.vireo.scheduler.core.VmiState.Shown;
import io.vireo.scheduler.core.VmiState.Written;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes status when what is wanted is not what is stored; one write in flight, newest wins. */
final class StatusWriter {

  private static final String WRITE = "WriteStatus";

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
            json.write(status), hash, nullable(labels), nullable(annotations), missing),
        keep ? Long.toString(promisedEpoch()) : null,
        hash,
        draft.shown.phase());
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

  /** Only the pod's coming up is news: the next phase tells it in the same write. */
  private boolean mayWait() {
    Shown shown = draft.shown;
    Written written = shown.written();
    return written != null
        && "Scheduling".equals(shown.phase())
        && "Scheduling".equals(written.phase())
        && shown.epochOnObject() >= promisedEpoch()
        && shown.conditions().keySet().equals(Set.of("Ready"));
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
