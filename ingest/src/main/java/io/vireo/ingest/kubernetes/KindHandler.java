package io.vireo.ingest.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.vireo.ingest.core.Input;
import io.vireo.ingest.core.ListKind;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The events of one informer as inputs. Called by one thread at a time. */
final class KindHandler<T extends HasMetadata> implements ResourceEventHandler<T> {

  private static final Logger log = LoggerFactory.getLogger(KindHandler.class);

  private final ListKind kind;
  private final Watches.Translation<T> translation;
  private final Consumer<Input> sink;

  KindHandler(ListKind kind, Watches.Translation<T> translation, Consumer<Input> sink) {
    this.kind = kind;
    this.translation = translation;
    this.sink = sink;
  }

  @Override
  public void onBeforeList(@Nullable String lastVersion) {
    sink.accept(
        new Input.ListStarted(
            kind,
            lastVersion == null,
            lastVersion == null ? "Started" : "Watch ended after version " + lastVersion));
  }

  @Override
  public void onList(String version, boolean empty) {
    log.atInfo()
        .addKeyValue("kind", kind.wireName())
        .addKeyValue("resourceVersion", version)
        .log("List complete");
    sink.accept(new Input.ListEnded(kind));
  }

  @Override
  public void onAdd(T object) {
    seen(object);
  }

  @Override
  public void onUpdate(T before, T object) {
    if (!Objects.equals(before.getMetadata().getUid(), object.getMetadata().getUid())) {
      // Deleted and created again under the same name between two events.
      onDelete(before, true);
    }
    seen(object);
  }

  private void seen(T object) {
    // The informer keeps this very object; nobody reads this part of it.
    object.getMetadata().setManagedFields(List.of());
    pass(object, translation.seen());
  }

  @Override
  public void onDelete(T object, boolean finalStateUnknown) {
    pass(object, translation.gone());
  }

  private void pass(T object, Function<T, Input> translate) {
    Input input;
    try {
      input = translate.apply(object);
    } catch (RuntimeException e) {
      // One object that cannot be read must not stop the news of all others.
      log.atError()
          .addKeyValue("kind", kind.wireName())
          .addKeyValue("namespace", object.getMetadata().getNamespace())
          .addKeyValue("name", object.getMetadata().getName())
          .setCause(e)
          .log("Object could not be read and is passed over");
      return;
    }
    sink.accept(input);
  }
}
