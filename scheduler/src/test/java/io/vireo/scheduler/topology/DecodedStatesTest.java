package io.vireo.scheduler.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.scheduler.core.VmiRef;
import io.vireo.scheduler.core.VmiState;
import org.junit.jupiter.api.Test;

class DecodedStatesTest {

  private final DecodedStates states = new DecodedStates(2);

  private static StateCodec.Stored stored(String uid, long wakeUpAtMs) {
    return new StateCodec.Stored(VmiState.fresh(new VmiRef(uid, "default", "vm")), wakeUpAtMs);
  }

  @Test
  void shouldNotDecodeWhatItEncoded() {
    StateCodec.Stored stored = stored("a", 1);
    byte[] bytes = states.encode("a", stored);

    assertThat(states.decode("a", bytes.clone())).isSameAs(stored);
  }

  @Test
  void shouldGoByWhatTheStoreHas() {
    byte[] earlier = states.encode("a", stored("a", 1));
    states.encode("a", stored("a", 2));

    assertThat(states.decode("a", earlier)).isEqualTo(stored("a", 1));
  }

  @Test
  void shouldKeepThoseThatWereUsedLast() {
    StateCodec.Stored first = stored("a", 1);
    StateCodec.Stored second = stored("b", 1);
    byte[] firstBytes = states.encode("a", first);
    byte[] secondBytes = states.encode("b", second);
    states.decode("a", firstBytes);

    states.encode("c", stored("c", 1));

    assertThat(states.decode("a", firstBytes)).isSameAs(first);
    assertThat(states.decode("b", secondBytes)).isEqualTo(second).isNotSameAs(second);
  }
}
