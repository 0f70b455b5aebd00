package io.vireo.cli.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatedOutputTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a             | a             |
          a             | a/            |
          NAME PHASE    | NAME   PHASE  |
          a...z         | abcz          |
          a...          | a             |
          a ... z       | a z           |
          a ... z       | a b c z       |
          a ... z       | abz           | a ... z
          a ...         | a             |
          .../a         | x/y/a         |
          a/.../a       | a/b/a/b/a     |
          ...           | ''            |
          xa            | x\u001B[32ma\u001B[0m |
          a             | b             | a
          a             | a/b           | the end of the output after 'a'
          a/b           | a             | b
          a/.../z       | a/b/c         | z
          a+            | aa            | a+
          a             | A             | a
          """)
  void shouldFindTheFirstLineThatWasNotPrinted(String stated, String printed, String missing) {
    assertThat(StatedOutput.missing(stated.replace('/', '\n'), printed.replace('/', '\n')))
        .isEqualTo(java.util.Optional.ofNullable(missing));
  }
}
