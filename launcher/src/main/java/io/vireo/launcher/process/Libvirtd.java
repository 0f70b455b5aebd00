package io.vireo.launcher.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** libvirtd of this pod: started again whenever it ends, since the guest outlives it. */
public final class Libvirtd implements AutoCloseable {

  private static final long RESTART_MS = 500;
  private static final long PROBE_MS = 10;

  private final PodPaths paths;
  private volatile boolean stopping;
  private volatile @Nullable Process process;

  /** The daemon of this pod; not started yet. */
  public Libvirtd(PodPaths paths) {
    this.paths = paths;
  }

  /** Writes the settings, starts it and keeps it running. Returns at once. */
  public void start(String uid) throws IOException {
    configure(uid);
    Thread thread = new Thread(null, this::keepRunning, "libvirtd", 128 * 1024);
    thread.setDaemon(true);
    thread.start();
  }

  private void configure(String uid) throws IOException {
    Path config = Files.createDirectories(paths.privateDir().resolve("config/libvirt"));
    takeCapabilities();
    Files.createDirectories(paths.privateDir().resolve("data"));
    Files.createDirectories(paths.libvirtSocket().getParent());
    Files.createDirectories(paths.serialSocket(uid).getParent());
    Files.writeString(
        config.resolve("libvirtd.conf"),
        """
        auth_unix_rw = "none"
        auth_unix_ro = "none"
        max_client_requests = 20
        log_outputs = "3:stderr"
        host_uuid = "%s"
        """
            .formatted(UUID.randomUUID()));
    Files.writeString(
        config.resolve("qemu.conf"),
        """
        stdio_handler = "file"
        security_driver = "none"
        seccomp_sandbox = 1
        max_core = 0
        """);
  }

  /**
   * Takes what libvirt found out about QEMU in another container of this node, which saves most of
   * its start. It looks whether that fits its own QEMU, and asks anew if not.
   */
  private void takeCapabilities() throws IOException {
    Path cache =
        Files.createDirectories(
            paths.privateDir().resolve("cache/libvirt/qemu/cache/capabilities"));
    if (!Files.isDirectory(paths.capabilities())) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(paths.capabilities(), "*.xml")) {
      for (Path file : files) {
        Files.copy(file, cache.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      Log.say("libvirt asks QEMU itself: " + e.getMessage());
    }
  }

  private void keepRunning() {
    while (!stopping) {
      try {
        ProcessBuilder builder = new ProcessBuilder("libvirtd").inheritIO();
        builder.environment().putAll(Programs.environment(paths));
        Process started = builder.start();
        process = started;
        int exit = started.waitFor();
        if (!stopping) {
          Log.say("libvirtd ended with exit code " + exit + "; it is started again");
          Thread.sleep(RESTART_MS);
        }
      } catch (IOException e) {
        Log.say("libvirtd could not be started: " + e.getMessage());
        return;
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /**
   * Waits until it answers on its socket.
   *
   * @throws IOException if it does not within this time
   */
  public void awaitReady(long timeoutMs) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    while (true) {
      try {
        LibvirtdProbe.ask(paths.libvirtSocket(), deadline);
        return;
      } catch (IOException e) {
        if (System.nanoTime() - deadline > 0) {
          throw new IOException(
              "Expected libvirtd to answer within "
                  + TimeUnit.MILLISECONDS.toSeconds(timeoutMs)
                  + " s",
              e);
        }
        Thread.sleep(PROBE_MS);
      }
    }
  }

  @Override
  public void close() {
    stopping = true;
    Process current = process;
    if (current != null) {
      current.destroy();
    }
  }
}
