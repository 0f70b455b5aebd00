package io.vireo.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {

  private static final String LINE =
      """
      {"user":{"username":"%s"},"verb":"%s","requestReceivedTimestamp":"%s",\
      "objectRef":{"resource":"virtualmachines"%s},"responseStatus":{"code":%d}}""";

  @TempDir Path folder;

  private static String line(String user, String verb, String time, String sub, int code) {
    String subresource = sub.isEmpty() ? "" : ",\"subresource\":\"" + sub + "\"";
    return LINE.formatted(user, verb, time, subresource, code);
  }

  @Test
  void shouldCountWritesOfVireosAccountsWithinTheTime() throws Exception {
    String executor = "system:serviceaccount:vireo:cluster-executor";
    Files.write(
        folder.resolve("audit.log"),
        List.of(
            line(executor, "patch", "2026-01-01T00:00:09Z", "", 200),
            line(executor, "patch", "2026-01-01T00:00:10Z", "status", 200),
            line(executor, "patch", "2026-01-01T00:00:11Z", "status", 409),
            line(executor, "get", "2026-01-01T00:00:11Z", "", 200),
            line("kubernetes-admin", "create", "2026-01-01T00:00:11Z", "", 201),
            line(executor, "create", "2026-01-01T00:00:20Z", "", 201),
            "{\"user\":{\"username\":\"system:serviceaccount:vireo:cl"));
    // What was put aside when the log was full is of the same time.
    Files.write(
        folder.resolve("audit-2026-01-01T00-00-10.000.log"),
        List.of(line(executor, "create", "2026-01-01T00:00:10.5Z", "", 201)));
    Files.writeString(folder.resolve("policy.yaml"), executor);

    AuditLog.Writes writes =
        new AuditLog(folder)
            .between(Instant.parse("2026-01-01T00:00:10Z"), Instant.parse("2026-01-01T00:00:20Z"));

    assertThat(writes.byKind())
        .isEqualTo(
            Map.of(
                "cluster-executor patch virtualmachines/status", 2,
                "cluster-executor create virtualmachines", 1));
    assertThat(writes.conflicts()).isEqualTo(1);
  }
}
