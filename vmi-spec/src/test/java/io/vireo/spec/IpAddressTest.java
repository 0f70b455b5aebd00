package io.vireo.spec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "10.0.0.255",
        "::",
        "::1",
        "1::",
        "2001:db8::1",
        "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::",
        "::ffff:10.0.0.1",
        "1:2:3:4:5:6:10.0.0.1",
        "FE80::abcd"
      })
  void shouldKnowAnAddress(String text) {
    assertThat(IpAddress.is(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.256",
        "10.0.0.01",
        "10.0.1",
        "10.0.0.0.1",
        "10.0.0.",
        "-1.0.0.0",
        "localhost",
        ":",
        ":::",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "10.0.0.1::",
        "::10.0.0.1:1",
        "12345::",
        "fe80::1%eth0",
        "::g",
        "1:2:3:4:5:6:7:10.0.0.1",
        ":1:2:3:4:5:6:7:8"
      })
  void shouldRefuseWhatIsNone(String text) {
    assertThat(IpAddress.is(text)).isFalse();
  }
}
