package io.vireo.cli;

import io.vireo.cli.docs.Block;
import io.vireo.cli.docs.PageReader;
import io.vireo.cli.docs.PageRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code vireo docs test}. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description =
        "Runs the blocks of commands of README.md and docs/*.md as they are written, each page in"
            + " order, in the repository, and compares what they print with what the page says. Blocks"
            + " that cannot be run carry a mark with the reason, which is shown. The stack that a page"
            + " leaves is removed after it.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:every block did what its page says", "1:one did not", "2:wrong usage"})
final class DocsTestCommand implements Callable<Integer> {

  @ParentCommand private DocsCommand docs = new DocsCommand();
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "PAGE",
      arity = "0..*",
      description = "Pages, by their path in the repository (default: README.md and docs/*.md).")
  private List<String> pages = List.of();

  @Option(names = "--list", description = "Shows the blocks and their marks, and runs none.")
  private boolean list;

  @Option(
      names = "--block-seconds",
      paramLabel = "S",
      description = "How long a block may take (default: ${DEFAULT-VALUE}).")
  private int blockSeconds = 600;

  @Option(
      names = {"-o", "--output"},
      description = "table or json (default: ${DEFAULT-VALUE}).")
  private OutputFormat output = OutputFormat.TABLE;

  @Override
  public Integer call() throws Exception {
    if (blockSeconds < 1) {
      throw usage("Expected --block-seconds of at least 1, but got " + blockSeconds);
    }
    // The commands of the pages name no state, so theirs is the repository's, whatever --state
    // says.
    Place place = docs.place().ofRepository();
    Map<String, List<Block>> blocks = new LinkedHashMap<>();
    for (String page : pages.isEmpty() ? all(place.home()) : pages) {
      Path file = place.home().resolve(page);
      if (!Files.isRegularFile(file)) {
        throw usage("Expected a page in " + place.home() + ", but there is no " + page);
      }
      blocks.put(page, PageReader.read(page, Files.readString(file)));
    }
    List<PageRun.Done> done = list ? listed(blocks) : run(place, blocks);
    System.out.print(
        output == OutputFormat.JSON
            ? Json.pretty(done.stream().map(DocsTestCommand::json).toList()) + "\n"
            : table(done));
    return done.stream().anyMatch(each -> each.outcome() == PageRun.Outcome.FAILED) ? 1 : 0;
  }

  private ParameterException usage(String words) {
    CommandSpec self = spec;
    if (self == null) {
      throw new IllegalStateException("Expected picocli to set the command");
    }
    return new ParameterException(self.commandLine(), words);
  }

  private static List<String> all(Path home) throws IOException {
    List<String> pages = new ArrayList<>(List.of("README.md"));
    try (Stream<Path> files = Files.list(home.resolve("docs"))) {
      files
          .filter(file -> file.toString().endsWith(".md"))
          .map(file -> home.relativize(file).toString())
          .sorted()
          .forEach(pages::add);
    }
    return pages;
  }

  private static List<PageRun.Done> listed(Map<String, List<Block>> blocks) {
    return blocks.values().stream()
        .flatMap(List::stream)
        .map(
            block ->
                block.mark() instanceof Block.Mark.NotRun notRun
                    ? new PageRun.Done(block, PageRun.Outcome.NOT_RUN, notRun.reason(), 0)
                    : new PageRun.Done(block, PageRun.Outcome.TO_RUN, null, 0))
        .toList();
  }

  private List<PageRun.Done> run(Place place, Map<String, List<Block>> blocks) throws Exception {
    Path state = place.state().root();
    if (Files.exists(state)) {
      throw new Failure(
          "Expected no stack in "
              + state
              + ", since the pages start and remove their own there; first run: "
              + place.command("down --purge"));
    }
    Steps steps = Steps.onStandardError();
    PageRun runner = new PageRun(place.home(), Duration.ofSeconds(blockSeconds), steps);
    List<PageRun.Done> all = new ArrayList<>();
    for (List<Block> page : blocks.values()) {
      try {
        all.addAll(runner.run(page));
      } finally {
        if (Files.exists(state)) {
          steps.run("removing the stack that the page left", () -> remove(place));
        }
      }
    }
    return all;
  }

  private static int remove(Place place) throws Exception {
    int code =
        new ProcessBuilder(place.home().resolve("vireo").toString(), "down", "--purge")
            .directory(place.home().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    if (code != 0) {
      throw new Failure("The stack that a page left could not be removed: vireo down --purge");
    }
    return code;
  }

  private static String table(List<PageRun.Done> done) {
    TextTable table = new TextTable("BLOCK", "RESULT", "SECONDS", "COMMANDS", "WHY");
    StringBuilder failures = new StringBuilder();
    for (PageRun.Done each : done) {
      boolean failed = each.outcome() == PageRun.Outcome.FAILED;
      String words = each.words() == null ? "" : each.words();
      table.row(
          each.block().place(),
          word(each.outcome()),
          each.milliseconds() == 0
              ? "-"
              : String.format(Locale.ROOT, "%.1f", each.milliseconds() / 1000.0),
          each.block().summary(),
          failed ? "see below" : words);
      if (failed) {
        failures.append('\n').append(each.block().place()).append(' ').append(words).append('\n');
      }
    }
    return table.render() + failures;
  }

  private static Map<String, Object> json(PageRun.Done done) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("page", done.block().page());
    tree.put("line", done.block().line());
    tree.put("commands", done.block().commands());
    tree.put("result", word(done.outcome()));
    tree.put("milliseconds", done.milliseconds());
    if (done.words() != null) {
      tree.put("why", done.words());
    }
    return tree;
  }

  private static String word(PageRun.Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
