package io.vireo.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditCountTest {

  private static final String VIREO = "system:serviceaccount:vireo:cluster-executor";
  private static final String TIME = "2026-01-01T10:00:05.123456Z";
  private static final AuditCount.Window WINDOW =
      new AuditCount.Window(
          "default",
          Set.of("tiny", "virt-launcher-tiny-0a1b2c3d-1"),
          Instant.parse("2026-01-01T10:00:00Z"),
          Instant.parse("2026-01-01T10:00:10Z"));

  @Test
  void shouldCountWritesOfVireoOnTheVmiAndItsPod() {
    List<String> lines =
        List.of(
            event(VIREO, "create", "pods", "", "virt-launcher-tiny-0a1b2c3d-1", TIME),
            event(VIREO, "patch", "pods", "status", "virt-launcher-tiny-0a1b2c3d-1", TIME),
            event(VIREO, "patch", "virtualmachineinstances", "", "tiny", TIME),
            event(VIREO, "patch", "virtualmachineinstances", "", "tiny", TIME));

    assertThat(AuditCount.of(lines, WINDOW))
        .isEqualTo(
            new AuditCount(
                4,
                Map.of(
                    "create pods", 1, "patch pods/status", 1, "patch virtualmachineinstances", 2)));
  }

  @Test
  void shouldLeaveOutWhatIsSomebodyElses() {
    List<String> lines =
        List.of(
            event("system:node:node1", "patch", "pods", "status", "tiny", TIME),
            event("admin", "create", "virtualmachineinstances", "", "tiny", TIME),
            event(VIREO, "patch", "virtualmachineinstances", "", "tiny-2", TIME),
            event(VIREO, "create", "events", "", "tiny", TIME),
            event(VIREO, "get", "pods", "", "tiny", TIME),
            event(VIREO, "patch", "pods", "", "tiny", "2026-01-01T09:59:59.999999Z"),
            event(VIREO, "patch", "pods", "", "tiny", "2026-01-01T10:00:10.000001Z"),
            event(VIREO, "patch", "pods", "", "tiny", "no time"),
            "not json",
            "{}");

    assertThat(AuditCount.of(lines, WINDOW).total()).isZero();
  }

  @Test
  void shouldReadWholeLinesSinceAPosition(@TempDir Path folder) throws IOException {
    Path log = Files.writeString(folder.resolve("audit.log"), "one\n");
    long position = AuditCount.position(log);

    Files.writeString(log, "one\ntwo\nthree\nhal");

    assertThat(AuditCount.since(log, position)).containsExactly("two", "three");
  }

  @Test
  void shouldReadFromTheBeginningWhenTheLogIsAnother(@TempDir Path folder) throws IOException {
    Path log = Files.writeString(folder.resolve("audit.log"), "two\n");

    assertThat(AuditCount.since(log, 1000)).containsExactly("two");
    assertThat(AuditCount.since(folder.resolve("none"), 0)).isEmpty();
  }

  private static String event(
      String user, String verb, String resource, String subresource, String name, String time) {
    return """
        {"kind":"Event","stage":"ResponseComplete","verb":"%s","user":{"username":"%s"},\
        "objectRef":{"resource":"%s","subresource":"%s","namespace":"default","name":"%s"},\
        "requestReceivedTimestamp":"%s"}"""
        .formatted(verb, user, resource, subresource, name, time);
  }
}
