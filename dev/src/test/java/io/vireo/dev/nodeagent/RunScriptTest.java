package io.vireo.dev.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunScriptTest {

  private static final MountTable TABLE =
      MountTable.parse(
          List.of(
              "1 0 0:1 / / rw,relatime shared:1 - ext4 /dev/a rw",
              "2 1 0:2 / /with\\040space rw,nosuid,nodev,noexec,relatime - tmpfs t rw"));

  @TempDir private Path folder;
  private Attempt attempt = new Attempt(Path.of("/"));

  @BeforeEach
  void prepare() {
    attempt = new Attempt(folder.resolve("it's"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "it's", "$HOME `id` $(id)", "\"\\ \n;|&", "'''", "-n", "ä€"})
  void shouldKeepEveryValueAsOneWord(String value) throws Exception {
    Process process = new ProcessBuilder("sh", "-c", "printf '<%s>' " + Shell.quote(value)).start();
    byte[] output = process.getInputStream().readAllBytes();
    assertThat(new String(output, StandardCharsets.UTF_8)).isEqualTo("<" + value + ">");
  }

  @Test
  void shouldBeAScriptThatTheShellCanRead() throws Exception {
    for (boolean root : List.of(true, false)) {
      for (boolean hostBase : List.of(true, false)) {
        String script =
            RunScript.render(plan(hostBase), attempt, Tools.in("/usr/bin"), TABLE, root);
        assertReadable(script);
        assertThat(script)
            .contains("export A='it'\\''s'")
            .contains("'/usr/bin/env' 'a.b=c' 'prog' 'two words'")
            .contains("--no-new-privs");
      }
      assertReadable(ShimScript.render(attempt, Tools.in("/usr/bin"), root));
    }
  }

  private void assertReadable(String script) throws Exception {
    Path file = Files.writeString(folder.resolve("script"), script);
    assertThat(new ProcessBuilder("sh", "-n", file.toString()).start().waitFor()).isZero();
  }

  @Test
  void shouldGiveUpPrivilegesAsRoot() {
    assertThat(RunScript.render(plan(true), attempt, Tools.in("/t"), TABLE, true))
        .contains("--reuid 107 --regid 108 --groups 5,6")
        .contains("--bounding-set=-all --ambient-caps=-all")
        .doesNotContain("--map-user");
    assertThat(RunScript.render(plan(true), attempt, Tools.in("/t"), TABLE, false))
        .contains("--user --map-user=107 --map-group=108")
        .doesNotContain("--reuid");
  }

  @Test
  void shouldMountOuterFoldersFirstAndKeepWhatIsLocked() {
    String script = RunScript.render(plan(true), attempt, Tools.in("/t"), TABLE, false);
    assertThat(script.indexOf("/root/data'")).isPositive();
    assertThat(script.indexOf("/root/data'")).isLessThan(script.indexOf("/root/data/in'"));
    assertThat(script).contains("-o remount,bind,ro,nosuid,nodev,noexec,relatime ");
  }

  private ContainerPlan plan(boolean hostBase) {
    return new ContainerPlan(
        folder,
        hostBase,
        List.of(
            new ContainerPlan.Bind(Path.of("/with space/x"), "/data/in", true),
            new ContainerPlan.Bind(Path.of("/tmp"), "/data", false)),
        Map.of("A", "it's", "a.b", "c"),
        List.of("prog", "two words"),
        "/",
        "host",
        new ContainerPlan.User(107, 108, List.of(5L, 6L)),
        true,
        folder.resolve("log"));
  }
}
