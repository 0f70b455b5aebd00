package io.vireo.api.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobsTest {

  @ParameterizedTest
  @CsvSource({
    "q35*, q35, true",
    "q35*, q35-2, true",
    "q35*, pc-q35, false",
    "pc-q35*, pc-q35-7.2, true",
    "*, anything, true",
    "a*b*c, aXbYc, true",
    "a*b*c, abbc, true",
    "a*b*c, acb, false",
    "q3?, q35, true",
    "q3?, q3, false",
    "q35, q35, true",
    "q35, Q35, false"
  })
  void shouldMatch(String pattern, String text, boolean expected) {
    assertThat(Globs.matches(pattern, text)).isEqualTo(expected);
  }

  @Test
  void shouldNotTryTextsThatAreNoNames() {
    assertThat(Globs.matches("*", "a".repeat(254))).isFalse();
  }
}
