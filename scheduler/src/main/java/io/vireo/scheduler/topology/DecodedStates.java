package io.vireo.scheduler.topology;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * States that were in use a moment ago, beside their bytes: to decode one takes six times as long
 * as to encode it, and a VMI that starts is decided upon a dozen times within a second. The store
 * has the last word: what is kept counts only for the very bytes that it belongs to. Confined to
 * its task's thread.
 */
final class DecodedStates {

  private final Map<String, Decoded> newest;

  private static final class Decoded {
    private final byte[] bytes;
    private final StateCodec.Stored stored;

    Decoded(byte[] bytes, StateCodec.Stored stored) {
      this.bytes = bytes;
      this.stored = stored;
    }
  }

  /** Keeps the states of so many VMIs, those that were used last. */
  DecodedStates(int max) {
    newest =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Decoded> eldest) {
            return size() > max;
          }
        };
  }

  /** What the bytes that the store has of a VMI mean. */
  StateCodec.Stored decode(String uid, byte[] bytes) {
    Decoded kept = newest.get(uid);
    if (kept == null || !Arrays.equals(kept.bytes, bytes)) {
      kept = new Decoded(bytes, StateCodec.decode(bytes));
      newest.put(uid, kept);
    }
    return kept.stored;
  }

  /** Bytes for the store. */
  byte[] encode(String uid, StateCodec.Stored stored) {
    byte[] bytes = StateCodec.encode(stored);
    newest.put(uid, new Decoded(bytes, stored));
    return bytes;
  }
}
