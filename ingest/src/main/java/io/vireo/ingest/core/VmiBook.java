package io.vireo.ingest.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What was written last of each VMI, and which of them Kubernetes holds. */
final class VmiBook {

  private sealed interface Written {
    VmiRef ref();

    record Present(VmiSnapshot vmi) implements Written {
      @Override
      public VmiRef ref() {
        return vmi.ref();
      }
    }

    record Removed(VmiRef ref) implements Written {}
  }

  private final Map<String, Written> written = new HashMap<>();
  private final Set<String> live = new HashSet<>();

  /** Those whose newest record may be another than the written one. */
  private final Set<String> doubted = new TreeSet<>();

  void restorePresent(VmiSnapshot vmi) {
    written.put(vmi.ref().uid(), new Written.Present(vmi));
  }

  void restoreRemoved(VmiRef ref) {
    written.put(ref.uid(), new Written.Removed(ref));
  }

  List<Output> seen(VmiSnapshot vmi) {
    String uid = vmi.ref().uid();
    live.add(uid);
    if (!doubted.remove(uid)
        && written.get(uid) instanceof Written.Present present
        && present.vmi().saysTheSameAs(vmi)) {
      return List.of();
    }
    written.put(uid, new Written.Present(vmi));
    return List.of(new Output.VmiChanged(vmi));
  }

  List<Output> gone(String uid) {
    live.remove(uid);
    // Written as removed already, or forgotten after its end was proven: nothing to say.
    if (!(written.get(uid) instanceof Written.Present present)) {
      return List.of();
    }
    doubted.remove(uid);
    written.put(uid, new Written.Removed(present.ref()));
    return List.of(new Output.VmiRemoved(present.ref()));
  }

  List<Output> listed() {
    List<Output> outputs = new ArrayList<>();
    vanished().forEach(uid -> outputs.addAll(gone(uid)));
    for (String uid : List.copyOf(doubted)) {
      if (!live.contains(uid)) {
        doubted.remove(uid);
        ref(uid).map(Output.VmiRemoved::new).ifPresent(outputs::add);
      }
    }
    return outputs;
  }

  /** The newest record may be another than the one that was restored. */
  void doubt(String uid) {
    doubted.add(uid);
  }

  /**
   * Another wrote over what is written. Where this book has never heard of the VMI the other may
   * have seen it first, so only the watch or a list says what is true.
   */
  List<Output> overwritten(String uid, @Nullable VmiRef ref) {
    Written now = written.get(uid);
    if (now instanceof Written.Present present && live.contains(uid)) {
      return List.of(new Output.VmiChanged(present.vmi()));
    }
    if (now instanceof Written.Removed removed && !doubted.contains(uid)) {
      return List.of(new Output.VmiRemoved(removed.ref()));
    }
    if (now == null && ref != null) {
      written.put(uid, new Written.Removed(ref));
    }
    doubt(uid);
    return List.of();
  }

  boolean doubtsAny() {
    return !doubted.isEmpty();
  }

  /** What was written before and is in no list now has vanished while nobody watched. */
  List<String> vanished() {
    return written.entrySet().stream()
        .filter(entry -> entry.getValue() instanceof Written.Present)
        .map(Map.Entry::getKey)
        .filter(uid -> !live.contains(uid))
        .sorted()
        .toList();
  }

  /** Whether anything was written of it, by this start or, which is a doubt, by another. */
  boolean forget(String uid) {
    boolean byAnother = doubted.remove(uid);
    return written.remove(uid) != null || byAnother;
  }

  Optional<VmiRef> ref(String uid) {
    return Optional.ofNullable(written.get(uid)).map(Written::ref);
  }

  int size() {
    return live.size();
  }
}
