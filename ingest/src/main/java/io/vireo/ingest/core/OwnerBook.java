package io.vireo.ingest.core;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The owners of VMIs: what was written of each, and which have ended. */
final class OwnerBook {

  /** Ended uids that are remembered, so that what an earlier start writes late is taken back. */
  private static final int ENDED_MAX = 10_000;

  private final ObjectBook<OwnerRef, OwnerSnapshot> book =
      new ObjectBook<>(
          new ObjectBook.Words<>(
              OwnerRef::uid,
              OwnerSnapshot::ref,
              OwnerSnapshot::equals,
              Output.OwnerChanged::new,
              Output.OwnerRemoved::new));
  private final Set<ListKind> listed = EnumSet.noneOf(ListKind.class);
  private final Set<OwnerRef> endedWhileLive = new LinkedHashSet<>();
  private final Set<String> ended = new LinkedHashSet<>();

  void restorePresent(OwnerSnapshot owner) {
    book.restorePresent(owner);
  }

  void restoreRemoved(OwnerRef ref) {
    book.restoreRemoved(ref);
  }

  void doubt(String uid) {
    book.doubt(uid);
  }

  boolean doubtsAny() {
    return book.doubtsAny();
  }

  List<Output> seen(OwnerSnapshot owner) {
    return book.seen(owner);
  }

  List<Output> gone(OwnerRef ref) {
    List<Output> outputs = new ArrayList<>(book.gone(ref.uid()));
    if (endedWhileLive.contains(ref)) {
      outputs.addAll(forget(ref));
    }
    return outputs;
  }

  List<Output> listed(ListKind kind) {
    listed.add(kind);
    List<Output> outputs = new ArrayList<>(book.listed(ref -> ref.kind() == kind));
    for (OwnerRef ref : List.copyOf(endedWhileLive)) {
      if (ref.kind() == kind && !book.isLive(ref.uid())) {
        outputs.addAll(forget(ref));
      }
    }
    outputs.add(new Output.ListCompleted(kind));
    return outputs;
  }

  /**
   * Its end is proven. That may be known before the watch tells that the object is gone, and the
   * last change of the object must not bring it back, so forgetting waits for its deletion.
   */
  List<Output> ended(OwnerRef ref) {
    if (book.isLive(ref.uid()) || !listed.contains(ref.kind())) {
      endedWhileLive.add(ref);
      return List.of();
    }
    return forget(ref);
  }

  /** Whether this end waits for the deletion of its object. */
  boolean keeps(OwnerRef ref) {
    return endedWhileLive.contains(ref);
  }

  List<Output> overwritten(String uid, @Nullable OwnerRef ref) {
    return ended.contains(uid)
        ? List.of(new Output.OwnerForgotten(uid, subject(uid, ref)))
        : book.overwritten(uid, ref);
  }

  private List<Output> forget(OwnerRef ref) {
    endedWhileLive.remove(ref);
    ended.add(ref.uid());
    if (ended.size() > ENDED_MAX) {
      ended.remove(ended.iterator().next());
    }
    String subject = subject(ref.uid(), ref);
    return book.forget(ref.uid())
        ? List.of(new Output.OwnerForgotten(ref.uid(), subject))
        : List.of();
  }

  private String subject(String uid, @Nullable OwnerRef ref) {
    return book.ref(uid).or(() -> Optional.ofNullable(ref)).map(OwnerRef::subject).orElse(uid);
  }

  int size() {
    return book.size();
  }
}
