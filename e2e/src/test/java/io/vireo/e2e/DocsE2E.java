package io.vireo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vireo.dev.stack.PodRuntime;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the pages for users say is what happens to who types it. */
class DocsE2E {

  @TempDir private Path folder;

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void shouldDoWhatThePagesSay() throws Exception {
    assumeTrue(
        PodRuntime.usable() == PodRuntime.KUBELET, "the pages start a kubelet, which needs root");
    Path output = folder.resolve("output");
    ProcessBuilder vireo =
        new ProcessBuilder("./vireo", "docs", "test")
            .directory(Path.of("..").toAbsolutePath().normalize().toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    vireo.environment().put("VIREO_BUILD", "never");
    Process process = vireo.start();
    try {
      int exitCode = process.waitFor();
      String text = Files.readString(output, StandardCharsets.UTF_8);
      System.out.println(text);
      assertThat(exitCode).as(text).isZero();
    } finally {
      process.destroy();
    }
  }
}
