package io.vireo.ingest.kubernetes;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.vireo.ingest.core.Input;
import io.vireo.ingest.core.ReportCheck;
import java.util.function.Consumer;

/**
 * What kubelets say of volumes that they cannot mount, such as those of a Secret that is missing.
 * They say it in Events only: the status of such a pod has no reason. An Event that goes says
 * nothing; the start of a container does.
 */
final class MountProblems implements ResourceEventHandler<Event> {

  private final Consumer<Input> sink;

  MountProblems(Consumer<Input> sink) {
    this.sink = sink;
  }

  @Override
  public void onAdd(Event event) {
    String uid = event.getInvolvedObject() == null ? null : event.getInvolvedObject().getUid();
    String message = event.getMessage();
    if (uid == null || message == null || message.isBlank()) {
      return;
    }
    sink.accept(
        new Input.MountFailed(
            uid, message.substring(0, Math.min(message.length(), ReportCheck.TEXT_MAX))));
  }

  @Override
  public void onUpdate(Event before, Event event) {
    onAdd(event);
  }

  @Override
  public void onDelete(Event event, boolean finalStateUnknown) {}
}
