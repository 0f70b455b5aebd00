package io.vireo.scheduler.topology;

import io.vireo.scheduler.core.OwnedVmi;
import io.vireo.scheduler.owner.OwnerDecision;
import io.vireo.scheduler.owner.OwnerRef;
import io.vireo.scheduler.owner.OwnerState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The owners of VMIs of one partition. Each of their VMIs is an entry of its own, with the key
 * {@code owner/vmi}, so that news of one of a thousand writes one. All are held in memory as well,
 * read once when the task begins. Not thread-safe.
 */
final class OwnerStore {

  /**
   * What is stored of a uid: its state, or that its end was proven.
   *
   * @param wakeUpAtMs when to decide again without an input; 0 for never
   */
  record Stored(@Nullable OwnerState state, long wakeUpAtMs, @Nullable Ended ended) {}

  /**
   * What is kept for a while of an owner that has ended, so that a record that comes late does not
   * begin its history anew.
   *
   * @param seq number of its last command
   * @param events number of its last event
   * @param wasSeen whether its object was ever seen, so that it comes only late
   */
  record Ended(OwnerRef ref, long seq, long events, boolean wasSeen) {

    static Ended of(@Nullable Ended earlier, OwnerState last, OwnerDecision decision) {
      long seq =
          decision.commands().isEmpty()
              ? last.progress().seq()
              : decision.commands().getLast().seq();
      long events =
          decision.events().isEmpty()
              ? last.progress().events()
              : decision.events().getLast().sequence();
      boolean wasSeen =
          last.observed().desired() != null
              || last.observed().gone()
              || (earlier != null && earlier.wasSeen());
      return new Ended(last.ref(), seq, events, wasSeen);
    }

    OwnerState again() {
      return OwnerState.fresh(ref).countingFrom(seq, events);
    }
  }

  private final KeyValueStore<String, byte[]> store;
  private final Map<String, Stored> all = new HashMap<>();

  OwnerStore(KeyValueStore<String, byte[]> store) {
    this.store = store;
    Map<String, Map<String, OwnedVmi>> vmis = new HashMap<>();
    try (KeyValueIterator<String, byte[]> entries = store.all()) {
      entries.forEachRemaining(
          entry -> {
            int slash = entry.key.indexOf('/');
            if (slash < 0) {
              all.put(entry.key, StateCodec.decodeOwner(entry.value));
            } else {
              OwnedVmi vmi = StateCodec.decodeOwnedVmi(entry.value);
              vmis.computeIfAbsent(entry.key.substring(0, slash), uid -> new TreeMap<>())
                  .put(vmi.uid(), vmi);
            }
          });
    }
    vmis.forEach(
        (uid, owned) ->
            all.computeIfPresent(
                uid,
                (key, stored) ->
                    stored.state() == null
                        ? stored
                        : new Stored(stored.state().withVmis(owned), stored.wakeUpAtMs(), null)));
  }

  @Nullable Stored get(String uid) {
    return all.get(uid);
  }

  List<String> uids() {
    return all.keySet().stream().sorted().toList();
  }

  void put(String uid, Stored next) {
    Stored before = all.put(uid, next);
    OwnerState was = before == null ? null : before.state();
    OwnerState is = next.state();
    Stored head = head(next);
    if (before == null || !head.equals(head(before))) {
      store.put(uid, StateCodec.encode(head));
    }
    Map<String, OwnedVmi> old = was == null ? Map.of() : was.vmis();
    Map<String, OwnedVmi> now = is == null ? Map.of() : is.vmis();
    for (String vmi : old.keySet()) {
      if (!now.containsKey(vmi)) {
        store.delete(uid + "/" + vmi);
      }
    }
    now.forEach(
        (key, vmi) -> {
          if (!Objects.equals(old.get(key), vmi)) {
            store.put(uid + "/" + key, StateCodec.encode(vmi));
          }
        });
  }

  private static Stored head(Stored stored) {
    OwnerState state = stored.state();
    return state == null
        ? stored
        : new Stored(state.withVmis(Map.of()), stored.wakeUpAtMs(), stored.ended());
  }

  void delete(String uid) {
    all.remove(uid);
    store.delete(uid);
  }
}
