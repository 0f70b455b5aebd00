package io.vireo.cli.docs;

import io.vireo.cli.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Node;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;
import org.jspecify.annotations.Nullable;

/** Finds the blocks of commands in a page of Markdown. */
public final class PageReader {

  private static final Pattern MARK =
      Pattern.compile("<!--\\s*docs test:\\s*(.*?)\\s*-->", Pattern.DOTALL);
  private static final Pattern KIND = Pattern.compile("(not run,|until)\\s+(.+)", Pattern.DOTALL);
  private static final String COMMANDS = "sh";
  private static final String OUTPUT = "output";

  /** Languages of blocks that are only read. */
  private static final Set<String> READ_ONLY =
      Set.of("yaml", "json", "text", "java", "xml", "properties", "avro", "mermaid");

  private PageReader() {}

  /**
   * Reads a page.
   *
   * @param name for messages
   * @throws Failure naming the line of a mark or block that is not understood
   */
  public static List<Block> read(String name, String markdown) throws Failure {
    Finder finder = new Finder(name);
    Parser.builder()
        .includeSourceSpans(IncludeSourceSpans.BLOCKS)
        .build()
        .parse(markdown)
        .accept(finder);
    if (!finder.problems.isEmpty()) {
      throw new Failure(String.join("\n", finder.problems));
    }
    return List.copyOf(finder.blocks);
  }

  private static final class Finder extends AbstractVisitor {
    private final String page;
    private final List<Block> blocks = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    Finder(String page) {
      this.page = page;
    }

    @Override
    public void visit(FencedCodeBlock fence) {
      String language = language(fence);
      Node before = fence.getPrevious();
      if (language.equals(COMMANDS)) {
        blocks.add(
            new Block(page, line(fence) + 1, fence.getLiteral(), mark(fence), output(fence)));
      } else if (language.equals(OUTPUT)) {
        if (!(before instanceof FencedCodeBlock of) || !language(of).equals(COMMANDS)) {
          problem(fence, "Expected a block of commands right before this output");
        }
      } else if (!READ_ONLY.contains(language)) {
        problem(
            fence,
            "Expected a language of this block: sh for commands, output for what they print, or one of "
                + String.join(", ", READ_ONLY.stream().sorted().toList()));
      }
    }

    @Override
    public void visit(HtmlBlock html) {
      boolean marksNext =
          html.getNext() instanceof FencedCodeBlock fence && language(fence).equals(COMMANDS);
      if (MARK.matcher(html.getLiteral()).find() && !marksNext) {
        problem(html, "Expected a block of commands right after this mark");
      }
    }

    private Block.Mark mark(FencedCodeBlock fence) {
      if (!(fence.getPrevious() instanceof HtmlBlock html)) {
        return new Block.Mark.ToItsEnd();
      }
      Matcher mark = MARK.matcher(html.getLiteral());
      if (!mark.find()) {
        return new Block.Mark.ToItsEnd();
      }
      Matcher kind = KIND.matcher(mark.group(1));
      if (!kind.matches()) {
        problem(
            html,
            "Expected 'not run, REASON' or 'until TEXT' in a mark, but it is '"
                + mark.group(1)
                + "'");
        return new Block.Mark.ToItsEnd();
      }
      String words = kind.group(2).replaceAll("\\s+", " ");
      return kind.group(1).equals("until")
          ? new Block.Mark.Until(words)
          : new Block.Mark.NotRun(words);
    }

    private static Optional<String> output(FencedCodeBlock fence) {
      return fence.getNext() instanceof FencedCodeBlock next && language(next).equals(OUTPUT)
          ? Optional.of(next.getLiteral())
          : Optional.empty();
    }

    private static String language(FencedCodeBlock fence) {
      @Nullable String info = fence.getInfo();
      return info == null ? "" : info.strip();
    }

    private static int line(Node node) {
      return node.getSourceSpans().getFirst().getLineIndex() + 1;
    }

    private void problem(Node node, String words) {
      problems.add(page + ":" + line(node) + ": " + words);
    }
  }
}
