package io.vireo.ingest.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What was written last of each object of a topic, and which of them Kubernetes holds.
 *
 * @param <R> names an object
 * @param <S> says how it is
 */
final class ObjectBook<R, S> {

  /**
   * How objects of this book are spoken of.
   *
   * @param same whether two snapshots of one object say the same
   */
  record Words<R, S>(
      Function<R, String> uid,
      Function<S, R> ref,
      BiPredicate<S, S> same,
      Function<S, Output> changed,
      Function<R, Output> removed) {}

  private sealed interface Written<R, S> {

    record Present<R, S>(S object) implements Written<R, S> {}

    record Removed<R, S>(R ref) implements Written<R, S> {}
  }

  private final Words<R, S> words;
  private final Map<String, Written<R, S>> written = new HashMap<>();
  private final Set<String> live = new HashSet<>();

  /** Those whose newest record may be another than the written one. */
  private final Set<String> doubted = new TreeSet<>();

  ObjectBook(Words<R, S> words) {
    this.words = words;
  }

  void restorePresent(S object) {
    written.put(uid(object), new Written.Present<>(object));
  }

  void restoreRemoved(R ref) {
    written.put(words.uid().apply(ref), new Written.Removed<>(ref));
  }

  List<Output> seen(S object) {
    String uid = uid(object);
    live.add(uid);
    if (!doubted.remove(uid)
        && written.get(uid) instanceof Written.Present<R, S>(S before)
        && words.same().test(before, object)) {
      return List.of();
    }
    written.put(uid, new Written.Present<>(object));
    return List.of(words.changed().apply(object));
  }

  List<Output> gone(String uid) {
    live.remove(uid);
    // Written as removed already, or forgotten after its end was proven: nothing to say.
    if (!(written.get(uid) instanceof Written.Present<R, S>(S before))) {
      return List.of();
    }
    doubted.remove(uid);
    R ref = words.ref().apply(before);
    written.put(uid, new Written.Removed<>(ref));
    return List.of(words.removed().apply(ref));
  }

  /**
   * A full list is complete.
   *
   * @param which objects the list was of
   */
  List<Output> listed(Predicate<R> which) {
    List<Output> outputs = new ArrayList<>();
    vanished(which).forEach(uid -> outputs.addAll(gone(uid)));
    for (String uid : List.copyOf(doubted)) {
      Optional<R> ref = ref(uid);
      if (!live.contains(uid) && ref.filter(which.negate()).isEmpty()) {
        doubted.remove(uid);
        ref.map(words.removed()).ifPresent(outputs::add);
      }
    }
    return outputs;
  }

  /** The newest record may be another than the one that was restored. */
  void doubt(String uid) {
    doubted.add(uid);
  }

  /**
   * Another wrote over what is written. Where this book has never heard of the object the other may
   * have seen it first, so only the watch or a list says what is true.
   */
  List<Output> overwritten(String uid, @Nullable R ref) {
    Written<R, S> now = written.get(uid);
    if (now instanceof Written.Present<R, S>(S object) && live.contains(uid)) {
      return List.of(words.changed().apply(object));
    }
    if (now instanceof Written.Removed<R, S>(R removed) && !doubted.contains(uid)) {
      return List.of(words.removed().apply(removed));
    }
    if (now == null && ref != null) {
      written.put(uid, new Written.Removed<>(ref));
    }
    doubt(uid);
    return List.of();
  }

  boolean doubtsAny() {
    return !doubted.isEmpty();
  }

  /** What was written before and is in no list now has vanished while nobody watched. */
  private List<String> vanished(Predicate<R> which) {
    return written.entrySet().stream()
        .filter(
            entry ->
                entry.getValue() instanceof Written.Present<R, S>(S object)
                    && which.test(words.ref().apply(object)))
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

  Optional<R> ref(String uid) {
    return switch (written.get(uid)) {
      case Written.Present<R, S>(S object) -> Optional.of(words.ref().apply(object));
      case Written.Removed<R, S>(R ref) -> Optional.of(ref);
      case null -> Optional.empty();
    };
  }

  /** Whether Kubernetes holds it, as far as the watch has told. */
  boolean isLive(String uid) {
    return live.contains(uid);
  }

  int size() {
    return live.size();
  }

  private String uid(S object) {
    return words.uid().apply(words.ref().apply(object));
  }
}
