package io.vireo.scheduler.topology;

import io.vireo.scheduler.core.Decision;
import io.vireo.scheduler.core.OwnedVmi;
import io.vireo.scheduler.core.VmiRef;
import io.vireo.scheduler.core.VmiState;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** States as JSON, for the store and its changelog. A field that is unknown is left out. */
final class StateCodec {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /**
   * What is stored of a uid: its state, or that its end was proven.
   *
   * @param wakeUpAtMs when to decide again without an input; 0 for never
   */
  record Stored(@Nullable VmiState state, long wakeUpAtMs, @Nullable Ended ended) {

    Stored(VmiState state, long wakeUpAtMs) {
      this(state, wakeUpAtMs, null);
    }
  }

  /**
   * What is kept for a while of a VMI that has ended, so that a record that comes late does not
   * begin its history anew.
   *
   * @param seq number of its last command
   * @param events number of its last event
   * @param wasSeen whether its object was ever seen, so that it comes only late
   */
  record Ended(VmiRef ref, long seq, long events, long highestEpoch, boolean wasSeen) {

    static Ended of(@Nullable Ended earlier, VmiState last, Decision decision) {
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
      return new Ended(last.ref(), seq, events, last.progress().highestEpoch(), wasSeen);
    }

    VmiState again() {
      return VmiState.fresh(ref).countingFrom(seq, events, highestEpoch);
    }
  }

  private StateCodec() {}

  static byte[] encode(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  static Stored decode(byte[] bytes) {
    return MAPPER.readValue(bytes, Stored.class);
  }

  static OwnerStore.Stored decodeOwner(byte[] bytes) {
    return MAPPER.readValue(bytes, OwnerStore.Stored.class);
  }

  static OwnedVmi decodeOwnedVmi(byte[] bytes) {
    return MAPPER.readValue(bytes, OwnedVmi.class);
  }

  static NodeTable.Entry decodeNode(byte[] bytes) {
    return MAPPER.readValue(bytes, NodeTable.Entry.class);
  }
}
