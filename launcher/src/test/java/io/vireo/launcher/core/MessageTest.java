package io.vireo.launcher.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain",
        "with blank",
        "line\nbreak\r\n",
        "a=b&c",
        "100%",
        "+",
        "日本",
        "\u0000",
        "\""
      })
  void shouldReadWhatItWrote(String value) {
    Message message = Message.of("hello", "a", value, "b", "2");

    assertThat(Message.decode(message.encode())).isEqualTo(message);
    assertThat(message.encode()).doesNotContain("\n", "\r").isEqualTo(message.encode().strip());
  }

  @Test
  void shouldBeOneLineWithSortedKeys() {
    assertThat(Message.of("end", "reason", "shut down", "epoch", "3").encode())
        .isEqualTo("end epoch=3 reason=shut+down");
    assertThat(Message.of("ready").encode()).isEqualTo("ready");
  }

  @Test
  void shouldReadAValueThatIsAbsentAsEmpty() {
    assertThat(Message.decode("end").get("reason")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello key", "hello =value", "hello  a=1", "hello a=%zz", "hello a=%4"})
  void shouldRefuseWhatIsMalformed(String line) {
    assertThatIllegalArgumentException().isThrownBy(() -> Message.decode(line));
  }
}
