package io.vireo.cli.docs;

import io.vireo.cli.Steps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs the blocks of one page in order, as a reader would who types them. */
public final class PageRun {

  private static final int TAIL_LINES = 40;

  private final Path folder;
  private final Duration blockMax;
  private final Steps steps;

  /**
   * @param folder where the commands run
   * @param blockMax how long a block may take
   */
  public PageRun(Path folder, Duration blockMax, Steps steps) {
    this.folder = folder;
    this.blockMax = blockMax;
    this.steps = steps;
  }

  /** What came of a block. */
  public enum Outcome {
    OK,
    FAILED,
    /** It carries a mark that says so. */
    NOT_RUN,
    /** One before it failed. */
    LEFT_OUT,
    /** It was only looked at. */
    TO_RUN
  }

  /**
   * A block and what came of it.
   *
   * @param words why it was not run, or what was wrong
   */
  public record Done(Block block, Outcome outcome, @Nullable String words, long milliseconds) {}

  /** Runs them; after one that failed the rest of the page is left out. */
  public List<Done> run(List<Block> blocks) throws IOException, InterruptedException {
    List<Done> all = new ArrayList<>();
    Path work = Files.createTempDirectory("vireo-docs-");
    boolean failed = false;
    try (Shell shell = new Shell(folder, work)) {
      for (Block block : blocks) {
        if (block.mark() instanceof Block.Mark.NotRun notRun) {
          all.add(new Done(block, Outcome.NOT_RUN, notRun.reason(), 0));
        } else if (failed) {
          all.add(new Done(block, Outcome.LEFT_OUT, null, 0));
        } else {
          Done done = run(shell, block);
          failed = done.outcome() == Outcome.FAILED;
          all.add(done);
        }
      }
    } finally {
      Files.deleteIfExists(work.resolve("commands"));
      Files.deleteIfExists(work);
    }
    return List.copyOf(all);
  }

  /** Thrown to mark the step; what was wrong is in {@link Done}. */
  private static final class BlockFailedException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private Done run(Shell shell, Block block) throws IOException, InterruptedException {
    long started = System.nanoTime();
    String[] problem = new String[1];
    try {
      steps.run(
          block.place() + "  " + block.summary(),
          () -> {
            problem[0] = problem(shell, block);
            if (problem[0] != null) {
              throw new BlockFailedException();
            }
            return true;
          });
    } catch (BlockFailedException e) {
      // Told below.
    } catch (IOException | InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
    long ms = (System.nanoTime() - started) / 1_000_000;
    return new Done(block, problem[0] == null ? Outcome.OK : Outcome.FAILED, problem[0], ms);
  }

  private @Nullable String problem(Shell shell, Block block)
      throws IOException, InterruptedException {
    Shell.Result result =
        block.mark() instanceof Block.Mark.Until until
            ? shell.runUntil(block.commands(), until.text(), blockMax)
            : shell.run(block.commands(), blockMax);
    if (result.problem() != null) {
      return result.problem() + printed(result.output());
    }
    Optional<String> missing =
        block.output().flatMap(stated -> StatedOutput.missing(stated, result.output()));
    return missing
        .map(line -> "did not print what the page says: " + line + printed(result.output()))
        .orElse(null);
  }

  private static String printed(String output) {
    List<String> lines = output.lines().toList();
    List<String> tail = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
    return tail.isEmpty()
        ? ", and printed nothing"
        : ", but printed:\n  " + String.join("\n  ", tail);
  }
}
