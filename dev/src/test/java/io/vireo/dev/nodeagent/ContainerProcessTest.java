package io.vireo.dev.nodeagent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent makes of an attempt in whose middle the one before it was killed. */
class ContainerProcessTest {

  @TempDir private Path folder;
  private Attempt attempt = new Attempt(Path.of(""));
  private ExitWatch watch;

  @BeforeEach
  void prepare() throws Exception {
    attempt = new Attempt(folder.resolve("attempt"));
    watch = new ExitWatch();
  }

  @AfterEach
  void end() throws Exception {
    watch.close();
  }

  private Optional<ContainerProcess> adopt() throws Exception {
    return ContainerProcess.adopt(attempt.folder(), watch, () -> {});
  }

  @Test
  void shouldStartAgainWhatWasKilledBeforeTheShimBegan() throws Exception {
    assertThat(adopt()).as("nothing is there").isEmpty();
    for (Path made : List.of(attempt.root(), attempt.scratch())) {
      Files.createDirectories(made);
      assertThat(adopt()).as("up to %s", made).isEmpty();
    }
    for (Path made : List.of(attempt.runScript(), attempt.shimScript(), attempt.armedFile())) {
      Files.createFile(made);
      assertThat(adopt()).as("up to %s", made).isEmpty();
    }
    assertThat(attempt.armedFile()).as("a shim that comes late").doesNotExist();
  }

  @Test
  void shouldNotBeginWhatWasGivenUp() throws Exception {
    arm();
    assertThat(adopt()).isEmpty();

    assertThat(shim("exec /bin/rm \"$@\"")).isZero();

    assertThat(attempt.initFile()).doesNotExist();
    assertThat(attempt.exitFile()).doesNotExist();
  }

  @Test
  void shouldEndWhatWasKilledRightAfterItBegan() throws Exception {
    arm();
    shim("/bin/rm \"$@\"; kill -9 $PPID");
    assertThat(attempt.armedFile()).doesNotExist();

    ContainerProcess adopted = adopt().orElseThrow();

    assertThat(adopted.exit()).get().extracting(Exit::code).isEqualTo(Exit.CODE_NOT_STARTED);
  }

  private void arm() throws Exception {
    Files.createDirectories(attempt.folder());
    Files.createFile(attempt.shimScript());
    Files.createFile(attempt.armedFile());
  }

  /** Runs a shim with a program of the test's in the place of {@code rm}. */
  private int shim(String rm) throws Exception {
    Path tools = Files.createDirectories(folder.resolve("tools"));
    Files.createSymbolicLink(tools.resolve("mv"), Path.of("/bin/mv"));
    Path own = tools.resolve("rm");
    Files.writeString(own, "#!/bin/sh\n" + rm + "\n");
    Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(
        attempt.shimScript(), ShimScript.render(attempt, Tools.in(tools.toString()), true));
    return new ProcessBuilder("/bin/sh", attempt.shimScript().toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile())
        .start()
        .waitFor();
  }
}
