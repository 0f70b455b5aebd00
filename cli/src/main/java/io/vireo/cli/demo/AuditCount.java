package io.vireo.cli.demo;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which writes Vireo's accounts made for one virtual machine, from the API server's audit log.
 *
 * @param total all of them but Events
 * @param byRequest how many of each verb and resource
 */
record AuditCount(int total, Map<String, Integer> byRequest) {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String ACCOUNTS = "system:serviceaccount:vireo:";
  private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete");

  /**
   * What to count.
   *
   * @param namespace of the objects
   * @param names of the objects, beginning with the VMI's
   * @param from first moment
   * @param to last moment
   */
  record Window(String namespace, Collection<String> names, Instant from, Instant to) {}

  /** End of the log now, from which {@link #since} reads. */
  static long position(Path log) throws IOException {
    return Files.exists(log) ? Files.size(log) : 0;
  }

  /** Whole lines that were added since. */
  static List<String> since(Path log, long position) throws IOException {
    if (Files.notExists(log)) {
      return List.of();
    }
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      // A smaller file is a new one: the server begins another when it has grown too large.
      long start = file.length() < position ? 0 : position;
      byte[] bytes = new byte[(int) (file.length() - start)];
      file.seek(start);
      file.readFully(bytes);
      String text = new String(bytes, StandardCharsets.UTF_8);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }
  }

  /** Counts; a line that is no audit event counts for nothing. */
  static AuditCount of(Collection<String> lines, Window window) {
    Map<String, Integer> byRequest = new TreeMap<>();
    for (String line : lines) {
      try {
        JsonNode event = MAPPER.readTree(line);
        if (counts(event, window)) {
          byRequest.merge(
              event.path("verb").asString("") + " " + resource(event.path("objectRef")),
              1,
              Integer::sum);
        }
      } catch (JacksonException | DateTimeParseException e) {
        // A line that was cut, or of another kind.
      }
    }
    return new AuditCount(
        byRequest.values().stream().mapToInt(Integer::intValue).sum(), Map.copyOf(byRequest));
  }

  private static boolean counts(JsonNode event, Window window) {
    JsonNode object = event.path("objectRef");
    if (!event.path("stage").asString("").equals("ResponseComplete")
        || !event.path("user").path("username").asString("").startsWith(ACCOUNTS)
        || !WRITES.contains(event.path("verb").asString(""))
        || object.path("resource").asString("").equals("events")
        || !object.path("namespace").asString("").equals(window.namespace())
        || !window.names().contains(object.path("name").asString(""))) {
      return false;
    }
    Instant time = Instant.parse(event.path("requestReceivedTimestamp").asString(""));
    return !time.isBefore(window.from()) && !time.isAfter(window.to());
  }

  private static String resource(JsonNode object) {
    String subresource = object.path("subresource").asString("");
    String resource = object.path("resource").asString("");
    return subresource.isEmpty() ? resource : resource + "/" + subresource;
  }
}
