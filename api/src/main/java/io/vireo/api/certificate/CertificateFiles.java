package io.vireo.api.certificate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate that somebody else keeps, such as cert-manager by a mounted Secret. The kubelet
 * changes mounted files within a minute or so, and nobody tells; so they are looked at.
 */
public final class CertificateFiles implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(CertificateFiles.class);
  private static final Duration LOOK = Duration.ofSeconds(10);

  private final Path folder;
  private final BiConsumer<String, String> listener;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          task -> Thread.ofPlatform().name("certificate").daemon().unstarted(task));
  private String told = "";

  private CertificateFiles(Path folder, BiConsumer<String, String> listener) {
    this.folder = folder;
    this.listener = listener;
  }

  /**
   * Looks at {@code tls.crt} and {@code tls.key} of a folder now and then.
   *
   * @param listener told certificate and key, in PEM, when they are there and when they change
   */
  public static CertificateFiles watch(Path folder, BiConsumer<String, String> listener) {
    return watch(folder, listener, LOOK);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // It logs what goes wrong itself.
  static CertificateFiles watch(
      Path folder, BiConsumer<String, String> listener, Duration between) {
    CertificateFiles files = new CertificateFiles(folder, listener);
    files.executor.scheduleWithFixedDelay(
        files::look, 0, between.toMillis(), TimeUnit.MILLISECONDS);
    return files;
  }

  private void look() {
    try {
      String certificate = Files.readString(folder.resolve("tls.crt"));
      String key = Files.readString(folder.resolve("tls.key"));
      if (!told.equals(certificate + key)) {
        listener.accept(certificate, key);
        told = certificate + key;
      }
    } catch (IOException | RuntimeException e) {
      log.atWarn()
          .addKeyValue("folder", folder)
          .addKeyValue("problem", String.valueOf(e.getMessage()))
          .log("The certificate could not be read or used; trying again");
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
