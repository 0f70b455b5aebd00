package io.vireo.launcher.process;

import io.vireo.launcher.core.EndReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The QEMU process of this pod and, by virsh, its domain. */
public final class Guest {

  /** A lost notification must not be for ever. */
  private static final long LOOK_AGAIN_MS = 2000;

  private static final long ENDING_MS = 20;
  private static final long LIBVIRT_BEHIND_MS = 2000;
  private static final long VIRSH_TIMEOUT_SECONDS = 15;

  private final PodPaths paths;
  private final String domain;

  /**
   * The guest of this pod.
   *
   * @param domain libvirt's name of its domain
   */
  public Guest(PodPaths paths, String domain) {
    this.paths = paths;
    this.domain = domain;
  }

  /** Waits until QEMU runs. */
  public long awaitStart() throws IOException, InterruptedException {
    Files.createDirectories(paths.qemuRunDir());
    try (WatchService watch = paths.qemuRunDir().getFileSystem().newWatchService()) {
      paths
          .qemuRunDir()
          .register(
              watch, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
      while (true) {
        Optional<Long> pid = pid();
        if (pid.isPresent()) {
          return pid.get();
        }
        var key = watch.poll(LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
        if (key != null) {
          key.pollEvents();
          key.reset();
        }
      }
    }
  }

  /** Waits until that process is gone; libvirt removes its pid file then. */
  public void awaitEnd(long pid) throws IOException, InterruptedException {
    try (WatchService watch = paths.qemuRunDir().getFileSystem().newWatchService()) {
      paths.qemuRunDir().register(watch, StandardWatchEventKinds.ENTRY_DELETE);
      long pause = LOOK_AGAIN_MS;
      while (isAlive(pid)) {
        var key = watch.poll(pause, TimeUnit.MILLISECONDS);
        if (key != null) {
          key.pollEvents();
          key.reset();
          // The file may go a little before the process.
          pause = ENDING_MS;
        }
      }
    }
  }

  /** The running QEMU, if any. libvirt keeps its own pid beside it. */
  public Optional<Long> pid() {
    try {
      String text = Files.readString(paths.qemuRunDir().resolve(domain + ".pid")).strip();
      return text.matches("[0-9]{1,9}") && isAlive(Long.parseLong(text))
          ? Optional.of(Long.parseLong(text))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean isAlive(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // A zombie has ended; tini reaps it at once.
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException e) {
      return false;
    }
  }

  /** Presses the guest's power button. */
  public boolean shutDown() {
    return virsh("shutdown", "--mode", "acpi", domain)
        .filter(Programs.Result::isSuccess)
        .isPresent();
  }

  /** Ends it at once. */
  public boolean destroy() {
    return virsh("destroy", domain).filter(Programs.Result::isSuccess).isPresent();
  }

  /** Why the domain is off: libvirt's word, or unknown. */
  public String endReason() throws InterruptedException {
    return endReason(
        () ->
            virsh("domstate", "--reason", domain)
                .filter(Programs.Result::isSuccess)
                .map(Programs.Result::output)
                .orElse(""),
        LIBVIRT_BEHIND_MS);
  }

  /** Asks again until the domain is off: libvirtd may notice the end of QEMU later than we do. */
  static String endReason(Supplier<String> domainState, long maxMs) throws InterruptedException {
    long begin = System.nanoTime();
    while (true) {
      Optional<String> reason = EndReason.of(domainState.get());
      if (reason.isPresent()) {
        return reason.get();
      }
      if (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) >= maxMs) {
        return EndReason.UNKNOWN;
      }
      Thread.sleep(ENDING_MS);
    }
  }

  private Optional<Programs.Result> virsh(String... arguments) {
    List<String> command =
        new java.util.ArrayList<>(List.of("virsh", "-q", "-c", paths.libvirtUri()));
    command.addAll(List.of(arguments));
    try {
      return Optional.of(Programs.run(VIRSH_TIMEOUT_SECONDS, Programs.environment(paths), command));
    } catch (IOException e) {
      Log.say("virsh " + arguments[0] + ": " + e.getMessage());
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
