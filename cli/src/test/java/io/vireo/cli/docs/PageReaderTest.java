package io.vireo.cli.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vireo.cli.Failure;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageReaderTest {

  private static final Block.Mark TO_ITS_END = new Block.Mark.ToItsEnd();

  @Test
  void shouldFindCommandsWithWhatTheyPrintAndTheirMarks() throws Failure {
    String page =
        """
        # Page

        ```sh
        vireo up     # starts it
        vireo status
        ```
        ```output
        COMPONENT ...
        ```

        1. A step:

           <!-- docs test: until Running -->
           ```sh
           kubectl get vmi -w
           ```

        <!-- docs test: not run,
             needs a registry -->
        ```sh
        docker push x
        ```

        ```yaml
        kind: Pod
        ```
        """;

    assertThat(PageReader.read("p.md", page))
        .containsExactly(
            new Block(
                "p.md",
                4,
                "vireo up     # starts it\nvireo status\n",
                TO_ITS_END,
                Optional.of("COMPONENT ...\n")),
            new Block(
                "p.md",
                15,
                "kubectl get vmi -w\n",
                new Block.Mark.Until("Running"),
                Optional.empty()),
            new Block(
                "p.md",
                21,
                "docker push x\n",
                new Block.Mark.NotRun("needs a registry"),
                Optional.empty()));
  }

  @Test
  void shouldSayWhatABlockDoes() {
    Block block =
        new Block(
            "p.md", 4, "\nvireo up   # starts it\nvireo status\n", TO_ITS_END, Optional.empty());
    assertThat(block.summary()).isEqualTo("vireo up (and 1 more)");
    assertThat(block.place()).isEqualTo("p.md:4");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ```\\nx\\n```                                        | p.md:1: Expected a language
          ```bash\\nx\\n```                                    | p.md:1: Expected a language
          text\\n\\n```output\\nx\\n```                        | p.md:3: Expected a block of commands
          <!-- docs test: perhaps -->\\n```sh\\nx\\n```        | p.md:1: Expected 'not run, REASON'
          <!-- docs test: not run, -->\\n```sh\\nx\\n```       | p.md:1: Expected 'not run, REASON'
          <!-- docs test: until x -->\\n\\nText\\n             | p.md:1: Expected a block of commands
          """)
  void shouldNameTheLineOfWhatItDoesNotUnderstand(String page, String problem) {
    assertThatThrownBy(() -> PageReader.read("p.md", page.replace("\\n", "\n")))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(problem);
  }

  @Test
  void shouldLeaveOtherCommentsAlone() throws Failure {
    List<Block> blocks = PageReader.read("p.md", "<!-- a comment -->\n```sh\nx\n```\n");
    assertThat(blocks).extracting(Block::mark).containsExactly(TO_ITS_END);
  }
}
