package io.vireo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.dev.stack.StateDir;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaceTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "/repo/.vireo, vireo status",
        "/tmp/x, vireo --state /tmp/x status",
        "/tmp/my stack, vireo --state '/tmp/my stack' status",
        "/tmp/o'hara, vireo --state '/tmp/o'\\''hara' status",
      })
  void shouldNameItsStateInTheCommandsThatItProposes(String state, String command) {
    Place place = new Place(Path.of("/repo"), new StateDir(Path.of(state)));

    assertThat(place.command("status")).isEqualTo(command);
  }

  /** Pages end with {@code down --purge}: what that would remove must not be somebody's. */
  @Test
  void shouldKnowTheStateOfCommandsThatNameNone() {
    Place place = Place.of("/home/vireo", Path.of("/elsewhere"));

    assertThat(place.ofRepository().state().root()).hasToString("/home/vireo/.vireo");
    assertThat(place.ofRepository().home()).isEqualTo(place.home());
  }
}
