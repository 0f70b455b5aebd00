package io.vireo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TextTableTest {

  @Test
  void shouldAlignColumnsWithoutBlankEnds() {
    TextTable table = new TextTable("NAME", "PHASE", "NODE").row("a-long-name", "Running", "node1");

    String text = table.row("b", "", "").render();

    assertThat(text)
        .isEqualTo(
            """
            NAME         PHASE    NODE
            a-long-name  Running  node1
            b
            """);
  }

  @Test
  void shouldKeepACellOnOneLineAndFreeOfControls() {
    assertThat(new TextTable("A").row("one\ntwo\033[31m").render()).isEqualTo("A\none two [31m\n");
  }

  @Test
  void shouldRefuseARowOfAnotherWidth() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TextTable("A", "B").row("one"))
        .withMessage("Expected 2 cells, but got 1");
  }

  @Test
  void shouldRenderMarkdown() {
    TextTable table = new TextTable("Figure", "n").row("a|b", "1");

    assertThat(table.markdown())
        .isEqualTo(
            """
            | Figure | n |
            |---|---|
            | a\\|b | 1 |
            """);
  }
}
