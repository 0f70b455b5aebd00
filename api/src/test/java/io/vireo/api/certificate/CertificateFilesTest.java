package io.vireo.api.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateFilesTest {

  @TempDir private Path folder;
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  private void put(String certificate, String key) throws IOException {
    Files.writeString(folder.resolve("tls.key"), key);
    Path whole = Files.writeString(folder.resolve("whole"), certificate);
    Files.move(whole, folder.resolve("tls.crt"), StandardCopyOption.ATOMIC_MOVE);
  }

  private String next() throws InterruptedException {
    String next = told.poll(20, TimeUnit.SECONDS);
    assertThat(next).as("told within 20 s").isNotNull();
    return next;
  }

  @Test
  void shouldTellOfEachCertificateOnceAndNotMindThatItIsLate() throws Exception {
    try (CertificateFiles _ =
        CertificateFiles.watch(
            folder, (certificate, key) -> told.add(certificate + key), Duration.ofMillis(5))) {
      put("a", "1");
      assertThat(next()).isEqualTo("a1");
      put("b", "1");
      assertThat(next()).isEqualTo("b1");
    }
    assertThat(told).isEmpty();
  }

  /** Half of a change may be seen, or what is no certificate: the next look may find all of it. */
  @Test
  void shouldTryAgainWhenItCouldNotBeServedWith() throws Exception {
    put("a", "1");
    try (CertificateFiles _ =
        CertificateFiles.watch(
            folder,
            (certificate, key) -> {
              told.add(certificate + key);
              throw new IllegalStateException("no certificate");
            },
            Duration.ofMillis(5))) {
      for (int i = 0; i < 3; i++) {
        assertThat(next()).isEqualTo("a1");
      }
    }
  }
}
