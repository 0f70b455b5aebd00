package io.vireo.cli.bench;

import io.vireo.cli.bench.Figure.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Vireo's accounts wrote to Kubernetes, by the stack's audit log. */
public final class AuditLog {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String ACCOUNTS = "system:serviceaccount:vireo:";
  private static final Set<String> READS = Set.of("get", "list", "watch");
  private static final int CONFLICT = 409;

  private final Path folder;

  /**
   * @param folder with the log and those that were put aside when it was full
   */
  public AuditLog(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes within a time.
   *
   * @param byKind how many there were of each {@code account verb resource}
   * @param conflicts how many were refused since the object was of another version
   */
  public record Writes(Map<String, Integer> byKind, int conflicts) {

    /** What comes to one of so many objects, or minutes. */
    public Section section(String key, String title, double objects) {
      List<Figure> figures = new ArrayList<>();
      byKind.forEach(
          (kind, count) -> figures.add(each(kind.replace(' ', '-'), kind, count, objects)));
      int own =
          byKind.entrySet().stream()
              .filter(kind -> !kind.getKey().endsWith(" events"))
              .mapToInt(Map.Entry::getValue)
              .sum();
      figures.add(each("all-but-events", "all but Events", own, objects));
      figures.add(each("conflicts", "refused for conflict", conflicts, objects));
      return new Section(key, title, figures);
    }

    private static Figure each(String key, String title, int count, double objects) {
      return Figure.of(key, title, Unit.COUNT, "audit log", count / objects);
    }
  }

  /** The writes of Vireo's accounts that were received from one moment until another. */
  public Writes between(Instant from, Instant until) throws IOException {
    return between(from, until, READS);
  }

  /** The same with what they only read. */
  public Writes withReads(Instant from, Instant until) throws IOException {
    return between(from, until, Set.of());
  }

  private Writes between(Instant from, Instant until, Set<String> without) throws IOException {
    Counting counting = new Counting(from, until, without);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(AuditLog::isLog).toList()) {
        try (Stream<String> lines = Files.lines(file)) {
          lines.forEach(counting::line);
        }
      }
    }
    return new Writes(counting.byKind, counting.conflicts);
  }

  private static boolean isLog(Path file) {
    return file.getFileName().toString().matches("audit.*\\.log");
  }

  private static final class Counting {
    private final Instant from;
    private final Instant until;
    private final Set<String> without;
    private final Map<String, Integer> byKind = new TreeMap<>();
    private int conflicts;

    Counting(Instant from, Instant until, Set<String> without) {
      this.from = from;
      this.until = until;
      this.without = without;
    }

    private void line(String line) {
      if (!line.contains(ACCOUNTS)) {
        return;
      }
      try {
        JsonNode event = MAPPER.readTree(line);
        String user = event.path("user").path("username").asString("");
        String verb = event.path("verb").asString("");
        Instant at = Instant.parse(event.path("requestReceivedTimestamp").asString(""));
        if (!user.startsWith(ACCOUNTS)
            || without.contains(verb)
            || at.isBefore(from)
            || !at.isBefore(until)) {
          return;
        }
        JsonNode object = event.path("objectRef");
        String sub = object.path("subresource").asString("");
        byKind.merge(
            user.substring(ACCOUNTS.length())
                + " "
                + verb
                + " "
                + object.path("resource").asString("")
                + (sub.isEmpty() ? "" : "/" + sub),
            1,
            Integer::sum);
        if (event.path("responseStatus").path("code").asInt(0) == CONFLICT) {
          conflicts++;
        }
      } catch (JacksonException | DateTimeParseException e) {
        // The last line may be cut.
      }
    }
  }
}
