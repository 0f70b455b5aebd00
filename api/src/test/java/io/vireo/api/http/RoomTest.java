package io.vireo.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoomTest {

  @Test
  void shouldCountConnections() {
    Room room = new Room(1, 0);

    assertThat(room.connect()).isTrue();
    assertThat(room.connect()).isFalse();
    room.disconnect();
    assertThat(room.connect()).isTrue();
  }

  @Test
  void shouldCountBytes() {
    Room room = new Room(0, 10);

    assertThat(room.take(10)).isTrue();
    assertThat(room.take(1)).isFalse();
    room.give(4);
    assertThat(room.take(4)).isTrue();
  }
}
