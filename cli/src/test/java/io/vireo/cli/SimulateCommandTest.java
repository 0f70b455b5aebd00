package io.vireo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.simulator.FaultKind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateCommandTest {

  private final StringWriter errors = new StringWriter();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream before = System.out;

  @BeforeEach
  void capture() {
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void release() {
    System.setOut(before);
  }

  private int simulate(String words) {
    PrintWriter writer = new PrintWriter(errors);
    return VireoMain.commandLine()
        .setOut(writer)
        .setErr(writer)
        .execute(("simulate " + words).split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          --seeds x              | Expected --seeds as A..B, such as 1..1000, but got 'x'
          --seeds 1..            | Expected --seeds as A..B, such as 1..1000, but got '1..'
          --seeds -1..3          | Expected --seeds as A..B, such as 1..1000, but got '-1..3'
          --seeds 9..2           | Expected the first of --seeds not to be above the last, but got '9..2'
          --faults no-such-fault | Expected the name of a fault, but got 'no-such-fault'
          --faults relist,       | Expected the name of a fault, but got ''
          --only 1;2             | Expected numbers in --only, such as 3,7/0,2/1, but got '1;2'
          --only 1/x             | Expected numbers in --only, such as 3,7/0,2/1, but got 'x'
          --only 1/2/y           | Expected numbers in --only, such as 3,7/0,2/1, but got 'y'
          --nodes 0              | Expected 1 to 50 nodes
          --nodes 51             | Expected 1 to 50 nodes
          --nodes many           | 'many' is not an int
          --vmis 0               | 1 to 1000 VMIs
          --steps 99             | 100 to 1000000 steps
          """)
  void saysWhatIsWrong(String words, String message) {
    assertThat(simulate(words)).isEqualTo(2);

    assertThat(errors.toString()).contains(message);
  }

  @Test
  void listsAllFaults() {
    assertThat(simulate("--faults list")).isZero();

    String text = printed.toString(StandardCharsets.UTF_8);
    for (FaultKind kind : FaultKind.values()) {
      assertThat(text).contains(kind.wireName(), kind.meaning());
    }
  }

  @Test
  void aGoodSeedEndsWithZero() {
    assertThat(simulate("--seeds 1 --nodes 2 --vmis 2 --steps 300 --faults none")).isZero();

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .startsWith("1 seeds, ")
        .contains("0 seeds failed");
  }

  @Test
  void livesAPartOfAPlanAgain() {
    assertThat(
            simulate(
                "--seeds 1..1 --nodes 2 --vmis 2 --owners 1 --steps 300 --faults none --only /1/"))
        .isZero();

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .startsWith("seed 1: every guarantee held; digest ");
  }

  @Test
  void explainsItself() {
    assertThat(simulate("--help")).isZero();

    assertThat(errors.toString())
        .contains("Usage: vireo simulate", "--seeds", "--nodes", "--vmis", "--steps", "--faults")
        .contains("--only", "bit for bit", "Exit status 1");
  }
}
