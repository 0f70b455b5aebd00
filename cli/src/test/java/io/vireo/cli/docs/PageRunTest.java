package io.vireo.cli.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vireo.cli.Steps;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real shells. */
class PageRunTest {

  private static final Block.Mark TO_ITS_END = new Block.Mark.ToItsEnd();

  @TempDir private Path folder;

  private static Block block(String commands, Block.Mark mark, String stated) {
    return new Block("p.md", 1, commands + "\n", mark, Optional.ofNullable(stated));
  }

  private List<PageRun.Done> run(Duration max, Block... blocks) throws Exception {
    Steps steps =
        new Steps(
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), false);
    return new PageRun(folder, max, steps).run(List.of(blocks));
  }

  private List<PageRun.Done> run(Block... blocks) throws Exception {
    return run(Duration.ofSeconds(30), blocks);
  }

  @Test
  void shouldKeepWhatABlockSetsForTheNext() throws Exception {
    assertThat(
            run(
                block("name=world; mkdir sub; cd sub", TO_ITS_END, null),
                block("echo hello $name; basename $PWD", TO_ITS_END, "hello world\nsub\n")))
        .extracting(PageRun.Done::outcome)
        .containsExactly(PageRun.Outcome.OK, PageRun.Outcome.OK);
  }

  @Test
  void shouldStopAtACommandThatFailsAndLeaveOutTheRest() throws Exception {
    List<PageRun.Done> done =
        run(
            block("echo before; false; echo after", TO_ITS_END, null),
            block("echo next", TO_ITS_END, null),
            block("rm -rf /", new Block.Mark.NotRun("it must not be"), null));

    assertThat(done)
        .extracting(PageRun.Done::outcome)
        .containsExactly(PageRun.Outcome.FAILED, PageRun.Outcome.LEFT_OUT, PageRun.Outcome.NOT_RUN);
    assertThat(done.getFirst().words()).contains("exit code 1", "before").doesNotContain("after");
    assertThat(done.getLast().words()).isEqualTo("it must not be");
  }

  @Test
  void shouldSayWhatWasNotPrinted() throws Exception {
    assertThat(run(block("echo Scheduled", TO_ITS_END, "Running\n")))
        .singleElement()
        .satisfies(
            done ->
                assertThat(done.words())
                    .contains("did not print what the page says: Running", "Scheduled"));
  }

  @Test
  void shouldStopWhatDoesNotEndOnceItSaidWhatItShould() throws Exception {
    assertThat(
            run(
                block(
                    "echo $$ >pid; echo Pending; printf 'vm login: '; sleep 1000",
                    new Block.Mark.Until("login:"),
                    "Pending\nvm\n"),
                block(
                    "if kill -0 $(cat pid); then echo alive; fi 2>&1",
                    TO_ITS_END,
                    "...No such...")))
        .extracting(PageRun.Done::outcome)
        .containsExactly(PageRun.Outcome.OK, PageRun.Outcome.OK);
  }

  /** The prompt of a console that was printed before somebody looked. */
  @Test
  void shouldPressEnterWhileItWaits() throws Exception {
    assertThat(run(block("read -r line; echo login: ", new Block.Mark.Until("login:"), null)))
        .extracting(PageRun.Done::outcome)
        .containsExactly(PageRun.Outcome.OK);
  }

  @Test
  void shouldNotWaitForEver() throws Exception {
    assertThat(run(Duration.ofMillis(300), block("sleep 1000", TO_ITS_END, null)))
        .singleElement()
        .satisfies(done -> assertThat(done.words()).contains("did not end within"));
    assertThat(
            run(Duration.ofMillis(300), block("sleep 1000", new Block.Mark.Until("Running"), null)))
        .singleElement()
        .satisfies(done -> assertThat(done.words()).contains("did not print 'Running' within"));
  }

  @Test
  void shouldGiveCommandsNothingToRead() throws Exception {
    assertThat(run(block("cat; echo end", TO_ITS_END, "end\n")))
        .extracting(PageRun.Done::outcome)
        .containsExactly(PageRun.Outcome.OK);
  }
}
